//! What a style sheet within a page fetches (CSS Values 4, "URLs"; CSS Cascade 5, "`@import`"; CSS Images 4,
//! "`image-set()`"), and the same style without it.

use crate::page::Hold;
use cssparser::{Parser, ParserInput, Token};
use std::ops::Range;

/// How deep blocks and functions may stand within one another. What is deeper is left out as a whole.
const DEEPEST: u8 = 32;

/// The address of nothing (CSS Values 4, "URL processing model"): no browser asks anybody for it.
const NOTHING: &str = "\"about:invalid\"";

/// A style of which something must wait.
#[derive(Debug, PartialEq, Eq)]
pub struct Neutral {
    /// The style without the addresses that must wait.
    pub text: String,
    /// What they wait for.
    pub holds: Vec<Hold>,
}

/// Takes the addresses that must wait out of a style: a sheet, or the declarations of a `style` attribute. Nothing
/// where all may be fetched. `too_deep` is what a style waits for that nobody reads to its end.
pub fn neutral(
    css: &str,
    hold: impl Fn(&str) -> Option<Hold>,
    too_deep: impl Fn() -> Option<Hold>,
) -> Option<Neutral> {
    let mut input = ParserInput::new(css);
    let mut found = Found::default();
    found.read(&mut Parser::new(&mut input), Place::default(), 0);
    if found.is_too_deep {
        let holds = vec![too_deep()?];
        let text = String::new();
        return Some(Neutral { text, holds });
    }
    let mut text = String::new();
    let (mut done, mut holds) = (0, Vec::new());
    for Address {
        at,
        text: address,
        is_token,
    } in found.addresses
    {
        let Some(hold) = hold(&address) else {
            continue;
        };
        holds.push(hold);
        text.push_str(css.get(done..at.start)?);
        if is_token {
            text.push_str("url(");
            text.push_str(NOTHING);
            text.push(')');
        } else {
            text.push_str(NOTHING);
        }
        done = at.end;
    }
    text.push_str(css.get(done..)?);
    (!holds.is_empty()).then_some(Neutral { text, holds })
}

/// An address in a style.
struct Address {
    /// Where it stands.
    at: Range<usize>,
    text: String,
    /// Whether it is a `url()` without quotes, which is one token.
    is_token: bool,
}

/// Where a token stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// Within a function whose strings are addresses.
    in_address: bool,
    /// Behind `@import`, whose string is an address.
    behind_import: bool,
    /// Behind `@namespace`, whose address is a name.
    behind_namespace: bool,
}

#[derive(Default)]
struct Found {
    addresses: Vec<Address>,
    is_too_deep: bool,
}

impl Found {
    fn read(&mut self, parser: &mut Parser, mut place: Place, depth: u8) {
        loop {
            let start = parser.position().byte_index();
            let Ok(token) = parser.next_including_whitespace_and_comments() else {
                return;
            };
            let token = token.clone();
            let at = start..parser.position().byte_index();
            match token {
                Token::UnquotedUrl(address) if !place.behind_namespace => {
                    self.add(at, &address, true);
                }
                Token::QuotedString(address)
                    if (place.in_address || place.behind_import) && !place.behind_namespace =>
                {
                    place.behind_import = false;
                    self.add(at, &address, false);
                }
                Token::AtKeyword(name) => {
                    place.behind_import = name.eq_ignore_ascii_case("import");
                    place.behind_namespace = name.eq_ignore_ascii_case("namespace");
                }
                Token::Semicolon => {
                    place = Place {
                        in_address: place.in_address,
                        ..Place::default()
                    }
                }
                Token::Function(name) => {
                    let place = Place {
                        in_address: takes_addresses(&name),
                        behind_import: false,
                        ..place
                    };
                    self.within(parser, place, depth);
                }
                Token::CurlyBracketBlock => {
                    place = Place::default();
                    self.within(parser, place, depth);
                }
                Token::ParenthesisBlock | Token::SquareBracketBlock => {
                    self.within(parser, place, depth);
                }
                _ => {}
            }
        }
    }

    fn within(&mut self, parser: &mut Parser, place: Place, depth: u8) {
        if depth >= DEEPEST {
            self.is_too_deep = true;
            return;
        }
        // A block that does not end ends with the style.
        let _ = parser.parse_nested_block(|inner| {
            self.read(inner, place, depth + 1);
            Ok::<(), cssparser::ParseError<'_, ()>>(())
        });
    }

    fn add(&mut self, at: Range<usize>, address: &str, is_token: bool) {
        self.addresses.push(Address {
            at,
            text: address.to_owned(),
            is_token,
        });
    }
}

/// The functions whose strings are addresses.
fn takes_addresses(function: &str) -> bool {
    [
        "url",
        "src",
        "image",
        "image-set",
        "-webkit-image-set",
        "url-prefix",
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(function))
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_core::Purpose;
    use proptest::prelude::*;

    fn held() -> Hold {
        Hold {
            purpose: Purpose::Marketing,
            service: None,
        }
    }

    /// Without what has `x.example` in its address.
    fn without(css: &str) -> Option<String> {
        let hold = |address: &str| address.contains("x.example").then(held);
        neutral(css, hold, || Some(held())).map(|neutral| neutral.text)
    }

    #[test]
    fn every_way_to_name_an_address_is_found() {
        for (css, left) in [
            ("a{b:url(//x.example/i)}", "a{b:url(\"about:invalid\")}"),
            (
                "background: URL( '//x.example/i' ) no-repeat",
                "background: URL( \"about:invalid\" ) no-repeat",
            ),
            ("b:u\\72l(//x.example)", "b:url(\"about:invalid\")"),
            ("b:url(//\\78 .example)", "b:url(\"about:invalid\")"),
            (
                "@import '//x.example/a.css' screen;c{}",
                "@import \"about:invalid\" screen;c{}",
            ),
            (
                "@IMPORT/**/url(//x.example) layer(a)",
                "@IMPORT/**/url(\"about:invalid\") layer(a)",
            ),
            ("@\\69mport \"//x.example\"", "@\\69mport \"about:invalid\""),
            (
                "@font-face{src:local('a'),url(//x.example/f) format('woff')}",
                "@font-face{src:local('a'),url(\"about:invalid\") format('woff')}",
            ),
            (
                "b:image-set('//x.example' 1x type('x.example'),url(/o) 2x)",
                "b:image-set(\"about:invalid\" 1x type('x.example'),url(/o) 2x)",
            ),
            (
                "@media print{a{b:url(//x.example)}}",
                "@media print{a{b:url(\"about:invalid\")}}",
            ),
            (
                "a{b:url(/o);--c:url(//x.example)",
                "a{b:url(/o);--c:url(\"about:invalid\")",
            ),
            ("b:src(\"//x.example\")", "b:src(\"about:invalid\")"),
            (
                "a{b:url(//x.example/1),url(//x.example/2",
                "a{b:url(\"about:invalid\"),url(\"about:invalid\")",
            ),
        ] {
            assert_eq!(without(css).as_deref(), Some(left), "{css}");
        }
    }

    #[test]
    fn what_is_no_address_stays() {
        for css in [
            "",
            "a{content:'//x.example'}",
            "/* url(//x.example) */",
            "@namespace svg url(//x.example);",
            "@namespace '//x.example';",
            "a[href='//x.example']{}",
            "b:url(/o)",
            "b:ur l(//x.example)",
            "@importer '//x.example';",
            "@charset \"x.example\";",
        ] {
            assert_eq!(without(css), None, "{css}");
        }
        assert_eq!(
            without("@namespace url(//x.example);a{b:url(//x.example)}").as_deref(),
            Some("@namespace url(//x.example);a{b:url(\"about:invalid\")}")
        );
    }

    #[test]
    fn a_style_that_nobody_reads_to_its_end_is_left_out() {
        let deep = "a(".repeat(100_000) + "url(//x.example)";
        assert_eq!(without(&deep).as_deref(), Some(""));
    }

    proptest! {
        #[test]
        fn any_style_is_read_without_a_panic(css in "([a-z@{}();:'\"\\\\/*é -]|url\\(|//x.example|@import ){0,40}") {
            if let Some(left) = without(&css) {
                // What is left has nothing more to wait for.
                prop_assert_eq!(without(&left), None);
            }
        }
    }
}
