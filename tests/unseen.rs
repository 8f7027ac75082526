//! Forms that nobody tuned anything on, in layouts seen in the wild (DOMAIN.md, section 7), written by hand: wordings of other
//! provinces, columns and whole stretches that the definition does not have, bands in another order, several forms behind a
//! cover page, a page that starts in the midst of a form. Nothing is lost; what is read is right; what is not, is told.

mod support;

use biaozhun::diag::Severity;
use biaozhun::pipeline::{Checked, Conversion};
use biaozhun::record::Path;
use biaozhun::rules::Fix;
use support::account::account;
use support::case::converter;

fn read(name: &str) -> Conversion {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/unseen").join(name);
    let conversion = converter().convert(&std::fs::read(file).expect("the file"), Fix::Auto).expect("has a form");
    let account = account(&conversion.document, conversion.forms.iter().map(|form| &form.record));
    assert!(account.closes(), "{name}: {account:?}");
    for form in &conversion.forms {
        assert!(form.findings.iter().all(|finding| finding.rule != "S016"), "{name}: something is not accounted for");
    }
    conversion
}

fn holds(form: &Checked, expected: &[(&str, &str)]) {
    for (path, text) in expected {
        let at: Path = path.parse().expect("a path");
        let found = form.record.leaf(&at).map_or("(none)", |leaf| leaf.text.as_str());
        assert_eq!(found, *text, "{path}");
    }
}

/// Whether something that a person must look at speaks of a place, or of a row or list around it.
fn told(form: &Checked, path: &str) -> bool {
    let grave = form.findings.iter().filter(|finding| finding.severity != Severity::Info);
    let mut places = grave.flat_map(|finding| &finding.at).map(ToString::to_string);
    places.any(|at| path.starts_with(&at) || at.starts_with(path))
}

#[test]
fn several_forms_behind_the_end_of_another() {
    let conversion = read("e-many-forms.md");
    let [first, second] = &conversion.forms[..] else { panic!("{} forms", conversion.forms.len()) };
    holds(
        first,
        &[
            ("year", "2023"),
            ("project", "社区矫正经费"),
            ("funds.sources[0].spent", "35.28"),
            ("goals.actual", "监管社区矫正对象168人，无脱管漏管。"),
            ("indicators[0].name", "监管社区矫正对象人数"),
            ("indicators[4].actual", "93%"),
            ("total.score", "99.8"),
        ],
    );
    holds(
        second,
        &[
            ("year", "2023"),
            ("project", "人民调解经费"),
            ("goals.expected", "调解矛盾纠纷800件。"),
            ("indicators[3].score", "10"),
            ("total.score", "100"),
        ],
    );
    let tail = first.record.unplaced.iter().any(|piece| piece.text == "服务对象满意度");
    assert!(tail, "the end of the form before is kept, and no row of this one");
}

#[test]
fn bands_in_another_order() {
    let conversion = read("d-permuted-bands.txt");
    let form = &conversion.forms[0];
    assert_eq!(form.record.form, "department-targets-hunan");
    holds(
        form,
        &[
            ("year", "2023"),
            ("department", "南屏岭区退役军人事务局"),
            ("funds.whole[0].amount", "2160.50"),
            ("funds.expense[1].amount", "1700.00"),
            ("indicators[1].target", "4场次"),
            ("phone", "0700-3366120"),
            ("filed_on", "2023-02-08"),
        ],
    );
}

#[test]
fn a_stretch_and_a_column_that_the_form_does_not_have() {
    let conversion = read("c-cost-composition.txt");
    let form = &conversion.forms[0];
    assert_eq!(form.record.form, "project-targets");
    holds(
        form,
        &[
            ("year", "2022"),
            ("authority", "安澜县文化和旅游局"),
            ("implementer", "安澜县图书馆"),
            ("attribute", "延续项目"),
            ("year_total", "88.00"),
            ("goals.annual", "全年接待读者26万人次，开展阅读推广活动50场。"),
            ("indicators[0].name", "接待读者人次"),
            ("indicators[0].target", "≥26万人次"),
            ("indicators[3].target", "≤30天"),
            ("indicators[4].name", "读者人均借阅册数"),
            ("indicators[5].target", "≥92%"),
        ],
    );
    let kept = |text: &str| form.record.unplaced.iter().any(|piece| piece.text == text);
    assert!(kept("预算成本构成") && kept("9000册×50元") && kept("立项依据"));
}

#[test]
fn three_columns_under_one_header_are_told() {
    let conversion = read("b-three-part-values.html");
    let form = &conversion.forms[0];
    assert_eq!(form.record.form, "project-review");
    holds(
        form,
        &[
            ("project", "城区绿地养护"),
            ("funds.sources[0].rate", "96.00%"),
            ("goals.actual", "养护绿地86.5万平方米，补植乔木1230株。"),
            ("total.score", "98.6"),
        ],
    );
    // The definition has one column there: which value is which, a person must see.
    let rows = form.record.get(&"indicators".parse().expect("a path")).map_or(0, |rows| rows.items().len());
    assert!((0..rows).all(|row| told(form, &format!("indicators[{row}]"))));
}

#[test]
fn labels_broken_over_lines_are_told() {
    let conversion = read("a-special-fund-review.txt");
    let form = &conversion.forms[0];
    assert_eq!(form.record.form, "project-review");
    holds(
        form,
        &[
            ("year", "2020"),
            ("project", "农业产业发展专项资金"),
            ("implementer", "各乡镇人民政府"),
            ("goals.expected", "扶持新型农业经营主体60家，建设标准化基地2600亩。"),
            ("goals.actual", "扶持63家，建设标准化基地2710亩。"),
            ("indicators[0].target", "≥60家"),
            ("indicators[3].reason", "部分乡镇报账滞后，已督促整改"),
            ("indicators[6].actual", "94%"),
            ("funds.sources[0].budget", "420.00"),
            ("funds.sources[0].spent", "398.50"),
        ],
    );
    // What is left of the labels is no value.
    let kept = |text: &str| form.record.unplaced.iter().any(|piece| piece.text == text);
    assert!(kept("目标") && kept("一级"), "{:?}", form.record.unplaced);
}
