//! Whether a page can be read, and what must be said so that a browser goes on reading it the same.
//!
//! A browser looks for `<meta charset>` in a page's first 1,024 bytes, and the loader, put before it, would
//! push it out of there. So what stands there is said in the header, which goes before it.

use crate::rewrite::value;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use lol_html::{AsciiCompatibleEncoding, RewriteStrSettings, element, rewrite_str};
use std::cell::Cell;

/// How far a browser looks for `<meta charset>` (HTML, "prescan a byte stream to determine its encoding").
pub const PRESCAN: usize = 1024;

/// What a page is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// ASCII is ASCII in it, so that tags can be found. Where the page alone says so, the header must too.
    Readable {
        /// The encoding that attributes are read in.
        encoding: &'static Encoding,
        /// Whether it must be added to `Content-Type`.
        to_be_said: bool,
    },
    /// Tags cannot be found in its bytes: UTF-16, or ISO-2022-JP.
    Unreadable,
}

/// The charset of a page, from its `Content-Type` and its first bytes: a byte order mark goes before the
/// header, the header before what the page says (HTML, "determining the character encoding").
pub fn of_page(content_type: &str, start: &[u8]) -> Charset {
    if let Some((encoding, _)) = Encoding::for_bom(start) {
        return readable(encoding, false);
    }
    if let Some(encoding) = of_header(content_type) {
        return readable(encoding, false);
    }
    match of_meta(start.get(..PRESCAN).unwrap_or(start)) {
        Some(encoding) => readable(encoding, true),
        // A browser may even guess ISO-2022-JP, by its escapes, in which tags cannot be found.
        None if start.contains(&ESCAPE) => Charset::Unreadable,
        // A browser guesses; whatever else it comes to, it is one of those in which tags are ASCII.
        None => readable(encoding_rs::WINDOWS_1252, false),
    }
}

/// The letter that ISO-2022-JP changes its alphabet with, and that no other page has.
const ESCAPE: u8 = 0x1b;

/// Whether the header alone says what a page is written in. If not, the first [`PRESCAN`] bytes are needed.
pub fn of_header(content_type: &str) -> Option<&'static Encoding> {
    let parameter = content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']))
    })?;
    Encoding::for_label(parameter.as_bytes())
}

fn readable(encoding: &'static Encoding, to_be_said: bool) -> Charset {
    if AsciiCompatibleEncoding::new(encoding).is_some() {
        Charset::Readable {
            encoding,
            to_be_said,
        }
    } else {
        Charset::Unreadable
    }
}

/// The first `<meta>` that names an encoding.
fn of_meta(start: &[u8]) -> Option<&'static Encoding> {
    let found = Cell::new(None);
    // Bytes above ASCII are part of no tag: what is lost of them here is not looked for.
    let text: String = start
        .iter()
        .map(|&b| if b.is_ascii() { b as char } else { '?' })
        .collect();
    let read = |meta: &mut lol_html::html_content::Element<'_, '_>| {
        if found.get().is_none() {
            let label = value(meta, "charset").or_else(|| {
                let pragma = value(meta, "http-equiv")?;
                let content = value(meta, "content")?;
                if !pragma.eq_ignore_ascii_case("content-type") {
                    return None;
                }
                let lower = content.to_ascii_lowercase();
                let (_, value) = lower.split_once("charset")?;
                let value = value.trim_start().strip_prefix('=')?.trim_start();
                let value = value.trim_start_matches(['"', '\'']);
                let end = value.find([';', ' ', '"', '\'']).unwrap_or(value.len());
                value.get(..end).map(str::to_owned)
            });
            found.set(label.and_then(|label| Encoding::for_label(label.trim().as_bytes())));
        }
        Ok(())
    };
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!("meta", read))
        .with_strict(false);
    // There is nothing that fails; and if there were, nothing was found.
    let _ = rewrite_str(&text, settings);
    // A page in which `<meta>` can be read is not in UTF-16, whatever it says.
    found.get().map(|encoding| {
        if encoding == UTF_16LE || encoding == UTF_16BE {
            UTF_8
        } else {
            encoding
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{SHIFT_JIS, WINDOWS_1252};

    fn say(encoding: &'static Encoding, to_be_said: bool) -> Charset {
        Charset::Readable {
            encoding,
            to_be_said,
        }
    }

    #[test]
    fn a_mark_goes_before_the_header_and_the_header_before_the_page() {
        let meta = b"<!doctype html><meta charset=shift_jis>";
        assert_eq!(of_page("text/html", meta), say(SHIFT_JIS, true));
        assert_eq!(of_page("text/html; charset=UTF-8", meta), say(UTF_8, false));
        assert_eq!(
            of_page("text/html;Charset=\"utf-8\"", meta),
            say(UTF_8, false)
        );
        assert_eq!(
            of_page("text/html; charset=nonsense", meta),
            say(SHIFT_JIS, true)
        );
        assert_eq!(
            of_page("text/html; charset=iso-8859-1", b"\xef\xbb\xbf<p>"),
            say(UTF_8, false)
        );
        assert_eq!(
            of_page("text/html; charset=utf-8", b"\xff\xfe<\0"),
            Charset::Unreadable
        );
        assert_eq!(of_page("text/html", b"<p>"), say(WINDOWS_1252, false));
        assert_eq!(
            of_page("text/html", b"<p>\x1b$B\x1b(B"),
            Charset::Unreadable
        );
        assert_eq!(
            of_page("text/html; charset=utf-8", b"<p>\x1b$B"),
            say(UTF_8, false)
        );
        assert_eq!(of_page("text/html", b""), say(WINDOWS_1252, false));
    }

    #[test]
    fn what_tags_cannot_be_found_in_is_not_read() {
        for label in ["utf-16", "utf-16be", "iso-2022-jp", "hz-gb-2312"] {
            let header = format!("text/html; charset={label}");
            assert_eq!(of_page(&header, b"<p>"), Charset::Unreadable, "{label}");
        }
    }

    #[test]
    fn a_page_says_it_in_two_ways_and_not_in_a_comment() {
        let of = |page: &str| of_page("text/html", page.as_bytes());
        let pragma = r#"<meta http-equiv=Content-Type content="text/html; charset=windows-1251">"#;
        assert_eq!(of(pragma), say(encoding_rs::WINDOWS_1251, true));
        assert_eq!(
            of("<!-- <meta charset=utf-8> --><p>"),
            say(WINDOWS_1252, false)
        );
        assert_eq!(
            of("<script>'<meta charset=utf-8>'</script>"),
            say(WINDOWS_1252, false)
        );
        assert_eq!(of("<meta charset=utf-16le>"), say(UTF_8, true));
        assert_eq!(of("<meta charset=x><meta charset=utf-8>"), say(UTF_8, true));
        let late = format!("<!--{}--><meta charset=utf-8>", " ".repeat(PRESCAN));
        assert_eq!(of(&late), say(WINDOWS_1252, false));
    }
}
