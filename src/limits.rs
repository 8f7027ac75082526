//! Every limit on what comes from outside, in one place. Numbers only; what meets one is told by who enforces it.
//!
//! A limit stands far above what any form needs (a form has some hundred kilobytes) and far below what would stop a machine.
//! docs/security.md has them as a table for those who run a service; `tests/security.rs` keeps it equal to this file.

/// Bytes of one source, template or record; more is refused before it is in memory.
pub const SOURCE_BYTES: usize = 64 << 20;

/// Entries of a package (DOCX, XLSX, ODT and their kin).
pub const PACKAGE_ENTRIES: usize = 4096;
/// Bytes of one part of a package, unpacked.
pub const PART_BYTES: u64 = 256 << 20;
/// Bytes of all parts of a package, unpacked.
pub const PACKAGE_BYTES: u64 = 512 << 20;
/// Unpacked bytes for each packed one, of parts above a megabyte.
pub const PACKAGE_RATIO: u64 = 1000;
/// Bytes of one stream of a compound file (`.doc`, `.xls`).
pub const STREAM_BYTES: u64 = 256 << 20;
/// Parts of a page in a single file (`.mht`) that stand in each other.
pub const WEB_ARCHIVE_DEPTH: usize = 8;

/// Elements of XML that stand in each other.
pub const XML_DEPTH: usize = 512;
/// Elements of a page that stand in each other.
pub const MARKUP_DEPTH: usize = 256;
/// Stories of RTF (notes, boxes) that stand in each other.
pub const RTF_STORIES: usize = 32;
/// Cells of a document.
pub const CELLS: usize = 4_000_000;
/// Bytes of text that the cells of a workbook may have.
pub const WORKBOOK_TEXT: usize = 64 << 20;
/// Layout columns of a table; beyond, cells follow one another without spans.
pub const TABLE_COLUMNS: u32 = 1000;
/// Rows that a cell of a page may cover.
pub const CELL_ROWS: u32 = 65_534;

/// Nodes of YAML that stand in each other.
pub const YAML_DEPTH: usize = 64;
/// Nodes that aliases in YAML may add: a definition repeats a list of columns, an attack repeats billions.
pub const YAML_COPIES: usize = 200_000;

/// Tags of one part of a Word template; a form has a few hundred.
pub const TEMPLATE_TAGS: usize = 10_000;
/// Bytes that a template may write into one part; a turn of a loop counts 64 of them, whatever it writes.
pub const TEMPLATE_OUTPUT: usize = 64 << 20;
/// Bytes of one value that a filter of a template makes.
pub const FILTER_BYTES: usize = 256 << 10;
/// Values of one list that a filter of a template makes, those of inner lists counted.
pub const FILTER_VALUES: usize = 100_000;
/// Bytes of one picture; seals and signatures have a few thousand.
pub const PICTURE_BYTES: u64 = 8 << 20;
/// Pixels of one side of a picture.
pub const PICTURE_SIDE: u32 = 20_000;
/// Bytes of all pictures of a folder that are read.
pub const PICTURES_BYTES: u64 = 64 << 20;

/// Entries of an archive of submissions.
pub const ARCHIVE_ENTRIES: usize = 100_000;
/// Unpacked bytes of all entries for each byte of an archive of submissions: entries that share their bytes are a bomb.
pub const ARCHIVE_RATIO: u64 = 300;
/// So much an archive may unpack to in any case.
pub const ARCHIVE_FLOOR: u64 = 64 << 20;
/// Bytes of one path in a list of inputs.
pub const PATH_BYTES: u64 = 64 << 10;
/// Bytes of address space of one process that works on documents of a batch or a stream (`--memory-limit`, in MiB).
pub const WORKER_BYTES: u64 = 1024 << 20;
/// Seconds that one document of a batch or a stream may take (`--time-limit`).
pub const WORKER_SECONDS: u64 = 60;
/// Bytes of sources that a batch or a stream has in work at once; one that is larger is worked on alone.
pub const BUDGET_BYTES: u64 = 32 << 20;
