//! The `Link` header (RFC 8288): a browser fetches what it names before it has read the page.

use crate::behind::Behind;
use crate::loads;
use crate::page::Page;
use std::borrow::Cow;

/// The header without the links that a browser follows by itself and that must wait, and without the name of the
/// server behind the gate; nothing where no link is left. A header in which nothing changes stays byte for byte.
pub fn of_answer(header: &str, page: &Page, behind: &Behind) -> Option<String> {
    let links = split(header, ',');
    let kept: Vec<Cow<str>> = links
        .iter()
        .filter(|link| !must_wait(link, page))
        .map(|link| outward(link, behind))
        .collect();
    if kept.iter().eq(links.iter()) {
        return Some(header.to_owned());
    }
    let kept: Vec<&str> = kept.iter().map(|link| link.trim()).collect();
    (!kept.is_empty()).then(|| kept.join(", "))
}

/// A link whose target is the server's own address, as the visitor must hear it.
fn outward<'a>(link: &'a str, behind: &Behind) -> Cow<'a, str> {
    let target = || {
        let (before, rest) = link.split_once('<')?;
        let (target, after) = rest.split_once('>')?;
        let outward = behind.outward(target)?;
        Some(format!("{before}<{outward}>{after}"))
    };
    target().map_or(Cow::Borrowed(link), Cow::Owned)
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
            "rel" => loads::is_followed(value) && page.hold(&page.address, target).is_some(),
            "imagesrcset" => loads::candidates(value)
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
        let server = "http://127.0.0.1:9000".parse().unwrap();
        let behind = Behind {
            server: &server,
            own: &page.address,
        };
        let left = |header| of_answer(header, &page, &behind);
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
            left("</a>; rel=next,<http://127.0.0.1:9000/b?c,d>; rel=\"canonical\"").as_deref(),
            Some("</a>; rel=next, <https://relais.example/b?c,d>; rel=\"canonical\"")
        );
        assert_eq!(
            left("</x>; rel=preload; imagesrcset=\"https://stranger.example/a 2x\""),
            None
        );
    }
}
