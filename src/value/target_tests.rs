//! Examples and properties for `target.rs`, apart for length.

use super::*;
use proptest::prelude::*;

fn canonical(text: &str) -> String {
    parse(text).map_or_else(String::new, |target| target.text)
}

#[test]
fn every_notation_comes_to_one_text() {
    for (texts, expected) in [
        (
            &[
                "≥145家",
                ">=145家",
                "≧145 家",
                "＞＝145家",
                "大于等于145家",
                "大于或等于145家",
                "不低于145家",
                "不少于145家",
                "不小于１４５家",
                "至少145家",
                "145家以上",
                "145家及以上",
                "≥ 145 家",
                "≥145家以上",
                "达到145家以上",
                "不少于一百四十五家",
            ][..],
            "≥145家",
        ),
        (&["≤2%", "不高于2%", "不超过2%", "控制在2%以内", "2%以下", "2％以内", "≤百分之二", "控制在2%以下"], "≤2%"),
        (&["100%", "＝100%", "﹦100%", "达到100%", "达100%", "百分之百", "100百分比", "百分百"], "100%"),
        (&[">60分", "＞60分", "超过60分", "高于60分", "60分以外"], ">60分"),
        (&["<5件", "低于5件", "少于5件"], "<5件"),
        (&["95%-98%", "95%~98%", "95-98%", "95%—98%", "95%～98%", "95%至98%"], "95%～98%"),
        (&["5～10天", "5-10天", "5至10天"], "5～10天"),
        (&["0"], "0"),
        (&["0起"], "0起"),
        (&["1年", "1 年", "一年"], "1年"),
        (&["1年内", "1年以内", "不超过1年"], "≤1年"),
        (&["12个月"], "12个月"),
        (
            &["2023年12月底前", "2023年12月31日前", "2023.12.31前", "2023年底前完成", "不晚于2023年12月31日", "2023-12-31之前"],
            "2023-12-31前",
        ),
        (&["2023年12月31日"], "2023-12-31"),
        (&["≥100百分比"], "≥100%"),
        (&["提升"], "提升"),
        (&["≥1,200件"], "≥1200件"),
        (&["3000元/人·月"], "3000元/人·月"),
        (&["两次"], "2次"),
        (&["≥97.50%"], "≥97.50%"),
    ] {
        for text in texts {
            assert_eq!(canonical(text), expected, "{text}");
        }
    }
}

#[test]
fn what_is_not_certain_stays_as_written() {
    for text in [
        "当年",
        "6月30日前",
        "12月底之前完成",
        "2023年",
        "2023年12月",
        "95%左右",
        "合格率95%以上",
        "95%以上合格",
        "三级",
        "一般",
        "≥5或≤2",
        "≥95%以内",
        "控制在2%",
        "严格执行（暂行）规定",
        "优良中低差",
        "1/2",
        "约30家",
        "2023-2024年",
        "10-5天",
        "1-2",
        "一次性",
        "百分之九十五左右",
        "（三）级",
        "无",
    ] {
        assert_eq!(canonical(text), text, "{text}");
    }
}

#[test]
fn rules_can_ask_what_a_target_is() {
    let target = |text: &str| parse(text).expect("not blank");
    assert!(target("≥96%").is_percentage() && target("95%-98%").is_percentage());
    assert!(target("0").lacks_unit() && !target("0起").lacks_unit() && !target("无").is_qualitative());
    assert!(target("提升").is_qualitative() && !target("95%左右").is_qualitative() && !target("6月30日前").is_qualitative());
    assert_eq!(target("当年").quantity, Quantity::Period);
    assert_eq!(target("≤2%").operator, Operator::AtMost);
    for text in ["XX", "≥**人", "—", "――", "/", "*", "≥XX%", "≥", "≥  %", "××", "待定", "……"] {
        assert!(target(text).is_placeholder(), "{text}");
    }
    assert_eq!(read(" "), Reading::Blank);
    assert!(looks_numeric("≥ 145家") && looks_numeric("不少于三次") && looks_numeric("９6%") && looks_numeric("控制在2%以内"));
    assert!(!looks_numeric("提升") && !looks_numeric("达标") && !looks_numeric("一次性") && !looks_numeric(""));
}

proptest! {
    #[test]
    fn canonical_text_is_its_own(text in "(≥|≤|>|不低于|达到|控制在|＝|)[0-9０-９一二十百.,]{0,5}(%|％|家|年|月|天|元/人|X)?(以上|以内|内|前|左右|-|～)?[0-9]{0,3}[%天年月 ]?") {
        if let Reading::Value(value) = read(&text) {
            prop_assert_eq!(read(&value), Reading::Value(value.clone()));
        }
    }

    #[test]
    fn numbers_are_never_altered(value in 0u32..100_000, scale in 0u32..3, sign in "(≥|≤|不少于|)", unit in "(家|件|%|人次|)") {
        let number = Decimal::new(i64::from(value), scale);
        let target = parse(&format!("{sign}{number}{unit}")).expect("not blank");
        prop_assert_eq!(target.number(), Some(number));
        prop_assert_eq!(target.unit, unit);
    }
}
