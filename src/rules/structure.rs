//! S: what had to be repaired in the structure of the source. The fitting sees it and says so; here stand the documents, and
//! the one rule that needs the finished record.

use super::context::Context;
use super::parameters::Parameters;
use super::{Apply, Sight, declare_rule};
use crate::diag::{Finding, Message};
use crate::form::Band;
use crate::record::{MarkKind, Step};
use crate::value::Kind;
use crate::value::text::fold;
use rustc_hash::FxHashSet;
use std::borrow::Cow;

declare_rule! {
    /// ## What it checks
    /// That the cells of a row stand under their columns.
    /// ## Why
    /// A merged cell that got lost moves the whole row to the left, an empty one too many to the right; read by position, every
    /// value would land in the wrong field.
    /// ## Example
    /// `特定目标类项目支出 · · 817.6` with its label one column too far left.
    /// ## Fix safety
    /// The row is read at the place that its labels and the types of its values decide; nothing in it is altered.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws).
    pub static S001 = { name: "row-shifted", severity: Info, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That a vertical label stands before the rows it governs.
    /// ## Why
    /// Programs print the text of a merged cell in its middle or after a page break.
    /// ## Example
    /// `项目支出情况` below its header row and first project.
    /// ## Fix safety
    /// The rows are taken under the label that follows; nothing is altered.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws).
    pub static S002 = { name: "label-late", severity: Info, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That every label of the form is there.
    /// ## Why
    /// A label that is lost leaves its values without a name.
    /// ## Example
    /// The rows of expenses without `支出构成`.
    /// ## Fix safety
    /// Values are placed by the order of the form and by their types. A level that is missing is supplied by default.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws).
    pub static S003 = { name: "label-lost", severity: Warning, class: Auto, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That no label or header row is printed again.
    /// ## Why
    /// Header rows are repeated on every page, vertical labels on every row; they are no data.
    /// ## Example
    /// `一级指标 · 二级指标 · 三级指标` a second time after a page break.
    /// ## Fix safety
    /// The repeated words are not taken as values; nothing is altered.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws).
    pub static S004 = { name: "label-repeated", severity: Info, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That no row is without content: blank rows, ruled lines, page numbers, dots.
    /// ## Why
    /// They come from printing and say nothing.
    /// ## Example
    /// `-- ------- -----`, `— 3 —`, `……`.
    /// ## Fix safety
    /// The row is dropped and counted.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws).
    pub static S005 = { name: "noise-dropped", severity: Info, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That a label has the wording of this form.
    /// ## Why
    /// A label with a typing error is still that label where no other comes near; and offices copy forms of other years and
    /// provinces, whose wordings are listed in the definition.
    /// ## Example
    /// `年度效指标` for `年度绩效指标`; `编制单位` for `部门（单位）名称`.
    /// ## Fix safety
    /// The label is recognised. Where it stands for a value (a level, a row of a table of funds), the form's own wording is
    /// put in its place by default.
    /// ## Source
    /// The synonyms in the form's definition; seen in submissions (reviewer's list: flaws).
    pub static S006 = { name: "label-otherwise-worded", severity: Info, class: Auto, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That there is only one place where a text can belong.
    /// ## Why
    /// Where two readings are nearly as good and give other values, a person must decide.
    /// ## Example
    /// A row between two labels whose name speaks for neither.
    /// ## Fix safety
    /// The better reading is taken, the other one is named.
    /// ## Source
    /// What can be read in two ways, a person decides.
    pub static S007 = { name: "placement-ambiguous", severity: Warning, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That every text of the form has a place.
    /// ## Why
    /// Nothing is lost: what fits nowhere is kept under `unplaced` and shown.
    /// ## Example
    /// A remark written beside the table.
    /// ## Fix safety
    /// Nothing is altered.
    /// ## Source
    /// Nothing is lost: the first promise of this program.
    pub static S008 = { name: "text-unplaced", severity: Warning, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// Whether text stands before or after the form.
    /// ## Why
    /// A file may hold a letter, a contents list or several forms; what is outside is not read as data.
    /// ## Example
    /// A covering letter before the title.
    /// ## Fix safety
    /// Nothing is altered; the text is kept under `unplaced`.
    /// ## Source
    /// Nothing is lost: the first promise of this program.
    pub static S009 = { name: "text-outside", severity: Info, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// Whether printed numbers and marks of the template were left without content.
    /// ## Why
    /// `目标3：` with nothing behind it is no third goal.
    /// ## Example
    /// `目标1: 目标2: 目标3:` where nobody wrote anything.
    /// ## Fix safety
    /// The skeleton is dropped and counted; whether content is missing is said here.
    /// ## Source
    /// Seen in submissions (reviewer's list, C6).
    pub static S010 = { name: "skeleton-dropped", severity: Info, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That a table of funds has only the rows that the form prints.
    /// ## Why
    /// A row that was added by hand is money that the sums must count; whether it belongs to another row, a person must say.
    /// ## Example
    /// `债务收入` between the rows of 收入构成.
    /// ## Fix safety
    /// The row is kept as it stands; nothing is altered.
    /// ## Source
    /// Seen in submissions (reviewer's list: layouts).
    pub static S011 = { name: "row-added", severity: Warning, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That one cell holds one value.
    /// ## Why
    /// Page breaks cut values in two, exports join a label and its value or two columns.
    /// ## Example
    /// `填报人：张三` in one cell; a long text that goes on in the next row.
    /// ## Fix safety
    /// Texts are cut at labels and joined where they go on; no character is lost.
    /// ## Source
    /// Seen in submissions (reviewer's list: flaws).
    pub static S012 = { name: "cell-split-or-joined", severity: Info, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// Whether a level that the form prints has no row under it.
    /// ## Why
    /// A goal need not have indicators of every level, but the form asks that nothing that applies is left out: a person should
    /// see which printed levels are blank.
    /// ## Example
    /// `生态效益指标` printed with nothing behind it.
    /// ## Fix safety
    /// Nothing is altered. Said only from the source itself: an edited record has no printed rows.
    /// ## Source
    /// The form's own notes 3 and 5.
    pub static S013 = { name: "level-blank", severity: Info, class: Report, apply: Apply::Always(blank_levels), parameters: [],
        sees: Sight::of(&[Kind::Text, Kind::Name, Kind::Choice]).and(Sight::SUGGESTED) }
}

declare_rule! {
    /// ## What it checks
    /// Whether the reader had to guess or could not keep something: damaged characters, hidden text, markup left open.
    /// ## Why
    /// What was not read cannot be checked; a person should compare that place with the original.
    /// ## Example
    /// A byte that is no character in the file's encoding.
    /// ## Fix safety
    /// Nothing is altered.
    /// ## Source
    /// The readers' own notices.
    pub static S014 = { name: "reading-uncertain", severity: Warning, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That a change marked as applied in an edited record fits what its field holds.
    /// ## Why
    /// A suggestion was accepted and its field edited as well: only one of the two can be meant.
    /// ## Example
    /// `applied: true` from 甲 to 乙, while the field holds 丙.
    /// ## Fix safety
    /// What stands under `data` counts; the change is left out.
    /// ## Source
    /// The record's own changes.
    pub static S015 = { name: "change-overruled", severity: Warning, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That every character of the source is in a field, a label, an instruction, or under `unplaced`.
    /// ## Why
    /// Nothing may be lost; a count that does not close is a fault of the program.
    /// ## Example
    /// A cell that no part of the record mentions.
    /// ## Fix safety
    /// The text is put under `unplaced`.
    /// ## Source
    /// The first promise of this program.
    pub static S016 = { name: "unaccounted", severity: Error, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That every entry under `accepted` of an edited record still stands for a finding or a suggestion.
    /// ## Why
    /// What was accepted once and is no more would hide the next fault at its place.
    /// ## Example
    /// V005 accepted for a target that has become a number since.
    /// ## Fix safety
    /// Nothing is altered: the entry can be deleted.
    /// ## Source
    /// The record's own list.
    pub static S017 = { name: "acceptance-unused", severity: Info, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That in a table whose cells are known (Word, a page, a workbook) every value is read under the header that it stands below,
    /// and from the row that it stands in.
    /// ## Why
    /// Where a value and its column disagree, one of them is wrong: a blank cell, a merged one, a column that the form does not
    /// have. A figure under the wrong heading looks right.
    /// ## Example
    /// `Stapler · 3 · 12.50 · 37.50 ·` read one column to the right because a number was not expected under 品名.
    /// ## Fix safety
    /// Nothing is altered; the value stays where the kinds of values put it, and both columns are named.
    /// ## Source
    /// DESIGN.md: position is evidence; where it is overruled, a person must know.
    pub static S018 = { name: "value-off-its-header", severity: Warning, class: Report, apply: Apply::Fitting, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// Whether a line inside a long text looks like a heading of its own, though the form has none of that name.
    /// ## Why
    /// A part of the form that the definition does not know would otherwise be taken for the end of the text before it.
    /// ## Example
    /// `五、其他需要说明的问题` in the text under 四、改进措施.
    /// ## Fix safety
    /// Nothing is altered; the text is kept where it stands.
    /// ## Source
    /// Forms with added parts, seen in submissions.
    pub static S019 = { name: "heading-unknown", severity: Warning, class: Report, apply: Apply::Fitting, parameters: [] }
}

fn blank_levels(context: &mut Context<'_>, _parameters: &Parameters<'_>) {
    let record = context.record;
    let any_doubted = context.ledger.doubts(super::levels::V002.code);
    for band in &context.definition.bands {
        let Band::Tree(tree) = band else { continue };
        let tables = tree.tables(&record.data);
        let level = &tree.levels[1].key;
        // Levels with a row that nobody suggests to move away.
        let mut filled: FxHashSet<(usize, Cow<'_, str>)> = FxHashSet::default();
        for (block, (list, rows)) in tables.iter().enumerate() {
            let mut last = None;
            for (index, row) in rows.iter().enumerate() {
                let at = || list.clone().index(index).key(level.clone());
                if !(any_doubted && context.is_doubted(&at(), super::levels::V002.code)) {
                    // Rows of one level stand together.
                    let text = row.text(level);
                    if last.replace(text) != Some(text) {
                        filled.insert((block, fold(text)));
                    }
                }
            }
        }
        for mark in record.marks.iter().filter(|mark| mark.kind == MarkKind::Level2) {
            let (key, block) = match &mark.at.0[..] {
                [Step::Key(key), Step::Index(block), ..] => (key, block),
                [Step::Key(key)] => (key, &0),
                _ => continue,
            };
            let Some((rows, held)) = tables.get(*block).filter(|_| *key == tree.key) else { continue };
            // A level printed twice is told once; `insert` says whether it was missing.
            if filled.contains(&(*block, fold(&mark.text))) || !filled.insert((*block, fold(&mark.label))) {
                continue;
            }
            if held.is_empty() {
                continue; // The whole block is blank: told as that.
            }
            let message = match tree.blocks {
                Some(_) => Message::new("S013.blank").with("goal", block + 1),
                None => Message::new("S013.blank.alone"),
            };
            let message = message.with("level", &mark.label);
            context.findings.push(Finding::new(S013.code, context.severity, message).at(rows.clone(), Some(mark.locus)));
        }
    }
}
