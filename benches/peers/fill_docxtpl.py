"""How long docxtpl takes to fill the shipped template with the content that biaozhun fills it with, in one warm process.

    python3 fill_docxtpl.py TEMPLATE.docx CONTEXT.json OUT.docx RUNS

Prints the milliseconds of each run, of the processor's time: a run is so long that others on the machine would come into it, and in
docxtpl's disfavour. Called by the benchmark `filling`. docxtpl knows the same template language; what it does not
know is put in its own words: rows and paragraphs that only steer are marked `{%tr` and `{%p`. Merging of equal neighbours is left
out, so that docxtpl does less than we do.
"""

import io
import json
import re
import sys
import time
import zipfile


def in_its_own_words(xml):
    """The document part with docxtpl's marks."""

    def only_steers(element):
        text = re.sub(r"<[^>]+>", "", element)
        return bool(text.strip()) and not re.sub(r"\{%.*?%\}", "", text).strip()

    def mark(kind):
        return lambda found: found[0].replace("{% ", "{%" + kind + " ") if only_steers(found[0]) else found[0]

    # Columns that some copies lack: this one has them all.
    xml = re.sub(r"\{%tc if [^%]*%\}(.*?)\{% endif %\}", r"\1", xml, flags=re.S)
    xml = re.sub(r"<w:tr[ >].*?</w:tr>", mark("tr"), xml, flags=re.S)
    xml = re.sub(r"<w:p[ >](?:(?!<w:p[ >]).)*?</w:p>", lambda f: f[0] if "{%tr" in f[0] else mark("p")(f), xml, flags=re.S)
    xml = re.sub(r" \| merge(\([^)]*\))? \}\}", " }}", xml)
    return re.sub(r"\{\{ &quot;(.*?)&quot; \}\}", r"\1", xml)


def template(path):
    """The template as a file in memory."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = in_its_own_words(content.decode()).encode()
            new.writestr(name, content)
    return out.getvalue()


def main():
    path, context, result, runs = sys.argv[1:5]
    from docxtpl import DocxTemplate

    source = template(path)
    with open(context, encoding="utf-8") as file:
        values = json.load(file)
    for run in range(int(runs) + 1):
        begin = time.process_time()
        # A template is used up by filling it: docxtpl's users open it for every document, too.
        document = DocxTemplate(io.BytesIO(source))
        document.render(values, autoescape=True)
        out = io.BytesIO()
        document.save(out)
        spent = time.process_time() - begin
        if run > 0:
            print(f"{spent * 1000:.3f}")
    with open(result, "wb") as file:
        file.write(out.getvalue())


if __name__ == "__main__":
    main()
