//! X003: whether the forms of a kind add up to an amount that was given from elsewhere.
//!
//! The same form twice counts once. What has no amount that can be read is told, never taken for nothing.

use super::{Across, Place, facts};
use crate::diag::{Code, Message, Severity};
use crate::form::roles::yuan;
use crate::summary::{Entry, EntryForm, GivenTotal, Options};
use crate::value::unit::{self, MoneyUnit};
use rust_decimal::Decimal;
use rustc_hash::FxHashSet;

/// Forms that do not add up.
const TOTAL: Code = "X003";

/// Sums of the forms that one given amount is about.
#[derive(Default)]
struct Sum {
    yuan: Decimal,
    forms: u64,
    /// Forms without an amount that could be added.
    without: u64,
    unit: Option<MoneyUnit>,
    seen: FxHashSet<u64>,
    /// The first forms without an amount, or the first ones at all.
    places: Vec<Place>,
    missing: Vec<Place>,
}

/// The sums of all given amounts.
pub struct Sums<'o> {
    options: Options<'o>,
    sums: Vec<Sum>,
}

impl<'o> Sums<'o> {
    pub fn new(options: &Options<'o>) -> Sums<'o> {
        Sums { options: *options, sums: options.totals.iter().map(|_| Sum::default()).collect() }
    }

    /// Adds a form, whose number among all is `document`.
    pub fn add(&mut self, document: u64, entry: &Entry, form: &EntryForm) {
        for (given, sum) in self.options.totals.iter().zip(&mut self.sums) {
            if given.form == form.form && given.year.is_none_or(|year| form.year == Some(year)) {
                sum.add(form, || Place { text: form.total.clone(), ..Place::of(document, &entry.input, form) });
            }
        }
    }

    /// What is to be said of them.
    pub fn told(self) -> Vec<Across> {
        let title = |form: &str| {
            let found = self.options.definitions.iter().find(|definition| *definition.id == *form);
            found.map_or_else(|| form.to_owned(), |definition| definition.title.text.to_string())
        };
        self.options.totals.iter().zip(self.sums).map(|(given, sum)| told(given, sum, &title(&given.form))).collect()
    }
}

impl Sum {
    fn add(&mut self, form: &EntryForm, place: impl Fn() -> Place) {
        let mut first = None;
        facts::each(form, &mut |fact| {
            if fact.subject == facts::Subject::Form {
                first.get_or_insert(fact.hash() ^ fact.value_hash().rotate_left(1));
            }
        });
        if first.is_some_and(|hash| !self.seen.insert(hash)) {
            return;
        }
        self.forms += 1;
        let unit = unit::parse(&form.unit);
        self.unit = self.unit.or(unit);
        match yuan(&form.total, unit).and_then(|yuan| self.yuan.checked_add(yuan)) {
            Some(sum) => self.yuan = sum,
            None => {
                self.without += 1;
                if self.missing.len() < super::PLACES {
                    self.missing.push(place());
                }
            }
        }
        if self.places.len() < super::PLACES {
            self.places.push(place());
        }
    }
}

fn told(given: &GivenTotal, sum: Sum, title: &str) -> Across {
    let unit = sum.unit.unwrap_or(MoneyUnit::TenThousand);
    let shown = |yuan: Decimal| match yuan.checked_div(unit.yuan()) {
        Some(value) => format!("{}{}", value.normalize(), unit.text()),
        None => format!("{yuan}{}", MoneyUnit::Yuan.text()),
    };
    let year = given.year.map(|year| year.to_string()).unwrap_or_default();
    let message = |id: &'static str| {
        Message::new(id)
            .with("form", title)
            .with("year", &year)
            .with("count", sum.forms)
            .with("sum", shown(sum.yuan))
            .with("given", &given.amount)
    };
    let (severity, message, help, places) = match yuan(&given.amount, Some(unit)) {
        None => (Severity::Warning, message("X003.unreadable"), "X003.unreadable.help", Vec::new()),
        Some(_) if sum.without > 0 || sum.forms == 0 => {
            (Severity::Warning, message("X003.unchecked").with("without", sum.without), "X003.unchecked.help", sum.missing)
        }
        Some(wanted) if wanted == sum.yuan => (Severity::Info, message("X003.held"), "X003.held.help", Vec::new()),
        Some(wanted) => {
            let difference = sum.yuan.checked_sub(wanted).map(shown).unwrap_or_default();
            (Severity::Error, message("X003.sum").with("difference", difference), "X003.sum.help", sum.places)
        }
    };
    Across { rule: TOTAL, severity, message, help: Message::new(help), places }
}
