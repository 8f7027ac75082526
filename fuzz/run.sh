#!/bin/sh
# Fuzzes one target for some seconds, from the samples: fuzz/run.sh <target> <seconds>. Needs cargo-fuzz and a nightly compiler.
# What is found stands in fuzz/artifacts/<target>; the corpus in fuzz/corpus/<target> is never committed.
set -eu
cd "$(dirname "$0")/.."
target=$1
seconds=${2:-300}
corpus=fuzz/corpus/$target
mkdir -p "$corpus"

# Packages give their parts, behind a byte for the mode and parted by zero bytes.
parts() {
    ending=$1
    shift
    for file in samples/word/*."$ending" templates/*/*."$ending"; do
        [ -f "$file" ] || continue
        { for part; do printf '\0'; unzip -p "$file" "$part" 2>/dev/null || true; done; } >"$corpus/seed-$(basename "$file")"
    done
    printf '\1\0\1\2\3\4\5\330\1\220\220' >"$corpus/seed-small"
}
case $target in
docx) parts docx word/document.xml word/styles.xml word/numbering.xml ;;
template) parts docx word/document.xml ;;
odf) parts odt content.xml styles.xml; parts ods content.xml styles.xml ;;
xlsx) parts xlsx xl/worksheets/sheet1.xml xl/sharedStrings.xml xl/styles.xml ;;
word) cp samples/word/*.doc "$corpus" ;;
xls) cp samples/word/*.xls "$corpus" ;;
rtf) for file in samples/word/*.rtf; do head -c 60000 "$file" >"$corpus/seed-$(basename "$file")"; done ;;
html) cp samples/*.html "$corpus" ;;
text) cp samples/*.txt samples/*.md "$corpus" ;;
record) cp samples/*.yaml "$corpus" ;;
definition) for file in templates/*/*.yaml; do cp "$file" "$corpus/seed-$(echo "$file" | tr / -)"; done ;;
convert) cp samples/*.txt samples/*.md samples/*.html samples/*.yaml samples/word/* "$corpus" ;;
*) echo "no target $target" >&2; exit 2 ;;
esac
case $target in
record | definition) words=yaml ;;
convert) words=text ;;
*) words=$target ;;
esac
[ -f "fuzz/words/$words.dict" ] && words="-dict=fuzz/words/$words.dict" || words=
# Without a sanitizer: there is no unsafe code of ours, and what is looked for are panics, overflows, hangs and memory.
exec cargo +nightly fuzz run -s none "$target" -- -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -max_len=65536 -print_final_stats=1 $words
