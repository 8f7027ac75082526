//! RTF as tokens: groups, control words, characters as bytes.

pub(super) enum Token<'a> {
    Open,
    Close,
    /// A control word or symbol, and its number.
    Control(&'a str, Option<i32>),
    Byte(u8),
}

pub(super) struct Tokens<'a> {
    source: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(source: &'a [u8]) -> Self {
        Tokens { source, at: 0 }
    }

    /// Passes over binary data.
    pub fn pass(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.source.len());
    }

    fn peek(&self) -> Option<u8> {
        self.source.get(self.at).copied()
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let first = self.peek()?;
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            if first == b'\'' {
                let digits = self.source.get(self.at..self.at + 2).and_then(|digits| std::str::from_utf8(digits).ok());
                // A byte that is none is passed over with its mark.
                let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                self.at += if byte.is_some() { 2 } else { 0 };
                return Some(Token::Control("'", Some(byte.map_or(-1, i32::from))));
            }
            let symbol = match first {
                b'\n' | b'\r' => "par",
                _ => self.source.get(self.at - 1..self.at).and_then(|symbol| std::str::from_utf8(symbol).ok()).unwrap_or(""),
            };
            return Some(Token::Control(symbol, None));
        }
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_alphabetic()) && self.at - start < 32 {
            self.at += 1;
        }
        let word = std::str::from_utf8(&self.source[start..self.at]).unwrap_or("");
        let digits = self.at;
        if self.peek() == Some(b'-') && self.source.get(self.at + 1).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        while self.peek().is_some_and(|b| b.is_ascii_digit()) && self.at - digits < 12 {
            self.at += 1;
        }
        let number = std::str::from_utf8(&self.source[digits..self.at]).ok().filter(|digits| !digits.is_empty());
        let number = number.map(|digits| digits.parse::<i64>().unwrap_or(0).clamp(i32::MIN.into(), i32::MAX.into()) as i32);
        if self.peek() == Some(b' ') {
            self.at += 1;
        }
        Some(Token::Control(word, number))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let byte = self.peek()?;
            self.at += 1;
            return match byte {
                b'{' => Some(Token::Open),
                b'}' => Some(Token::Close),
                b'\\' => self.control(),
                b'\n' | b'\r' | 0 => continue,
                _ => Some(Token::Byte(byte)),
            };
        }
    }
}
