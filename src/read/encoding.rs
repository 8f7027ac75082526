//! Bytes → text: byte order marks, UTF-16 by its NUL pattern, UTF-8, then GB18030, Big5 or what chardetng thinks, whichever
//! gives more of the characters that Chinese texts are made of. Also says what a text is that belongs to an office program.

use crate::diag::{Error, Message};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// How much of a file is looked at to tell its encoding.
const SAMPLE: usize = 64 << 10;

/// A decoded source. Bytes that could not be decoded stand in it as U+FFFD.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    /// The WHATWG name.
    pub encoding: &'static str,
}

/// Decodes a source, or says what it is instead of a text.
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, Error> {
    if bytes.is_empty() {
        return Err(unreadable("read.empty"));
    }
    let decoded = decode_text(bytes);
    if is_binary(&decoded.text) {
        return Err(unreadable("read.binary"));
    }
    if decoded.text.chars().all(crate::document::is_blank) {
        return Err(unreadable("read.blank"));
    }
    Ok(decoded)
}

/// A name in the bytes of some office's system: in an archive that does not say in which encoding, or of a file.
pub fn name(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(name) => Cow::Borrowed(name),
        Err(_) => guess(bytes).decode_without_bom_handling(bytes).0,
    }
}

fn unreadable(id: &'static str) -> Error {
    Error::Unreadable(Message::new(id))
}

fn decode_text(bytes: &[u8]) -> Decoded<'_> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[length..]);
    }
    // The byte order mark of GB18030.
    if let Some(rest) = bytes.strip_prefix(b"\x84\x31\x95\x33") {
        return with(GB18030, rest);
    }
    if let Some(encoding) = sixteen_bits(bytes) {
        return with(encoding, bytes);
    }
    if is_utf8(bytes) {
        return with(UTF_8, bytes);
    }
    with(guess(&bytes[..bytes.len().min(SAMPLE)]), bytes)
}

fn with<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, encoding: encoding.name() }
}

/// UTF-8, perhaps with some bytes broken: a text cut in the middle of a character, or patched by a tool.
fn is_utf8(bytes: &[u8]) -> bool {
    let Err(first) = std::str::from_utf8(bytes) else { return true };
    let (mut good, mut bad) = (0usize, 0usize);
    let sample = &bytes[..bytes.len().min(first.valid_up_to() + SAMPLE)];
    for chunk in sample.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= 10 * bad
}

/// UTF-16 without a mark: the upper bytes of digits, blanks and line ends are NUL, all on one side.
fn sixteen_bits(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE) & !1];
    let mut nuls = [0usize; 2];
    for pair in sample.chunks_exact(2) {
        nuls[0] += usize::from(pair[0] == 0);
        nuls[1] += usize::from(pair[1] == 0);
    }
    let (encoding, one, other) = if nuls[1] > nuls[0] { (UTF_16LE, nuls[1], nuls[0]) } else { (UTF_16BE, nuls[0], nuls[1]) };
    if one == 0 || other * 10 > one {
        return None;
    }
    let (text, _) = encoding.decode_without_bom_handling(sample);
    let count = text.chars().count();
    let odd = text.chars().filter(|c| matches!(c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}') || is_control(*c)).count();
    (odd * 20 <= count).then_some(encoding)
}

/// GB18030 or Big5, or, where neither gives Chinese, what the detector says.
fn guess(sample: &[u8]) -> &'static Encoding {
    let mut best = (GB18030, score(GB18030, sample));
    let big5 = score(BIG5, sample);
    if big5 > best.1 {
        best = (BIG5, big5);
    }
    if best.1 > 0 {
        return best.0;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    if guess.is_single_byte() || score(guess, sample) <= best.1 { best.0 } else { guess }
}

/// How Chinese a decoding looks: common characters count for it, losses and private characters against it.
fn score(encoding: &'static Encoding, sample: &[u8]) -> i64 {
    let (text, _) = encoding.decode_without_bom_handling(sample);
    text.chars()
        .map(|c| match c {
            '\u{fffd}' | '\u{e000}'..='\u{f8ff}' => -4,
            _ if c.is_ascii() => 0,
            _ if is_common(c) => 2,
            // Kana, box drawing and Cyrillic are what Big5 read as GBK is full of.
            '\u{3040}'..='\u{30ff}' | '\u{0400}'..='\u{04ff}' | '\u{2500}'..='\u{257f}' => -1,
            _ => 0,
        })
        .sum()
}

/// The characters that running Chinese text, and forms above all, are made of: simplified and traditional together, for each
/// encoding holds only its own.
const COMMON: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经\
十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关\
各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题程展五果料象员革位入常文总次品式活\
设及管特件长求基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口\
东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才\
科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列响约\
支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照\
参红细引听该铁价严绩填附预拨款财职能概述项综填联话占比构成益满足意服务对象障案申诉讼宣传\
這為個國時來們於對會發動過說產種後經進著電裡實兩體機當從業應還義間樣與關線數麼質氣條沒結問無係軍題黨員總長邊級圖統組見計別論運農幾區強決被幹戰則\
據處隊給門規熱領東導壓爭濟階術極聯認權證採轉單風帶場車務萬達積議聲報鬥類離華張馬節話況溫傳許廣記觀織裝眾書復兒須際驗連斷難礦週備辦響約勞團歷\
構稱準號維劃選標寫親養層卻專狀廠識適屬圓調滿縣參紅細該鐵價嚴績填財職項綜聯絡訴訟，。、：；（）“”％《》　";

fn is_common(c: char) -> bool {
    use std::sync::OnceLock;
    static SORTED: OnceLock<Vec<char>> = OnceLock::new();
    let sorted = SORTED.get_or_init(|| {
        let mut all: Vec<char> = COMMON.chars().collect();
        all.sort_unstable();
        all.dedup();
        all
    });
    sorted.binary_search(&c).is_ok()
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}')
}

/// More control characters, or characters that could not be decoded, than any text has.
fn is_binary(text: &str) -> bool {
    let (mut nuls, mut odd, mut count) = (0usize, 0usize, 0usize);
    for c in text.chars().take(SAMPLE) {
        count += 1;
        nuls += usize::from(c == '\0');
        odd += usize::from(is_control(c) || c == '\u{fffd}');
    }
    nuls * 200 > count || odd * 10 > count
}

/// Texts that are office files all the same: read as texts they would give a heap of style settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Office {
    Rtf,
    /// All parts of a Word package in one text.
    FlatPackage,
    /// What Word 2003 calls XML.
    Word2003,
    /// What Excel 2003 calls XML.
    Excel2003,
}

/// Which office file a text is.
pub fn office(text: &str) -> Option<Office> {
    let mut end = text.len().min(4096);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text[..end].trim_start_matches('\u{feff}').trim_start();
    match head {
        _ if head.starts_with("{\\rtf") => Some(Office::Rtf),
        _ if !head.starts_with('<') => None,
        _ if head.contains("<pkg:package") => Some(Office::FlatPackage),
        _ if head.contains("schemas.microsoft.com/office/word/2003/wordml") => Some(Office::Word2003),
        _ if head.contains("urn:schemas-microsoft-com:office:spreadsheet") && head.contains("Workbook") => {
            Some(Office::Excel2003)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "部门整体绩效目标申报表\n填报日期：2023年12月30日\n单位：万元\n部门名称\t某某局\n";
    const TRADITIONAL: &str = "部門整體績效目標申報表\n填報日期：2023年12月30日\n單位：萬元\n部門名稱\t某某局\n";

    fn name(bytes: &[u8]) -> (String, &'static str) {
        decode(bytes).map(|decoded| (decoded.text.into_owned(), decoded.encoding)).unwrap_or_default()
    }

    fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    fn sixteen(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn each_encoding_of_a_form_is_told() {
        assert_eq!(name(FORM.as_bytes()), (FORM.into(), "UTF-8"));
        assert_eq!(name(format!("\u{feff}{FORM}").as_bytes()), (FORM.into(), "UTF-8"));
        assert_eq!(name(&encoded(FORM, GB18030)), (FORM.into(), "gb18030"));
        assert_eq!(name(&encoded(TRADITIONAL, BIG5)), (TRADITIONAL.into(), "Big5"));
        for text in [FORM, TRADITIONAL] {
            assert_eq!(name(&sixteen(text, u16::to_le_bytes)), (text.into(), "UTF-16LE"));
            assert_eq!(name(&sixteen(text, u16::to_be_bytes)), (text.into(), "UTF-16BE"));
            let marked = format!("\u{feff}{text}");
            assert_eq!(name(&sixteen(&marked, u16::to_le_bytes)), (text.into(), "UTF-16LE"));
        }
    }

    #[test]
    fn a_short_text_is_told_too() {
        for text in ["填报人\t张三\n", "单位：万元", "合计 100%"] {
            assert_eq!(name(&encoded(text, GB18030)), (text.into(), "gb18030"));
        }
    }

    #[test]
    fn a_text_cut_inside_a_character_stays_utf8() {
        let (text, encoding) = name(&FORM.as_bytes()[..FORM.len() - 3]);
        assert_eq!(encoding, "UTF-8");
        assert!(text.ends_with('\u{fffd}'));
    }

    #[test]
    fn what_is_no_text_is_named() {
        let id = |bytes: &[u8]| match decode(bytes) {
            Err(Error::Unreadable(message)) => message.id,
            other => panic!("{other:?}"),
        };
        assert_eq!(id(b""), "read.empty");
        assert_eq!(id(" \r\n\t\u{3000}\u{feff}".as_bytes()), "read.blank");
        assert_eq!(office(" \n{\\rtf1\\ansi}"), Some(Office::Rtf));
        assert_eq!(office("<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\">"), None);
        assert_eq!(id(&(0..=255u8).cycle().take(4000).collect::<Vec<_>>()), "read.binary");
    }
}
