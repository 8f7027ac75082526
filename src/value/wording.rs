//! How indicators are worded where they are not measured: 提升, 效果明显, 达到规定等次, 按时完成.

/// Words that open or stand alone as a qualitative value.
const OPENERS: [&str; 34] = [
    "提升",
    "提高",
    "改善",
    "增强",
    "增加",
    "增长",
    "减少",
    "降低",
    "下降",
    "有效",
    "有所",
    "逐步",
    "明显",
    "显著",
    "良好",
    "优",
    "合格",
    "达标",
    "达到",
    "保障",
    "保证",
    "确保",
    "稳定",
    "持续",
    "长期",
    "不断",
    "进一步",
    "较",
    "符合",
    "完成",
    "按时",
    "及时",
    "严格",
    "促进",
];

/// Words that end one.
const ENDINGS: [&str; 14] =
    ["提升", "提高", "改善", "增强", "明显", "显著", "良好", "完成", "稳定", "达标", "到位", "满意", "减少", "优化"];

/// A bit for each character that the words begin with, or end in: those of other texts are not compared.
const fn bits(words: &[&str], last: bool) -> u64 {
    let (mut bits, mut index) = (0, 0);
    while index < words.len() {
        let word = words[index].as_bytes();
        bits |= 1 << (word[if last { word.len() - 1 } else { 2 }] & 63);
        index += 1;
    }
    bits
}

const OPENING: u64 = bits(&OPENERS, false);
const ENDING: u64 = bits(&ENDINGS, true);

/// Whether a short text is worded as a value rather than as a name. A guess, good enough to weigh; never a judgement.
pub fn looks_qualitative(text: &str) -> bool {
    let text = super::notation::trim(text);
    let characters = text.chars().count();
    if characters == 0 || characters > 16 {
        return false;
    }
    if matches!(text, "是" | "否" | "有" | "无" | "高" | "中" | "低" | "好" | "优" | "良") {
        return true;
    }
    let has = |bits: u64, byte: Option<&u8>| byte.is_some_and(|byte| bits & 1 << (byte & 63) != 0);
    has(OPENING, text.as_bytes().get(2)) && OPENERS.iter().any(|word| text.starts_with(word))
        || characters <= 10 && has(ENDING, text.as_bytes().last()) && ENDINGS.iter().any(|word| text.ends_with(word))
}
