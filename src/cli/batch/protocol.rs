//! How a batch and its workers talk: frames of bytes with their length before them, in both directions, one document at a time.

use biaozhun::summary::Entry;
use serde::{Deserialize, Serialize};
use std::io::{Error, ErrorKind, Read, Result, Write};

/// A frame larger than this is no frame of ours.
const LARGEST: u64 = 1 << 32;

/// What a worker says first.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Of program, definitions, templates and options: a worker that was started later must work with the same ones.
    pub key: String,
}

/// What a worker makes of one document; the contents of the outputs follow as frames.
#[derive(Serialize, Deserialize)]
pub struct Done {
    pub entry: Entry,
    pub outputs: Vec<Output>,
}

/// One output of one form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Which of the entry's forms.
    pub form: usize,
    /// `yaml`.
    pub ending: String,
}

pub fn send(to: &mut impl Write, bytes: &[u8]) -> Result<()> {
    to.write_all(&(bytes.len() as u64).to_le_bytes())?;
    to.write_all(bytes)
}

pub fn send_json(to: &mut impl Write, value: &impl Serialize) -> Result<()> {
    send(to, &serde_json::to_vec(value)?)
}

/// The next frame; none where the other side is done.
pub fn receive(from: &mut impl Read) -> Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u64::from_le_bytes(length);
    if length > LARGEST {
        return Err(Error::new(ErrorKind::InvalidData, "no frame"));
    }
    let mut bytes = Vec::new();
    match from.take(length).read_to_end(&mut bytes)? as u64 == length {
        true => Ok(Some(bytes)),
        false => Err(ErrorKind::UnexpectedEof.into()),
    }
}

pub fn receive_json<T: for<'de> Deserialize<'de>>(from: &mut impl Read) -> Result<Option<T>> {
    match receive(from)? {
        Some(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_as_they_went_in() {
        let mut wire = Vec::new();
        send(&mut wire, b"abc").unwrap();
        send_json(&mut wire, &Hello { key: "k".to_owned() }).unwrap();
        let mut from = &*wire;
        assert_eq!(receive(&mut from).unwrap().unwrap(), b"abc");
        assert_eq!(receive_json::<Hello>(&mut from).unwrap(), Some(Hello { key: "k".to_owned() }));
        assert_eq!(receive(&mut from).unwrap(), None);
        // Half a frame is an error, not an end.
        assert!(receive(&mut &wire[..9]).is_err());
    }
}
