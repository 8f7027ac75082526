//! Record ↔ YAML: values first, so that a person can read and edit them; then the record of how they came to be.
