"""How long python-docx and docxtpl take for the nearest thing to what biaozhun does with a Word file, in one warm process.

    python3 read_and_fill.py FORM.docx TEMPLATE.docx CONTEXT.json RUNS

Reads the text of every paragraph and cell with python-docx, writes it as JSON, and fills the template with content that was made
ready elsewhere: nothing is understood, checked or corrected, and no page is written, so that the two do far less than we do. Prints the
milliseconds of each run, of the processor's time.
"""

import io
import json
import sys
import time

from fill_docxtpl import template


def main():
    form, path, context, runs = sys.argv[1:5]
    import docx
    from docxtpl import DocxTemplate

    source = template(path)
    with open(form, "rb") as file:
        form = file.read()
    with open(context, encoding="utf-8") as file:
        values = json.load(file)
    for run in range(int(runs) + 1):
        begin = time.process_time()
        document = docx.Document(io.BytesIO(form))
        texts = [paragraph.text for paragraph in document.paragraphs]
        tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
        json.dumps([texts, tables], ensure_ascii=False)
        filled = DocxTemplate(io.BytesIO(source))
        filled.render(values, autoescape=True)
        filled.save(io.BytesIO())
        spent = time.process_time() - begin
        if run > 0:
            print(f"{spent * 1000:.3f}")


if __name__ == "__main__":
    main()
