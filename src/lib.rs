//! biaozhun 表准: legacy forms in, checked data and standard printable documents out.
//!
//! The way of the data, step by step; each step is a pure function, and [`pipeline`] is what joins them:
//!
//! 1. [`read`]: bytes → [`document::Document`]: blocks of rows of cells, each with its [`locus::Locus`]. Knows nothing of forms.
//! 2. [`fit`]: document + [`form::FormDefinition`] → [`record::Record`]: every piece to its slot by the cheapest path.
//! 3. [`account`]: whether every character of the document is somewhere in the records.
//! 4. [`rules`]: record → findings, checks and [`change::Change`]s, applied to a fixed point.
//! 5. [`yaml`]: record ↔ YAML. An edited file goes in again at step 4.
//! 6. [`render`]: record → page and Word file, through templates.
//! 7. [`summary`]: what came of many documents → workbook, page, lists, and rules across documents.
//!
//! Below them stand the data types ([`locus`], [`diag`], [`value`], [`document`], [`record`], [`change`]), the thin layers over
//! libraries ([`markup`], [`package`], [`compound`], [`xml`], [`yaml_tree`]), and the wording of all that a person reads ([`catalogue`]).
//! ARCHITECTURE.md says why it is so.
//!
//! ```
//! use biaozhun::catalogue::Language;
//! use biaozhun::form::load;
//! use biaozhun::pipeline::{self, Fix};
//!
//! let source = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/water-bureau-2023.txt"))?;
//! let conversion = pipeline::convert(&source, load::builtin(), Fix::Auto)?;
//! let form = &conversion.forms[0];
//! assert_eq!(form.record.data.text("department"), "安澜县水利局");
//! assert!(form.findings.iter().any(|finding| finding.rule == "F002"));
//! let yaml = pipeline::yaml_text(form, Language::Chinese);
//! // Read again, it is the same record.
//! let again = pipeline::convert(yaml.as_bytes(), load::builtin(), Fix::Auto)?;
//! assert_eq!(pipeline::yaml_text(&again.forms[0], Language::Chinese), yaml);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// No input may stop the program: what should not be is an error with words. Money never meets a float. Printing is the command line's.
#![forbid(unsafe_code)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::todo, clippy::unimplemented)]
#![warn(clippy::float_arithmetic, clippy::print_stdout, clippy::print_stderr, clippy::dbg_macro)]

pub mod account;
pub mod catalogue;
pub mod change;
pub mod compound;
pub mod diag;
pub mod document;
pub mod draft;
pub mod fit;
pub mod form;
pub mod limits;
pub mod locus;
pub mod markup;
pub mod package;
pub mod pipeline;
pub mod read;
pub mod record;
pub mod render;
pub mod rules;
pub mod summary;
pub mod value;
pub mod xml;
pub mod yaml;
pub mod yaml_tree;
