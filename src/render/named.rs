//! What of a view a template names, told from the words of its source.

/// What of the view a template cannot name, and so need not be made for it: all words of its source are looked at, whether
/// they stand in tags or not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Named {
    pub data: bool,
    pub appendix: bool,
    /// Rows of levels, nested.
    pub groups: bool,
}

impl Named {
    pub(crate) fn by(source: &str) -> Named {
        let mut named = Named::default();
        for word in source.split(|c: char| !c.is_alphanumeric() && c != '_') {
            // Tera has a variable that prints all others.
            let all = word.starts_with("__tera");
            named.data |= all || word == "d";
            named.appendix |= all || word == "appendix";
            named.groups |= all || word == "groups";
        }
        named
    }

    pub(crate) fn or(self, other: Named) -> Named {
        let groups = self.groups || other.groups;
        Named { data: self.data || other.data, appendix: self.appendix || other.appendix, groups }
    }
}
