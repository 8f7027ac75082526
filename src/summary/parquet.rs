//! records.parquet, for engines: the records flattened, a row for each value, whatever the form. Behind the feature `parquet`.
//!
//! Rows are gathered column by column and written as a group when there are enough: memory does not grow with their number.

use super::Entry;
use ::parquet::basic::Compression;
use ::parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use serde_json::Value;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows of a group.
const GROUP: usize = 100_000;

/// The columns. `document` counts forms from 1, as the other files of the summary do; `value` is exact text.
const SCHEMA: &str = "message values {
    REQUIRED INT64 document;
    REQUIRED BYTE_ARRAY input (UTF8);
    REQUIRED BYTE_ARRAY form (UTF8);
    REQUIRED BYTE_ARRAY department (UTF8);
    OPTIONAL INT32 year;
    REQUIRED BYTE_ARRAY project (UTF8);
    REQUIRED BYTE_ARRAY unit (UTF8);
    REQUIRED BYTE_ARRAY outcome (UTF8);
    REQUIRED BYTE_ARRAY path (UTF8);
    REQUIRED BYTE_ARRAY value (UTF8);
}";

/// A group of rows, by column.
#[derive(Default)]
struct Group {
    documents: Vec<i64>,
    years: Vec<i32>,
    /// 1 where there is a year.
    has_year: Vec<i16>,
    /// The columns of texts, in the order of the schema.
    texts: [Vec<ByteArray>; 8],
}

/// Writes the file, group by group.
pub struct Writer<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    group: Group,
    document: i64,
}

impl<W: Write + Send> Writer<W> {
    pub fn new(out: W) -> io::Result<Writer<W>> {
        let schema = Arc::new(parse_message_type(SCHEMA).map_err(failed)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by("biaozhun".to_owned());
        let writer = SerializedFileWriter::new(out, schema, Arc::new(properties.build())).map_err(failed)?;
        Ok(Writer { writer, group: Group::default(), document: 0 })
    }

    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        if entry.forms.is_empty() {
            self.document += 1;
        }
        for form in &entry.forms {
            self.document += 1;
            let (document, group) = (self.document, &mut self.group);
            let said = [&entry.input, &form.form, &form.department, &form.project, &form.unit]
                .map(|text| ByteArray::from(text.as_str()));
            let outcome = ByteArray::from(form.outcome().name());
            each_value(&form.data.value()?, &mut String::new(), &mut |path, value| {
                group.documents.push(document);
                group.has_year.push(i16::from(form.year.is_some()));
                group.years.extend(form.year);
                let row = said.iter().chain([&outcome]).cloned().chain([ByteArray::from(path), ByteArray::from(value)]);
                group.texts.iter_mut().zip(row).for_each(|(column, text)| column.push(text));
            });
            if group.documents.len() >= GROUP {
                std::mem::take(group).write(&mut self.writer)?;
            }
        }
        Ok(())
    }

    pub fn finish(mut self) -> io::Result<()> {
        self.group.write(&mut self.writer)?;
        self.writer.close().map_err(failed)?;
        Ok(())
    }
}

impl Group {
    fn write<W: Write + Send>(self, writer: &mut SerializedFileWriter<W>) -> io::Result<()> {
        if self.documents.is_empty() {
            return Ok(());
        }
        let mut rows = writer.next_row_group().map_err(failed)?;
        let mut texts = self.texts.iter();
        let mut index = 0;
        while let Some(mut column) = rows.next_column().map_err(failed)? {
            match index {
                0 => column.typed::<Int64Type>().write_batch(&self.documents, None, None),
                4 => column.typed::<Int32Type>().write_batch(&self.years, Some(&self.has_year), None),
                _ => column.typed::<ByteArrayType>().write_batch(texts.next().map_or(&[][..], Vec::as_slice), None, None),
            }
            .map_err(failed)?;
            column.close().map_err(failed)?;
            index += 1;
        }
        rows.close().map_err(failed)?;
        Ok(())
    }
}

/// Calls `visit` with the path and the text of every value.
fn each_value(value: &Value, path: &mut String, visit: &mut dyn FnMut(&str, &str)) {
    let length = path.len();
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(key);
                each_value(value, path, visit);
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("[{index}]"));
                each_value(item, path, visit);
                path.truncate(length);
            }
        }
        Value::String(text) => visit(path, text),
        other => visit(path, &other.to_string()),
    }
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}
