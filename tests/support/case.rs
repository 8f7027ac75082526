//! One generated case: a truth, damaged and printed, and what the pipeline made of it.

use super::account::{Account, account};
use super::compare::{Comparison, Strictness, Tally, compare};
use super::damage::{Damage, ruin};
use super::invented::{Blanks, Options, invented, seedlike};
use super::layout::{Layout, perfect_html, print};
use super::prng::Random;
use super::sheet::Sheet;
use super::truth::Truth;
use biaozhun::form::{FormDefinition, load};
use biaozhun::pipeline::{Conversion, Converter};
use biaozhun::rules::Fix;
use std::sync::{Arc, LazyLock};

pub fn definitions() -> &'static [Arc<FormDefinition>] {
    load::builtin()
}

/// One for all cases.
pub fn converter() -> &'static Converter {
    static CONVERTER: LazyLock<Converter> = LazyLock::new(|| Converter::new(definitions()));
    &CONVERTER
}

/// Where a truth comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generator {
    /// The real form's content, invented names.
    Seedlike,
    /// Other forms, as offices fill them in.
    Invented,
    /// Other forms without a fault.
    Clean,
}

#[derive(Clone, Debug)]
pub struct Case {
    pub truth: Truth,
    pub text: String,
}

impl Case {
    pub fn new(generator: Generator, layout: Layout, damage: &Damage, seed: u64) -> Case {
        let mut random = Random::new(seed);
        let truth = match generator {
            Generator::Seedlike => seedlike(),
            Generator::Invented if layout.shows_blanks() => invented(&mut random, &Options::loose(Blanks::Any)),
            Generator::Invented => invented(&mut random, &Options::loose(Blanks::Decidable)),
            Generator::Clean => invented(&mut random, &Options::clean()),
        };
        let sheet = Sheet::new(&truth);
        let text = if layout == Layout::Html && *damage == Damage::default() {
            perfect_html(&sheet)
        } else {
            print(&ruin(&sheet, damage, &mut random), layout, &mut random)
        };
        Case { truth, text }
    }

    pub fn run(&self, strictness: Strictness) -> Outcome {
        match converter().convert(self.text.as_bytes(), Fix::Auto) {
            Err(error) => Outcome { problem: Some(error.to_string()), ..Outcome::default() },
            Ok(conversion) if conversion.forms.len() != 1 => {
                let problem = Some(format!("{} forms found", conversion.forms.len()));
                Outcome { problem, account: self.account(&conversion), ..Outcome::default() }
            }
            Ok(conversion) => {
                let comparison = compare(&conversion.forms[0].record, &self.truth, strictness);
                let flagged = comparison.flagged(&conversion.forms[0]);
                Outcome { problem: None, account: self.account(&conversion), comparison, flagged, conversion: Some(conversion) }
            }
        }
    }

    fn account(&self, conversion: &Conversion) -> Account {
        account(&conversion.document, conversion.forms.iter().map(|form| &form.record))
    }
}

/// What became of a case.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// No single form came out at all.
    pub problem: Option<String>,
    pub comparison: Comparison,
    /// Of the wrong rows and fields, those that are flagged.
    pub flagged: Tally,
    pub account: Account,
    pub conversion: Option<Conversion>,
}

impl Outcome {
    pub fn is_right(&self) -> bool {
        self.problem.is_none() && self.comparison.is_right()
    }

    /// Everything that a person who mends the fitting wants to see.
    pub fn tell(&self, case: &Case) -> String {
        let mut out = String::new();
        out.extend(self.problem.iter().map(|problem| format!("PROBLEM {problem}\n")));
        for difference in &self.comparison.differences {
            out.push_str(&format!(
                "{}\n    expected {}\n    found    {}\n",
                difference.path, difference.expected, difference.found
            ));
        }
        let lists = [
            ("LOST", &self.account.lost),
            ("DOUBLED", &self.account.doubled),
            ("NOWHERE", &self.account.nowhere),
            ("ALTERED", &self.account.altered),
        ];
        lists.iter().for_each(|(name, list)| list.iter().for_each(|entry| out.push_str(&format!("{name} {entry}\n"))));
        for form in self.conversion.iter().flat_map(|conversion| &conversion.forms) {
            form.record
                .unplaced
                .iter()
                .for_each(|piece| out.push_str(&format!("UNPLACED {} {}\n", piece.locus.spot, piece.text)));
            for finding in &form.findings {
                let at = finding.at.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                out.push_str(&format!("{} {} {at} {:?}\n", finding.rule, finding.message.id, finding.message.arguments));
            }
            for change in form.record.changes.iter().filter(|change| !change.applied) {
                out.push_str(&format!(
                    "OPEN {} {} {:?} → {:?} {}\n",
                    change.rule, change.at, change.from, change.to, change.because.id
                ));
            }
        }
        format!("{out}\n----\n{}", case.text)
    }
}
