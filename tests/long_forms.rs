//! Long forms as the programs of offices print them: every page of the indicators begins with the header rows and says to which
//! levels its rows belong. A program that is missing is said loudly; where `CI=true` it is a failure.

mod support;

use biaozhun::form::load;
use biaozhun::pipeline::{Checked, Print, Printer, convert};
use biaozhun::rules::Fix;
use std::path::Path;
use std::process::Command;
use support::programs::{program, run, to_office, to_pdf};

const PRINT: Print = Print { language: biaozhun::catalogue::Language::Chinese, appendix: false };

/// Three hundred indicators in seven groups.
fn form() -> Checked {
    let levels = [
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
        ("产出指标", "时效指标"),
        ("产出指标", "成本指标"),
        ("效益指标", "社会效益指标"),
        ("效益指标", "可持续影响指标"),
        ("满意度指标", "服务对象满意度指标"),
    ];
    let mut text = String::from("form: department-targets\ndata:\n  annual_goals:\n    - goal: 全面履职\n      indicators:\n");
    for index in 0..300 {
        let (level1, level2) = levels[index * levels.len() / 300];
        text.push_str(&format!(
            "        - {{level1: {level1}, level2: {level2}, name: 开展监督检查和问题整改工作次数之{index}, target: ≥{index}次, basis: 计划标准}}\n"
        ));
    }
    convert(text.as_bytes(), load::builtin(), Fix::None).expect("a record").forms.remove(0)
}

/// The texts of a printed file's pages, without blanks.
fn pages(pdftotext: &str, pdf: &Path) -> Vec<String> {
    let text = run(Command::new(pdftotext).arg("-raw").arg(pdf).arg("-"));
    let text = String::from_utf8_lossy(&text).into_owned();
    let bare = |page: &str| page.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    text.split('\u{c}').map(bare).filter(|page| !page.is_empty()).collect()
}

/// Every page with indicators has the goal, the headers and labels of both levels; all indicators are printed once.
fn every_page_says_what_its_rows_are(pages: &[String]) {
    let mut seen = 0;
    for (number, page) in pages.iter().enumerate() {
        let rows = page.matches('≥').count();
        seen += rows;
        if rows == 0 {
            continue;
        }
        let goal = page.find("年度目标1").unwrap_or_else(|| panic!("page {}: no goal\n{page}", number + 1));
        let header = page.find("一级指标").unwrap_or_else(|| panic!("page {}: no header row\n{page}", number + 1));
        assert!(goal < header && page.find('≥').is_some_and(|row| header < row), "page {}: {page}", number + 1);
        // The last page may have the end of a part only.
        if rows >= 12 {
            assert!(page.contains("绩效"), "page {}: no label at the edge\n{page}", number + 1);
            assert!(
                ["产出指标", "效益指标", "满意度指标"].iter().any(|level| page.contains(level)),
                "page {}: {page}",
                number + 1
            );
        }
    }
    assert_eq!(seen, 300);
}

#[test]
fn libreoffice_prints_every_page_of_a_long_form_with_its_headers_and_labels() {
    let Some(soffice) = program(&["soffice", "libreoffice"]) else { return };
    let Some(pdftotext) = program(&["pdftotext"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("form.docx");
    std::fs::write(&file, Printer::new(load::builtin()).docx(&form(), PRINT).expect("a Word file")).expect("writing");
    to_office(soffice, &file, "pdf");
    every_page_says_what_its_rows_are(&pages(pdftotext, &folder.path().join("form.pdf")));
}

#[test]
fn chromium_prints_every_page_of_a_long_form_with_its_headers_and_labels() {
    let Some(chromium) = program(&["chromium", "chromium-browser", "google-chrome"]) else { return };
    let Some(pdftotext) = program(&["pdftotext"]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (page, pdf) = (folder.path().join("form.html"), folder.path().join("form.pdf"));
    std::fs::write(&page, Printer::new(load::builtin()).html(&form(), PRINT).expect("a page")).expect("writing");
    to_pdf(chromium, &page, &pdf);
    every_page_says_what_its_rows_are(&pages(pdftotext, &pdf));
}
