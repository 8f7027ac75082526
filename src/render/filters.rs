//! What templates may do to a value.

use super::view;
use tera::{Kwargs, State};

/// `{{ d.filed_on | date_cn }}`: 2023-12-30 as 2023年12月30日.
pub(crate) fn date_cn(text: &str, _: Kwargs, _: &State) -> String {
    view::date_text(text).into_owned()
}
