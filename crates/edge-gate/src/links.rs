//! The `Link` header (RFC 8288): a browser fetches what it names before it has read the page.

use crate::address;
use crate::page::Page;

/// The header without the links that a browser follows by itself and that must wait; nothing where none is
/// left. A header that names only what may be fetched stays byte for byte.
pub fn of_answer(header: &str, page: &Page) -> Option<String> {
    let links = split(header, ',');
    let kept: Vec<&str> = links
        .iter()
        .copied()
        .filter(|link| !must_wait(link, page))
        .collect();
    if kept.len() == links.len() {
        return Some(header.to_owned());
    }
    let kept: Vec<&str> = kept.into_iter().map(str::trim).collect();
    (!kept.is_empty()).then(|| kept.join(", "))
}

fn must_wait(link: &str, page: &Page) -> bool {
    let Some((target, parameters)) = link
        .trim_start()
        .strip_prefix('<')
        .and_then(|rest| rest.split_once('>'))
    else {
        return false;
    };
    split(parameters, ';').iter().any(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            "rel" => address::is_followed(value) && page.hold(&page.address, target).is_some(),
            "imagesrcset" => address::candidates(value)
                .iter()
                .any(|address| page.hold(&page.address, address).is_some()),
            _ => false,
        }
    })
}

/// Splits at a separator that is neither within `<>` nor within quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut target) = (false, false);
    let is_separator = |c: char| {
        match c {
            '"' if !target => quoted = !quoted,
            '<' if !quoted => target = true,
            '>' if !quoted => target = false,
            _ => {}
        }
        c == separator && !quoted && !target
    };
    text.split(is_separator).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::{page, rules};

    #[test]
    fn what_would_be_fetched_ahead_waits() {
        let page = page(rules(), "https://relais.example/");
        let left = |header| of_answer(header, &page);
        for same in [
            "</a,b.css>; rel=preload; as=style,  </c>;rel=\"next\"",
            "<https://www.youtube.com/watch>; rel=canonical",
            "<https://cdn.example/a.css>; rel=preload",
            "broken",
            "",
        ] {
            assert_eq!(left(same).as_deref(), Some(same));
        }
        assert_eq!(
            left("</a.css>; rel=preload, <https://www.youtube.com/x,y>; rel=\"preconnect dns-prefetch\"; title=\"a,b\", </b>; rel=next").as_deref(),
            Some("</a.css>; rel=preload, </b>; rel=next")
        );
        assert_eq!(left("<https://stranger.example>; Rel=PRELOAD"), None);
        assert_eq!(
            left("</x>; rel=preload; imagesrcset=\"https://stranger.example/a 2x\""),
            None
        );
    }
}
