//! biaozhun 表准: legacy forms in, checked data and standard printable documents out.

pub mod catalogue;
pub mod change;
pub mod diag;
pub mod document;
pub mod fit;
pub mod form;
pub mod locus;
pub mod markup;
pub mod package;
pub mod pipeline;
pub mod read;
pub mod record;
pub mod render;
pub mod rules;
pub mod value;
pub mod xml;
pub mod yaml;
pub mod yaml_tree;
