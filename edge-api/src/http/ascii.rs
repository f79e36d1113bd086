//! JavaScript and JSON in ASCII, to go where other letters could be read differently: into a page of
//! any charset, and into a header.

use std::fmt::Write as _;

/// Escapes every letter outside ASCII. Only strings may have such letters: both languages read `\u00e9` in a
/// string as é.
pub fn escape(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            ascii.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // A `String` takes whatever is written.
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loader_in_ascii_says_the_same() {
        let text = "{\"a\":\"Témoin “🍪”\"}";
        let ascii = escape(text);
        assert!(ascii.is_ascii());
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&ascii), read(text));
    }
}
