//! Old and sister formats, feature by feature: what hangs on sheets, what old text files hold besides text, files in disguise,
//! files that must be refused with what to do.

mod support;

use biaozhun::catalogue::Language;
use biaozhun::diag::Error;
use biaozhun::document::Document;
use biaozhun::form::load;
use biaozhun::package::pack;
use biaozhun::pipeline::{convert, yaml_text};
use biaozhun::read::{Options, Tracked, read};
use biaozhun::rules::Fix;
use std::io::Write;
use support::programs::{program, to_office};
use support::word::{Maker, SPACES, cell, docx, paragraph, row, table};

fn look(bytes: &[u8]) -> Document {
    read(bytes, &Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn texts(document: &Document) -> Vec<&str> {
    document.cells().map(|cell| cell.text.as_str()).collect()
}

fn numbers(document: &Document) -> Vec<String> {
    document.cells().map(|cell| cell.numbers.iter().map(|number| number.text.clone()).collect()).collect()
}

/// What is told: the id, the text or the count, the place.
fn told(document: &Document) -> Vec<(&'static str, String, String)> {
    let notices = document.notices.iter().map(|notice| {
        let argument = |name: &str| notice.message.arguments.iter().find(|(known, _)| *known == name);
        let text = argument("text").or_else(|| argument("left_out")).or_else(|| argument("count"));
        (notice.message.id, text.map(|(_, text)| text.clone()).unwrap_or_default(), notice.locus.spot.to_string())
    });
    notices.collect()
}

fn says(id: &'static str, text: &str, place: &str) -> (&'static str, String, String) {
    (id, text.to_owned(), place.to_owned())
}

fn refusal(bytes: &[u8]) -> (&'static str, String) {
    match read(bytes, &Options::default()) {
        Err(Error::Unreadable(message)) => {
            let kind = message.arguments.iter().find(|(name, _)| *name == "kind");
            (message.id, kind.map(|(_, kind)| kind.clone()).unwrap_or_default())
        }
        other => panic!("{other:?}"),
    }
}

fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).expect("a compound file");
    for (name, content) in streams {
        file.create_stream(name).expect("a stream").write_all(content).expect("writing");
    }
    file.into_inner().into_inner()
}

fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), body].concat()
}

fn words(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn wide(text: &str) -> Vec<u8> {
    words(&text.encode_utf16().collect::<Vec<_>>())
}

/// A binary workbook of one sheet with these records.
fn binary_workbook(sheet: &[Vec<u8>]) -> Vec<u8> {
    let begin = |kind: u16| record(0x809, &words(&[0x600, kind, 0, 0]));
    let name = [&[0u8; 6][..], &[1, 0], b"a"].concat();
    let head = begin(5).len() + record(0x85, &name).len() + record(0xa, &[]).len();
    let name = [&(head as u32).to_le_bytes()[..], &[0, 0, 1, 0], b"a"].concat();
    let book = [begin(5), record(0x85, &name), record(0xa, &[]), begin(0x10), sheet.concat(), record(0xa, &[])].concat();
    compound(&[("/Workbook", &book)])
}

#[test]
fn what_hangs_on_the_sheets_of_a_binary_workbook_is_told_with_its_text() {
    let label =
        |row: u16, text: &str| record(0x204, &[words(&[row, 0, 0, text.chars().count() as u16]), vec![1], wide(text)].concat());
    let object = |kind: u16, id: u16, more: &[u8]| {
        record(0x5d, &[words(&[0x15, 18, kind, id]), vec![0; 14], more.to_vec(), vec![0; 4]].concat())
    };
    let text = |text: &str| {
        let count = text.chars().count() as u16;
        let head = record(0x1b6, &words(&[0, 0, 0, 0, 0, count, 16, 0, 0]));
        // Cut in two, as long texts are.
        let (first, rest) = text.split_at(text.char_indices().nth(1).map_or(text.len(), |(at, _)| at));
        let part = |text: &str| record(0x3c, &[vec![1], wide(text)].concat());
        [head, part(first), part(rest), record(0x3c, &[0; 16])].concat()
    };
    let header = "&L&\"宋体\"内部资料&C&P";
    let sheet = [
        record(0x14, &[words(&[header.chars().count() as u16]), vec![1], wide(header)].concat()),
        label(0, "甲"),
        label(1, "乙"),
        object(0x19, 1, &[]),
        text("请核实"),
        object(6, 2, &[]),
        text("盖章处"),
        object(0xb, 3, &[words(&[0x12, 8, 1]), vec![0; 6]].concat()),
        text("同意"),
        object(8, 4, &[]),
        record(0x1c, &[words(&[1, 2, 0, 1, 1]), vec![0], b"x".to_vec()].concat()),
        record(0x809, &words(&[0x600, 0x20, 0, 0])),
        record(0x100d, &[words(&[0]), vec![2, 1], wide("支出")].concat()),
        record(0xa, &[]),
    ];
    let document = look(&binary_workbook(&sheet));
    assert_eq!(texts(&document), ["甲", "乙"]);
    assert_eq!(
        told(&document),
        [
            says("read.sheet.comments", "请核实", "s1C2"),
            says("read.sheet.drawing", "盖章处 ☑同意 支出", "s1A1"),
            says("read.sheet.printed", "内部资料", "s1A1")
        ]
    );
}

fn workbook(sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let related =
        |id: &str, kind: &str, target: &str| format!("<Relationship Id=\"{id}\" Type=\"x/{kind}\" Target=\"{target}\"/>");
    let relations = |inner: &str| format!("<Relationships>{inner}</Relationships>");
    let main = relations(&related("1", "officeDocument", "xl/workbook.xml"));
    let sheets = relations(&[related("1", "worksheet", "s.xml"), related("2", "chartsheet", "c.xml")].concat());
    let mut parts: Vec<(&str, &str)> = vec![
        ("_rels/.rels", &main),
        ("xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets><sheet r:id=\"1\"/><sheet r:id=\"2\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", &sheets),
        ("xl/s.xml", sheet),
    ];
    parts.extend(more);
    let parts: Vec<_> = parts.into_iter().map(|(name, content)| (name.to_owned(), content.as_bytes().to_vec())).collect();
    pack(&parts).expect("packs")
}

#[test]
fn headers_and_charts_of_a_workbook_are_told() {
    let sheet = "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData><headerFooter><oddHeader>&amp;C&amp;14预算表&amp;RPage &amp;P</oddHeader>\
        <oddFooter>&amp;L编制单位：某局</oddFooter></headerFooter></worksheet>";
    let drawing = "<Relationships><Relationship Id=\"1\" Type=\"x/drawing\" Target=\"d.xml\"/></Relationships>";
    let chart = "<Relationships><Relationship Id=\"1\" Type=\"x/chart\" Target=\"chart.xml\"/></Relationships>";
    let more = [
        ("xl/_rels/c.xml.rels", drawing),
        ("xl/d.xml", "<wsDr><graphicFrame/></wsDr>"),
        ("xl/_rels/d.xml.rels", chart),
        ("xl/chart.xml", "<chart><t>支出构成</t></chart>"),
    ];
    let drawn = more
        .map(|(name, content)| (name, if name == "xl/d.xml" { "<wsDr><graphicFrame></graphicFrame></wsDr>" } else { content }));
    let document = look(&workbook(sheet, &drawn));
    let wanted = [says("read.sheet.printed", "预算表 编制单位：某局", "s1A1"), says("read.sheet.drawing", "支出构成", "s2A1")];
    assert_eq!(told(&document), wanted);
}

#[test]
fn headers_of_an_open_document_workbook_are_told_without_what_every_page_fills_in() {
    let ns = |name: &str| format!("xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\"");
    let source = format!(
        "<?xml version=\"1.0\"?><office:document {} {} {} {} office:mimetype=\"application/vnd.oasis.opendocument.spreadsheet\">\
        <office:master-styles><style:master-page><style:header><text:p><text:sheet-name>???</text:sheet-name></text:p></style:header>\
        <style:footer><text:p>第<text:page-number>1</text:page-number>页</text:p></style:footer></style:master-page>\
        <style:master-page><style:header><text:p>内部资料</text:p></style:header></style:master-page></office:master-styles>\
        <office:body><office:spreadsheet><table:table><table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell>\
        </table:table-row></table:table></office:spreadsheet></office:body></office:document>",
        ns("office"),
        ns("text"),
        ns("table"),
        ns("style"),
    );
    let document = look(source.as_bytes());
    assert_eq!(texts(&document), ["甲"]);
    assert_eq!(told(&document), [says("read.sheet.printed", "内部资料", "s1A1")]);
}

#[test]
fn rtf_holds_more_than_its_text() {
    let source = r"{\rtf1\ansi\ansicpg936
{\*\listtable{\list\listtemplateid1{\listlevel\levelnfc37\levelnfcn37\levelstartat1{\leveltext\'02\'00\u12289?;}{\levelnumbers\'01;}}{\listlevel\levelnfc0\levelstartat3{\leveltext\'03(\'01);}{\levelnumbers\'02;}}{\listname ;}\listid77}}
{\*\listoverridetable{\listoverride\listid77\listoverridecount0\ls1}{\listoverride\listid77\listoverridecount1{\lfolevel\listoverridestartat\levelstartat5}\ls2}}
\pard\ls1\ilvl0 a\par\pard\ls1\ilvl1 b\par\pard\ls1 c\par\pard\ls2 d\par
\pard{\upr{old}{\*\ud{\u26032?}}}\par
\pard{\field{\*\fldinst{FORMDROPDOWN {\*\formfield{\fftype2\ffres1{\*\ffl one}{\*\ffl two}}}}}{\fldrslt}}\par
\pard{\field{\*\fldinst EQ \\o\\ac(\u9675?,3)}{\fldrslt}}{\field{\*\fldinst EQ \\f(1,2)}{\fldrslt}}\par
\pard x{\footnote\ftnalt end}\par
{\shp{\*\shpinst{\sp{\sn gtextUNICODE}{\sv \u31456?}}}}}";
    let document = look(source.as_bytes());
    assert_eq!(texts(&document), ["a", "b", "c", "d", "新", "two", "③", "x", "章", "end"]);
    assert_eq!(numbers(&document)[..4], ["一、", "(3)", "二、", "五、"].map(String::from));
    assert_eq!(document.cells().last().map(|cell| cell.locus.spot.to_string()).as_deref(), Some("e1"));
    assert_eq!(told(&document), [says("read.word.field", r"EQ \f(1,2)", "-")]);
}

#[test]
fn many_hidden_passages_are_told_each_in_its_place_and_then_together() {
    let source = format!("{{\\rtf1 {}}}", (0..30).map(|n| format!("\\pard x{{\\v secret{n}}}\\par ")).collect::<String>());
    let document = look(source.as_bytes());
    let all = told(&document);
    assert_eq!(all.len(), 21);
    assert_eq!(all[19], says("read.word.hidden", "secret19", "p20"));
    assert_eq!((all[20].0, all[20].2.as_str()), ("read.hidden_text", "p21"));
    assert!((20..30).all(|n| all[20].1.contains(&format!("secret{n}"))));
}

const ARCHIVE: &str = "From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=\"--=_x\"\r\n\r\nThis is a page.\r\n----=_x\r\n\
    Content-Location: file:///C:/a.htm\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Type: text/html; charset=\"gb2312\"\r\n\r\n\
    <html><body><!--[if gte mso 9]><xml><w:View>Print</w:View></xml><![endif]--><table><tr><td>=B5=A5=CE=BB</td><td>=\r\n=CD=F2=D4=AA</td></tr></table></body></html>\r\n----=_x\r\n\
    Content-Location: file:///C:/header.htm\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/html; charset=\"utf-8\"\r\n\r\n\
    PGRpdj7pobXnnIk8L2Rpdj4=\r\n----=_x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n----=_x--\r\n";

#[test]
fn a_page_in_a_single_file_is_read_whatever_it_is_called() {
    let document = look(ARCHIVE.as_bytes());
    assert_eq!((document.reader, document.encoding), ("mht", "GBK"));
    assert_eq!(texts(&document), ["单位", "万元", "页眉"]);
    assert_eq!(told(&document), [says("read.dropped.objects", "1", "-")]);
    for end in 0..ARCHIVE.len() {
        let _ = read(&ARCHIVE.as_bytes()[..end], &Options::default());
    }
    let without = ARCHIVE.replace("text/html", "application/x");
    assert_eq!(refusal(without.as_bytes()).0, "read.damaged");
}

#[test]
fn what_word_saves_as_a_web_page_is_read_as_it_stands_on_the_page() {
    let source = "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:w=\"urn:schemas-microsoft-com:office:word\"><head>\
        <!--[if gte mso 9]><xml><o:DocumentProperties><o:Author>x</o:Author></o:DocumentProperties></xml><![endif]-->\
        <style><!-- p.MsoNormal {mso-style-parent:\"\";} --></style></head><body lang=ZH-CN><div class=WordSection1>\
        <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>一、<span>&nbsp;</span></span><![endif]>\
        预算<span style='mso-hide:all'>底数</span>执行率<o:p></o:p></p>\
        <table class=MsoTableGrid><tr><td rowspan=2><p class=MsoNormal>合计<o:p></o:p></p></td><td><p>1<o:p>&nbsp;</o:p></p></td></tr><tr><td><p>2</p></td></tr></table>\
        <![if !supportEmptyParas]>&nbsp;<![endif]></div></body></html>";
    let document = look(source.as_bytes());
    assert_eq!(texts(&document), ["一、\u{a0}预算执行率", "合计", "1", "2"]);
    let ids: Vec<_> = told(&document).into_iter().map(|(id, ..)| id).collect();
    assert_eq!(ids, ["read.dropped.hidden"]);
}

#[test]
fn a_flat_package_is_read_as_the_package_it_is() {
    let part =
        |name: &str, content: &str| format!("<pkg:part pkg:name=\"{name}\"><pkg:xmlData>{content}</pkg:xmlData></pkg:part>");
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let source = format!(
        "<?xml version=\"1.0\" standalone=\"yes\"?>\n<?mso-application progid=\"Word.Document\"?>\n\
        <pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\">{}{}{}</pkg:package>",
        part(
            "/_rels/.rels",
            &format!(
                "<Relationships><Relationship Id=\"1\" Type=\"{office}/officeDocument\" Target=\"word/document.xml\"/></Relationships>"
            )
        ),
        part(
            "/word/document.xml",
            &format!(
                "<w:document {SPACES}><w:body>{}</w:body></w:document>",
                table(&[row(&[cell("", "单位"), cell("", "万元")])])
            )
        ),
        "<pkg:part pkg:name=\"/word/media/a.png\"><pkg:binaryData>iVBORw0KGgo=</pkg:binaryData></pkg:part>"
    );
    let document = look(source.as_bytes());
    assert_eq!((document.reader, texts(&document)), ("docx", vec!["单位", "万元"]));
    for end in (0..source.len()).filter(|end| source.is_char_boundary(*end)) {
        let _ = read(&source.as_bytes()[..end], &Options::default());
    }
}

#[test]
fn the_xml_of_word_2003_is_read() {
    let source = "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\" \
        xmlns:wx=\"http://schemas.microsoft.com/office/word/2003/auxHint\" xmlns:aml=\"http://schemas.microsoft.com/aml/2001/core\">\
        <w:styles><w:style w:type=\"character\" w:styleId=\"Gone\"><w:rPr><w:vanish/></w:rPr></w:style></w:styles><w:body><wx:sect>\
        <w:p><w:pPr><w:listPr><w:ilvl w:val=\"0\"/><w:ilfo w:val=\"1\"/><wx:t wx:val=\"一、\"/></w:listPr></w:pPr><w:r><w:t>正文</w:t></w:r>\
        <aml:annotation aml:id=\"1\" w:type=\"Word.Deletion\" aml:author=\"张三\"><aml:content><w:r><w:delText>旧</w:delText></w:r></aml:content></aml:annotation>\
        <w:r><w:rPr><w:rStyle w:val=\"Gone\"/></w:rPr><w:t>藏</w:t></w:r><w:r><w:footnote><w:p><w:r><w:t>脚注</w:t></w:r></w:p></w:footnote></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:tcPr><w:vmerge w:val=\"restart\"/></w:tcPr><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>\
        <w:tr><w:tc><w:tcPr><w:vmerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
        <w:sectPr><w:hdr w:type=\"odd\"><w:p><w:r><w:t>页眉</w:t></w:r></w:p></w:hdr></w:sectPr></wx:sect></w:body></w:wordDocument>";
    let document = look(source.as_bytes());
    assert_eq!(texts(&document), ["页眉", "正文", "甲", "1", "2", "脚注"]);
    assert_eq!(numbers(&document)[1], "一、");
    assert_eq!(document.cells().nth(2).map(|cell| cell.row_span), Some(2));
    let rejected = read(source.as_bytes(), &Options { tracked: Tracked::Reject, ..Options::default() }).expect("a document");
    assert_eq!(texts(&rejected)[1], "正文旧");
    let ids: Vec<_> = told(&document).into_iter().map(|(id, text, _)| (id, text)).collect();
    assert_eq!(ids, [("read.word.tracked_accepted", "“旧”".to_owned()), ("read.word.hidden", "藏".to_owned())]);
}

#[test]
fn the_xml_of_excel_2003_is_read_as_it_is_shown() {
    let source = "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
        xmlns:x=\"urn:schemas-microsoft-com:office:excel\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Styles>\
        <Style ss:ID=\"p\"><NumberFormat ss:Format=\"Percent\"/></Style><Style ss:ID=\"d\"><NumberFormat ss:Format=\"yyyy/m/d\"/></Style></Styles>\
        <Worksheet ss:Name=\"a\"><Table><Column ss:Index=\"4\" ss:Hidden=\"1\"/><Row><Cell ss:MergeDown=\"1\"><Data ss:Type=\"String\">合<B>计</B></Data>\
        <Comment><ss:Data>请核实</ss:Data></Comment></Cell><Cell ss:StyleID=\"p\"><Data ss:Type=\"Number\">0.96</Data></Cell>\
        <Cell ss:StyleID=\"d\"><Data ss:Type=\"DateTime\">2023-12-30T00:00:00.000</Data></Cell><Cell><Data ss:Type=\"Number\">4711</Data></Cell></Row>\
        <Row ss:Index=\"2\"><Cell ss:Index=\"2\"><Data ss:Type=\"Number\">2306.26</Data></Cell></Row></Table>\
        <x:WorksheetOptions><x:PageSetup><x:Header x:Data=\"&amp;C预算表\"/></x:PageSetup></x:WorksheetOptions></Worksheet></Workbook>";
    let document = look(source.as_bytes());
    assert_eq!(texts(&document), ["合计", "96.00%", "2023/12/30", "2306.26"]);
    let first = document.cells().next().expect("a cell");
    assert_eq!((first.row_span, first.locus.spot.to_string()), (2, "s1A1".to_owned()));
    let wanted = [
        says("read.sheet.comments", "请核实", "s1A1"),
        says("read.sheet.printed", "预算表", "s1A1"),
        says("read.hidden_text", "4711", "s1D1"),
    ];
    assert_eq!(told(&document), wanted);
}

#[test]
fn a_part_that_is_there_twice_is_told() {
    let whole = docx(&paragraph("正文"));
    // Two entries of one name: the directory is made by hand, for no library writes such.
    let mut twice = whole.clone();
    let end = twice.len() - 22;
    let count = u16::from_le_bytes([twice[end + 10], twice[end + 11]]);
    let start = u32::from_le_bytes(twice[end + 16..end + 20].try_into().expect("four bytes")) as usize;
    let first = whole[start..end].to_vec();
    let name = usize::from(u16::from_le_bytes([first[28], first[29]]));
    let more =
        usize::from(u16::from_le_bytes([first[30], first[31]])) + usize::from(u16::from_le_bytes([first[32], first[33]]));
    let entry = first[..46 + name + more].to_vec();
    let size = u32::from_le_bytes(twice[end + 12..end + 16].try_into().expect("four bytes")) + entry.len() as u32;
    twice.splice(end..end, entry.iter().copied());
    let end = end + entry.len();
    twice[end + 8..end + 10].copy_from_slice(&(count + 1).to_le_bytes());
    twice[end + 10..end + 12].copy_from_slice(&(count + 1).to_le_bytes());
    twice[end + 12..end + 16].copy_from_slice(&size.to_le_bytes());
    let document = look(&twice);
    assert_eq!(texts(&document), ["正文"]);
    assert_eq!(told(&document), [says("read.repeated", "1", "-")]);
    assert_eq!(told(&look(&whole)), []);
}

/// What LibreOffice writes as an old Word file; none where it is not installed.
fn as_old_word(file: &[u8]) -> Option<Vec<u8>> {
    let soffice = program(&["soffice", "libreoffice"])?;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("form.docx");
    std::fs::write(&path, file).expect("writing");
    to_office(soffice, &path, "doc");
    Some(std::fs::read(path.with_extension("doc")).expect("a file"))
}

#[test]
fn paragraph_ends_that_changes_take_away_in_old_word_files_join_what_they_parted() {
    let change = |kind: &str, inner: &str| {
        format!("<w:{kind} w:id=\"1\" w:author=\"a\" w:date=\"2023-01-01T00:00:00Z\">{inner}</w:{kind}>")
    };
    let marked = |kind: &str, text: &str| {
        format!("<w:p><w:pPr><w:rPr>{}</w:rPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>", change(kind, ""))
    };
    let replaced = [
        change("del", "<w:r><w:delText>旧</w:delText></w:r>"),
        change("ins", "<w:r><w:t>新</w:t></w:r>"),
        "<w:r><w:t>己</w:t></w:r>".to_owned(),
    ];
    let body = [
        marked("del", "甲"),
        paragraph("乙"),
        marked("ins", "丙"),
        paragraph("丁"),
        format!("<w:p>{}</w:p>", replaced.concat()),
    ];
    let Some(old) = as_old_word(&docx(&body.concat())) else { return };
    let accepted = look(&old);
    assert_eq!(texts(&accepted), ["甲乙", "丙", "丁", "新己"]);
    assert_eq!(told(&accepted), [says("read.word.tracked_accepted", "“旧”", "p4")]);
    let rejected = read(&old, &Options { tracked: Tracked::Reject, ..Options::default() }).expect("a document");
    assert_eq!(texts(&rejected), ["甲", "乙", "丙丁", "旧己"]);
}

#[test]
fn paragraph_ends_that_changes_take_away_in_rtf_join_what_they_parted() {
    let source = r"{\rtf1 one {\deleted \par}two\par three {\revised \par}four\par}";
    let read_as = |tracked| read(source.as_bytes(), &Options { tracked, ..Options::default() }).expect("a document");
    assert_eq!(texts(&read_as(Tracked::Accept)), ["one two", "three", "four"]);
    assert_eq!(texts(&read_as(Tracked::Reject)), ["one", "two", "three four"]);
    let table = r"{\rtf1 one{\deleted \par}\trowd\cellx1000\pard\intbl 1\cell\row\pard end\par}";
    assert_eq!(texts(&look(table.as_bytes())), ["one", "1", "end"]);
}

#[test]
fn an_imported_file_is_told_with_its_text() {
    let page = "<html><body><p>导入的文字</p></body></html>";
    let file = Maker::default()
        .part("aFChunk", "chunk.htm", page)
        .part("aFChunk", "chunk.bin", "\u{0}\u{1}")
        .pack(&format!("{}<w:altChunk r:id=\"rId1\"/><w:altChunk r:id=\"rId2\"/>", paragraph("正文")));
    let document = look(&file);
    assert_eq!(texts(&document), ["正文"]);
    let wanted = [says("read.word.imported", "导入的文字", "p2"), says("read.word.chunk", "1", "-")];
    assert_eq!(told(&document), wanted);
}

#[test]
fn white_text_is_read_and_told_where_its_ground_is_white_too() {
    let run = |more: &str, text: &str| {
        format!("<w:p><w:r><w:rPr><w:color w:val=\"FFFFFF\"/>{more}</w:rPr><w:t>{text}</w:t></w:r></w:p>")
    };
    let dark = "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"1F3864\"/>";
    let in_cell = table(&[row(&[format!("<w:tc><w:tcPr>{dark}</w:tcPr>{}</w:tc>", run("", "表头"))])]);
    let document = look(&docx(&[run("", "看不见"), run(dark, "看得见"), in_cell].concat()));
    assert_eq!(texts(&document), ["看不见", "看得见", "表头"]);
    assert_eq!(told(&document), [says("read.word.white", "看不见", "p1")]);
}

#[test]
fn a_lone_page_number_in_a_footer_is_no_note_of_the_form() {
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/word/archives-2024-pandoc.odt");
    let file = std::fs::read(sample).expect("a sample");
    assert_eq!(texts(&look(&file)).last(), Some(&"1"));
    let conversion = convert(&file, load::builtin(), Fix::Auto).expect("a form");
    let yaml = yaml_text(&conversion.forms[0], Language::English);
    assert!(!yaml.contains("- \"1\"") && !yaml.contains("S009"), "{yaml}");
}

#[test]
fn what_cannot_be_read_is_refused_with_what_to_do() {
    let stream = |version: u16, flags: u16| [words(&[0xa5ec, version, 0, 0, 0, flags]), vec![0; 2000]].concat();
    assert_eq!(refusal(&compound(&[("/WordDocument", &stream(0xc1, 0x100))])).0, "read.encrypted");
    assert_eq!(refusal(&compound(&[("/WordDocument", &stream(0x68, 0))])).0, "read.word6");
    assert_eq!(refusal(&compound(&[("/EncryptedPackage", b"x"), ("/EncryptionInfo", b"x")])).0, "read.encrypted");
    let locked = [record(0x809, &words(&[0x600, 5, 0, 0])), record(0x2f, &[0; 4])].concat();
    assert_eq!(refusal(&compound(&[("/Workbook", &locked)])).0, "read.encrypted");
    let part = |name: &str, content: &str| (name.to_owned(), content.as_bytes().to_vec());
    let sealed = [
        part("mimetype", "application/vnd.oasis.opendocument.text"),
        part("content.xml", "?"),
        part("META-INF/manifest.xml", "<manifest><encryption-data/></manifest>"),
    ];
    assert_eq!(refusal(&pack(&sealed).expect("packs")).0, "read.encrypted");
    let office = |target: &str| {
        format!("<Relationships><Relationship Id=\"1\" Type=\"x/officeDocument\" Target=\"{target}\"/></Relationships>")
    };
    let binary = [part("_rels/.rels", &office("xl/workbook.bin")), part("xl/workbook.bin", "\u{1}")];
    assert_eq!(refusal(&pack(&binary).expect("packs")), ("read.not_text.sheet", "@read.kind.excel_binary".to_owned()));
    let slides = [part("_rels/.rels", &office("ppt/p.xml")), part("ppt/p.xml", "<presentation/>")];
    assert_eq!(refusal(&pack(&slides).expect("packs")).1, "@read.kind.slides");
}
