//! What goes out: names that never collide, files that are whole or not there.

use super::input::{Trouble, io_message};
use biaozhun::diag::Message;
use rustc_hash::FxHashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A folder for outputs.
pub struct Folder {
    path: PathBuf,
    /// File names given out, in lower case: `A.yaml` and `a.yaml` are one file on some systems.
    taken: FxHashSet<String>,
    /// The inputs, which are never overwritten.
    inputs: FxHashSet<PathBuf>,
}

/// A name given to a form's outputs.
pub struct Name {
    pub stem: String,
    /// The name that it would have had, were that not taken.
    pub instead_of: Option<String>,
}

impl Folder {
    /// Makes the folder where it is missing, and sees that it can be written to before any work is done.
    pub fn open(path: &Path, inputs: &[String]) -> Result<Self, Trouble> {
        let shown = path.display().to_string();
        if path.exists() && !path.is_dir() {
            return Err(Message::new("cli.no_folder").with("file", shown).into());
        }
        std::fs::create_dir_all(path).map_err(|error| io_message("cli.write", &shown, &error))?;
        tempfile::Builder::new().tempfile_in(path).map_err(|error| io_message("cli.write", &shown, &error))?;
        let inputs = inputs.iter().filter_map(|input| std::fs::canonicalize(input).ok()).collect();
        Ok(Folder { path: path.to_owned(), taken: FxHashSet::default(), inputs })
    }

    /// A stem whose files with these endings are free: `a`, or `a-2`, `a-3` ….
    pub fn name(&mut self, wanted: &str, endings: &[&str]) -> Name {
        let mut stem = wanted.to_owned();
        let mut number = 2;
        while endings.iter().any(|ending| self.is_taken(&format!("{stem}.{ending}"))) {
            stem = format!("{wanted}-{number}");
            number += 1;
        }
        self.taken.extend(endings.iter().map(|ending| format!("{stem}.{ending}").to_lowercase()));
        let instead_of = (stem != wanted).then(|| wanted.to_owned());
        Name { stem, instead_of }
    }

    fn is_taken(&self, file: &str) -> bool {
        self.taken.contains(&file.to_lowercase())
            || std::fs::canonicalize(self.path.join(file)).is_ok_and(|path| self.inputs.contains(&path))
    }

    /// Writes a whole file: under another name first, then renamed, so that no one ever sees half of it.
    pub fn write(&self, file: &str, bytes: &[u8]) -> Result<PathBuf, Trouble> {
        let path = self.path.join(file);
        let refused = |error: &std::io::Error| Trouble::from(io_message("cli.write", &path.display().to_string(), error));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".biaozhun-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any new file, instead of for its owner alone; the user's mask still applies.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut part = builder.tempfile_in(&self.path).map_err(|error| refused(&error))?;
        part.write_all(bytes).and_then(|()| part.flush()).map_err(|error| refused(&error))?;
        part.persist(&path).map_err(|error| refused(&error.error))?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_collide() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("c.yaml"), "form: x").unwrap();
        let input = folder.path().join("c.yaml").display().to_string();
        let mut names = Folder::open(folder.path(), &[input]).map_err(|t| t.message).unwrap();
        let mut stem = |wanted: &str| names.name(wanted, &["yaml", "docx"]).stem;
        assert_eq!([stem("a"), stem("A"), stem("a"), stem("a-2"), stem("c")], ["a", "A-2", "a-3", "a-2-2", "c-2"]);
    }
}
