//! X: what several documents say of the same thing. The summary looks at them (`summary::across`); here they are documented.

use super::{Apply, declare_rule};

declare_rule! {
    /// ## What it checks
    /// That a department has handed in a form of a kind once for a year; of forms about a project, once for each project.
    /// ## Why
    /// A form that was sent twice counts twice in every sum, and of two versions only one can be meant.
    /// ## Example
    /// Two declarations of one bureau for 2023: the same file under two names (a warning), or with other totals (an error). Forms without
    /// a year are a note, as are departments whose names differ by a code or one character: they may be two.
    /// ## Fix safety
    /// Nothing is changed. Sums count forms of the same content once.
    /// ## Source
    /// The departments and years that the forms' definitions name (`summary:`); names are compared without width, blanks and brackets.
    pub static X001 = { name: "form-twice", severity: Error, class: Report, apply: Apply::Across, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That a project of a year has one amount in all forms that name it: in the form of the whole department, in its own declaration, in
    /// monitoring and review (there the amount at the beginning of the year).
    /// ## Why
    /// The forms are filled in by different people from one budget.
    /// ## Example
    /// 120.00 万元 in the department's form, 102.00 万元 in the project's (a warning). Between departments it is a note: common names,
    /// 办公设备购置 say, belong to many projects.
    /// ## Fix safety
    /// Nothing is changed. Amounts are compared in 元; what has no known unit is not compared, nor a name that one form has twice.
    /// ## Source
    /// Reviewer's list, F10: the same project, the same year, the same amount after conversion.
    pub static X002 = { name: "project-amount-differs", severity: Warning, class: Report, apply: Apply::Across, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That the amounts of all forms of a kind add up to a total that was given (`--total KIND[@YEAR]=AMOUNT`).
    /// ## Why
    /// The bureau knows what it has allotted; a difference is a department that is missing, came twice, or was misread.
    /// ## Example
    /// Given 12000.00万元, the forms add up to 11987.50万元.
    /// ## Fix safety
    /// Nothing is changed. Forms of the same content count once; a form whose total cannot be read makes it unchecked, not zero.
    /// ## Source
    /// The amounts that the forms' definitions name (`summary: total`); arithmetic.
    pub static X003 = { name: "departments-do-not-add-up", severity: Error, class: Report, apply: Apply::Across, parameters: [] }
}

declare_rule! {
    /// ## What it checks
    /// That forms of several years give the same value for the same year: amounts by row, targets of indicators by name.
    /// ## Why
    /// A form repeats the years before its own; what was copied wrongly there cannot be seen in one form alone.
    /// ## Example
    /// 财政拨款 of 2022 is 1389.19 in the form of 2022, and 1398.19 under 上年金额 in that of 2023.
    /// ## Fix safety
    /// Nothing is changed: adjusted and final amounts may differ and should then be marked as such.
    /// ## Source
    /// The history that the forms' definitions name (`summary: history`).
    pub static X004 = { name: "earlier-year-differs", severity: Warning, class: Report, apply: Apply::Across, parameters: [] }
}
