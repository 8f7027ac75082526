#!/usr/bin/env python3
"""Makes the samples of this folder that other programs write. Needs python-docx, openpyxl, xlwt, XlsxWriter, odfpy, pandoc and
LibreOffice; `python3 make.py`. The content is that of ../archives-2024.md, invented throughout."""

import datetime
import email.message
import email.policy
import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent / "archives-2024.md"
STEM = "archives-2024"


def read():
    """Lines before the table, its rows, lines behind it."""
    before, rows, behind = [], [], []
    for line in SOURCE.read_text("utf-8").splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not all(set(cell) <= {"-"} for cell in cells):
                rows.append([re.sub(r"</?p>", "\n", cell).strip().replace("\n \n", "\n") for cell in cells])
        elif line.strip():
            (behind if rows else before).append(line.strip())
    return before, rows, behind


BEFORE, ROWS, BEHIND = read()
WIDTH = len(ROWS[0])


def spans():
    """Row, column, rows and columns of every filled cell: a label reaches down over blank cells, a row's last cell to the right."""
    found = []
    for number, row in enumerate(ROWS):
        filled = [column for column, cell in enumerate(row) if cell]
        for index, column in enumerate(filled):
            # Blank cells before the next filled one belong to this one, save those that a label above reaches down to.
            end = filled[index + 1] if index + 1 < len(filled) else WIDTH
            across = end - column
            down = 1
            if column < 3 and across == 1:
                while number + down < len(ROWS) and not any(ROWS[number + down][: column + 1]):
                    down += 1
            found.append((number, column, down, across))
    taken = {}
    kept = []
    for number, column, down, across in found:
        while across > 1 and any((number, c) in taken for c in range(column, column + across)):
            across -= 1
        for r in range(number, number + down):
            for c in range(column, column + across):
                taken[r, c] = (number, column)
        kept.append((number, column, down, across))
    return kept


SPANS = spans()


def value(text):
    """A cell as a workbook stores it: number, share or text, with its format."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text), "General"
    if re.fullmatch(r"\d+(\.\d+)?%", text):
        return float(text[:-1]) / 100, "0.00%" if "." in text else "0%"
    return text, "General"


def python_docx():
    import docx

    document = docx.Document()
    for line in BEFORE:
        document.add_paragraph(line)
    table = document.add_table(rows=len(ROWS), cols=WIDTH, style="Table Grid")
    for row, column, down, across in SPANS:
        cell = table.cell(row, column)
        if down * across > 1:
            cell = cell.merge(table.cell(row + down - 1, column + across - 1))
        cell.text = ROWS[row][column]
    for line in BEHIND:
        document.add_paragraph(line)
    document.save(HERE / f"{STEM}-python-docx.docx")


def lines():
    """Where the lines and the table stand in a workbook."""
    top = len(BEFORE)
    return top, top + len(ROWS)


def openpyxl_():
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    top, below = lines()
    for number, line in enumerate(BEFORE):
        sheet.cell(number + 1, 1, line)
    for row, column, down, across in SPANS:
        stored, look = value(ROWS[row][column])
        cell = sheet.cell(top + row + 1, column + 1, stored)
        cell.number_format = look
        if down * across > 1:
            sheet.merge_cells(
                start_row=top + row + 1, start_column=column + 1, end_row=top + row + down, end_column=column + across
            )
    for number, line in enumerate(BEHIND):
        sheet.cell(below + number + 1, 1, line)
    book.save(HERE / f"{STEM}-openpyxl.xlsx")


def xlsxwriter_():
    import xlsxwriter

    book = xlsxwriter.Workbook(HERE / f"{STEM}-xlsxwriter.xlsx")
    book.set_properties({"created": datetime.datetime(2024, 2, 6)})
    sheet = book.add_worksheet()
    looks = {look: book.add_format({"num_format": look}) for look in ("General", "0%", "0.00%")}
    top, below = lines()
    for number, line in enumerate(BEFORE):
        sheet.write_string(number, 0, line)
    for row, column, down, across in SPANS:
        stored, look = value(ROWS[row][column])
        place = (top + row, column)
        if down * across > 1:
            sheet.merge_range(*place, top + row + down - 1, column + across - 1, stored, looks[look])
        else:
            sheet.write(*place, stored, looks[look])
    for number, line in enumerate(BEHIND):
        sheet.write_string(below + number, 0, line)
    sheet.set_header("&C&14部门整体绩效&R内部资料")
    sheet.set_footer("&C第 &P 页")
    sheet.write_comment(top, 1, "请与机构编制批复核对", {"author": ""})
    sheet.insert_textbox(below + 6, 1, "（单位公章）")
    book.close()


def xlwt_():
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    looks = {look: xlwt.easyxf(num_format_str=look) for look in ("General", "0%", "0.00%")}
    top, below = lines()
    for number, line in enumerate(BEFORE):
        sheet.write(number, 0, line)
    for row, column, down, across in SPANS:
        stored, look = value(ROWS[row][column])
        sheet.write_merge(top + row, top + row + down - 1, column, column + across - 1, stored, looks[look])
    for number, line in enumerate(BEHIND):
        sheet.write(below + number, 0, line)
    book.save(HERE / f"{STEM}-xlwt.xls")


def odfpy():
    from odf.opendocument import OpenDocumentText
    from odf.table import CoveredTableCell, Table, TableCell, TableColumn, TableRow
    from odf.text import P

    document = OpenDocumentText()
    for line in BEFORE:
        document.text.addElement(P(text=line))
    table = Table(name="form")
    table.addElement(TableColumn(numbercolumnsrepeated=WIDTH))
    begins = {(row, column): (down, across) for row, column, down, across in SPANS}
    covered = {
        (r, c)
        for row, column, down, across in SPANS
        for r in range(row, row + down)
        for c in range(column, column + across)
        if (r, c) != (row, column)
    }
    for number, row in enumerate(ROWS):
        made = TableRow()
        for column, text in enumerate(row):
            if (number, column) in covered:
                made.addElement(CoveredTableCell())
                continue
            down, across = begins.get((number, column), (1, 1))
            cell = TableCell(numberrowsspanned=down, numbercolumnsspanned=across, valuetype="string")
            for line in text.split("\n"):
                cell.addElement(P(text=line.strip()))
            made.addElement(cell)
        table.addElement(made)
    document.text.addElement(table)
    for line in BEHIND:
        document.text.addElement(P(text=line))
    document.save(HERE / f"{STEM}-odfpy.odt")


def pandoc():
    for ending in ("docx", "odt", "rtf"):
        target = HERE / f"{STEM}-pandoc.{ending}"
        subprocess.run(["pandoc", "-f", "gfm", "-s", SOURCE, "-o", target], check=True)


def soffice(source, kind, target):
    """LibreOffice's conversion of a sample."""
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, HERE / source]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        made = pathlib.Path(folder) / f"{pathlib.Path(source).stem}.{kind.split(':')[0]}"
        (HERE / target).write_bytes(made.read_bytes())


def libreoffice():
    soffice(f"{STEM}.odt", "docx", f"{STEM}.docx")
    soffice(f"{STEM}.odt", "fodt", f"{STEM}.fodt")
    soffice(f"{STEM}.odt", "html", f"{STEM}.html")


def excel_2003():
    """What many programs of offices export as a workbook: the XML of Excel 2003. LibreOffice writes a million rows of it."""
    from xml.sax.saxutils import escape

    begins = {(row, column): (down, across) for row, column, down, across in SPANS}
    looks = {"General": "g", "0%": "p", "0.00%": "q"}
    out = ['<?xml version="1.0" encoding="UTF-8"?>', '<?mso-application progid="Excel.Sheet"?>']
    out.append('<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">')
    styles = [f'<Style ss:ID="{name}"><NumberFormat ss:Format="{look}"/></Style>' for look, name in looks.items()]
    out.append(f'<Styles>{"".join(styles)}</Styles><Worksheet ss:Name="Sheet1"><Table>')

    def line(text):
        return f'<Row><Cell><Data ss:Type="String">{escape(text)}</Data></Cell></Row>'

    out.extend(line(text) for text in BEFORE)
    for number in range(len(ROWS)):
        cells = []
        for column in range(WIDTH):
            if (number, column) in begins:
                down, across = begins[number, column]
                stored, look = value(ROWS[number][column])
                kind = "String" if isinstance(stored, str) else "Number"
                place = f'ss:Index="{column + 1}" ss:MergeDown="{down - 1}" ss:MergeAcross="{across - 1}" ss:StyleID="{looks[look]}"'
                cells.append(f'<Cell {place}><Data ss:Type="{kind}">{escape(str(stored))}</Data></Cell>')
        out.append(f'<Row>{"".join(cells)}</Row>')
    out.extend(line(text) for text in BEHIND)
    out.append("</Table></Worksheet></Workbook>")
    (HERE / f"{STEM}-excel-2003.xml").write_text("\n".join(out), "utf-8")


def word_2003():
    """What Word 2003 saves as XML (LibreOffice writes it too, but drops tabs)."""
    from xml.sax.saxutils import escape

    begins = {(row, column): (down, across) for row, column, down, across in SPANS}
    under = {(r, column): across for row, column, down, across in SPANS for r in range(row + 1, row + down)}

    def paragraphs(text):
        return "".join(f"<w:p><w:r><w:t>{escape(line.strip())}</w:t></w:r></w:p>" for line in text.split("\n"))

    out = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', '<?mso-application progid="Word.Document"?>']
    out.append('<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xml:space="preserve"><w:body>')
    out.extend(paragraphs(line) for line in BEFORE)
    out.append("<w:tbl>")
    for number in range(len(ROWS)):
        cells, column = [], 0
        while column < WIDTH:
            down, across = begins.get((number, column), (1, under.get((number, column), 1)))
            merge = '<w:vmerge w:val="restart"/>' if down > 1 else "<w:vmerge/>" if (number, column) in under else ""
            text = ROWS[number][column]
            cells.append(f'<w:tc><w:tcPr><w:gridSpan w:val="{across}"/>{merge}</w:tcPr>{paragraphs(text)}</w:tc>')
            column += across
        out.append(f'<w:tr>{"".join(cells)}</w:tr>')
    out.append("</w:tbl>")
    out.extend(paragraphs(line) for line in BEHIND)
    out.append("</w:body></w:wordDocument>")
    (HERE / f"{STEM}-word-2003.xml").write_text("\n".join(out), "utf-8")


def web_archive():
    """A page in a single file, as browsers and Word save it."""
    page = (HERE / f"{STEM}.html").read_bytes()
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Content-Type"] = 'multipart/related; boundary="----=_NextPart_archives"; type="text/html"'
    message["MIME-Version"] = "1.0"
    part = email.message.EmailMessage(policy=email.policy.SMTP)
    part.set_content(page.decode("utf-8"), subtype="html", charset="utf-8", cte="quoted-printable")
    part["Content-Location"] = "file:///C:/archives-2024.htm"
    message.attach(part)
    (HERE / f"{STEM}.mht").write_bytes(message.as_bytes())
    (HERE / f"{STEM}.html").unlink()


if __name__ == "__main__":
    for make in (python_docx, openpyxl_, xlsxwriter_, xlwt_, odfpy, pandoc, libreoffice, excel_2003, word_2003, web_archive):
        make()
