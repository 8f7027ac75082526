//! Which encoding the bytes of an RTF file are in: by the file, by the font.

use encoding_rs::Encoding;

#[derive(Clone, Debug, Default)]
pub(super) struct Font {
    pub name: String,
    /// A font of signs: bytes are places in it.
    pub signs: bool,
    pub encoding: Option<&'static Encoding>,
}

/// The encoding of a Windows code page.
pub(in crate::read) fn code_page(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        437 | 850 | 1252 | 819 => encoding_rs::WINDOWS_1252,
        708 | 1256 => encoding_rs::WINDOWS_1256,
        866 => encoding_rs::IBM866,
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        936 | 54936 => encoding_rs::GB18030,
        949 | 1361 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        852 | 1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10000 => encoding_rs::MACINTOSH,
        65001 => encoding_rs::UTF_8,
        _ => return None,
    })
}

/// The encoding of a font's character set; none for the file's own.
pub(super) fn character_set(number: i32) -> Option<&'static Encoding> {
    code_page(match number {
        77 => 10000,
        128 => 932,
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178..=181 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}
