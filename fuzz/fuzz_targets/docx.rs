//! Word packages: the main part, styles, lists, a header, notes, comments and a chart, each XML of its own.
#![no_main]

use biaozhun::read::{Options, Tracked, read};
use biaozhun_fuzz::{Part, Words, packed};
use libfuzzer_sys::fuzz_target;

macro_rules! spaces {
    () => {
        "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' \
         xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships' \
         xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math' \
         xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' \
         xmlns:w14='http://schemas.microsoft.com/office/word/2010/wordml' \
         xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' \
         xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart' \
         xmlns:dgm='http://schemas.openxmlformats.org/drawingml/2006/diagram' \
         xmlns:v='urn:schemas-microsoft-com:vml'"
    };
}

macro_rules! part {
    ($name:literal, $open:literal, $close:literal) => {
        Part { name: $name, before: concat!("<", $open, " ", spaces!(), ">"), after: concat!("</", $close, ">") }
    };
}

const PARTS: [Part; 7] = [
    part!("word/document.xml", "w:document", "w:document"),
    part!("word/styles.xml", "w:styles", "w:styles"),
    part!("word/numbering.xml", "w:numbering", "w:numbering"),
    part!("word/header1.xml", "w:hdr", "w:hdr"),
    part!("word/footnotes.xml", "w:footnotes", "w:footnotes"),
    part!("word/comments.xml", "w:comments", "w:comments"),
    part!("word/charts/chart1.xml", "c:chartSpace", "c:chartSpace"),
];

const FIXED: [(&str, &str); 2] = [
    ("_rels/.rels", "<Relationships><Relationship Id='r' Type='x/officeDocument' Target='word/document.xml'/></Relationships>"),
    (
        "word/_rels/document.xml.rels",
        "<Relationships><Relationship Id='1' Type='x/styles' Target='styles.xml'/><Relationship Id='2' Type='x/numbering' Target='numbering.xml'/><Relationship Id='3' Type='x/header' Target='header1.xml'/><Relationship Id='4' Type='x/footnotes' Target='footnotes.xml'/><Relationship Id='5' Type='x/comments' Target='comments.xml'/><Relationship Id='6' Type='x/chart' Target='charts/chart1.xml'/></Relationships>",
    ),
];

#[rustfmt::skip]
const WORDS: Words = Words {
    elements: &[
        "w:body", "w:tbl", "w:tr", "w:tc", "w:p", "w:r", "w:t", "w:pPr", "w:rPr", "w:tcPr", "w:trPr", "w:tblGrid", "w:gridCol",
        "w:gridSpan", "w:vMerge", "w:hMerge", "w:tcW", "w:gridBefore", "w:gridAfter", "w:sdt", "w:sdtPr", "w:sdtContent",
        "w14:checkbox", "w14:checked", "w:showingPlcHdr", "w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:delText", "w:cellIns",
        "w:cellDel", "w:cellMerge", "w:vanish", "w:specVanish", "w:hidden", "w:rFonts", "w:rStyle", "w:pStyle", "w:numPr",
        "w:numId", "w:ilvl", "w:fldChar", "w:instrText", "w:fldSimple", "w:ffData", "w:checkBox", "w:ddList", "w:listEntry",
        "w:default", "w:result", "w:ruby", "w:rt", "w:rubyBase", "w:object", "w:pict", "w:txbxContent", "v:textpath",
        "v:imagedata", "mc:AlternateContent", "mc:Choice", "mc:Fallback", "a:t", "a:p", "a:txBody", "a:blip", "c:chart",
        "c:strCache", "c:v", "dgm:relIds", "m:oMath", "m:r", "m:t", "m:f", "m:num", "m:den", "m:sup", "m:sub", "m:rad", "m:d",
        "m:dPr", "m:begChr", "m:endChr", "m:e", "m:nary", "m:naryPr", "m:chr", "m:eqArr", "m:mr", "w:tab", "w:br", "w:sym",
        "w:noBreakHyphen", "w:sectPr", "w:headerReference", "w:titlePg", "w:footnote", "w:comment", "w:altChunk", "w:style",
        "w:basedOn", "w:docDefaults", "w:abstractNum", "w:lvl", "w:start", "w:numFmt", "w:lvlText", "w:lvlRestart", "w:isLgl",
        "w:num", "w:abstractNumId", "w:lvlOverride", "w:startOverride", "w:numStyleLink", "w:styleLink", "w:rPrChange",
        "w:smartTag", "w:hyperlink",
    ],
    attributes: &[
        "w:val='0'", "w:val='1'", "w:val='2'", "w:val='9'", "w:val='restart'", "w:val='continue'", "w:val='4294967295'",
        "w:val='A'", "w:val='B'", "w:val='%1.%2'", "w:val='chineseCounting'", "w:val='bullet'", "w:val='none'", "w:w='100'",
        "w:w='4294967295'", "w:type='dxa'", "w:type='paragraph'", "w:type='default'", "w:type='first'", "r:id='3'", "r:id='6'",
        "w:fldCharType='begin'", "w:fldCharType='separate'", "w:fldCharType='end'", "w:ascii='Wingdings'", "w:ascii='Symbol'",
        "w:char='F0FE'", "w:char='FFFFFFFF'", "w:font='Wingdings 2'", "w:author='x'", "w:styleId='A'", "w:styleId='B'",
        "w:default='1'", "w:abstractNumId='0'", "w:abstractNumId='1'", "w:numId='1'", "w:ilvl='0'", "w:ilvl='8'",
        "Requires='w14'", "Requires='zz'", "string='x'", "w:vMerge='rest'", "m:val='['", "xmlns:w='urn:x'", "r:dm='6'",
    ],
    texts: &[
        "甲", "收入 ", "<w:x/>", "a&amp;lt;b", "\t|\t", "1.", " EQ \\o\\ac(○,1)", " SYMBOL 254 \\f Wingdings", "\n", "R",
        "MACROBUTTON a [b]", "&#xfffd;", "□",
    ],
};

fuzz_target!(|bytes: &[u8]| {
    let Some(file) = packed(bytes, &PARTS, &FIXED, &WORDS) else { return };
    let tracked = if bytes.len() % 2 == 0 { Tracked::Accept } else { Tracked::Reject };
    let _ = read(&file, &Options { tracked, ..Options::default() });
});
