//! Record in, DOCX and HTML out, through Tera templates. Templates see a view made for them, not internal structs.
