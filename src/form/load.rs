//! Reads a definition from YAML; every mistake with file, line, what is wrong and what is allowed.
