//! Removes the cookies of services that are not granted from the headers, in both directions.

use crate::cookie_date;
use crate::cookie_header::{is_space, name_of, pairs};
use crate::rules::Rules;
use crate::visitor::Visitor;
use consent_core::calendar::Timestamp;
use std::borrow::Cow;

/// A request's `Cookie` header without the cookies that this visitor has not agreed to; nothing where none
/// is left. A header that has only what may stay is given back byte for byte.
pub fn of_request<'a>(header: &'a str, rules: &Rules, visitor: &Visitor) -> Option<Cow<'a, str>> {
    let stays = |pair: &&str| permits(name_of(pair), rules, visitor);
    if pairs(header).all(|pair| stays(&pair)) {
        return Some(header.into());
    }
    let kept: Vec<&str> = pairs(header).filter(stays).collect();
    (!kept.is_empty()).then(|| kept.join("; ").into())
}

/// The most that is read of a request's `Cookie` header, in bytes: more than servers take (8 to 32 kB).
pub const LONGEST: usize = 64 * 1024;
/// The most cookies of a request that are read. Browsers keep 180 for a domain.
pub const MOST: usize = 1_000;

/// The beginning of a request's `Cookie` header, within [`LONGEST`] and [`MOST`]. Nobody reads the rest: it is not sent
/// on, and no choice in it counts.
pub fn within_bounds(header: &str) -> &str {
    let mut end = 0;
    for (nth, (at, _)) in header
        .match_indices(';')
        .chain([(header.len(), "")])
        .enumerate()
    {
        if at > LONGEST || nth == MOST {
            break;
        }
        end = at;
    }
    header.get(..end).unwrap_or_default()
}

/// Whether an answer may set this cookie: the value of one `Set-Cookie`. Deleting is always allowed.
pub fn may_be_set(set_cookie: &str, now: Timestamp, rules: &Rules, visitor: &Visitor) -> bool {
    let pair = set_cookie.split(';').next().unwrap_or_default();
    permits(name_of(pair), rules, visitor) || deletes(set_cookie, now)
}

fn permits(name: &str, rules: &Rules, visitor: &Visitor) -> bool {
    visitor.permits(rules.owner_of_cookie(name))
}

/// Whether a cookie ends at once, as browsers read it (RFC 6265, section 5.2): an attribute that cannot be read is as
/// if it were not there, of several the last counts, and `Max-Age` goes before `Expires`.
fn deletes(set_cookie: &str, now: Timestamp) -> bool {
    let (mut ends_by_age, mut ends_by_date) = (None, None);
    for attribute in set_cookie.split(';').skip(1) {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let value = value.trim_matches(is_space);
        match &*name.trim_matches(is_space).to_ascii_lowercase() {
            "max-age" => ends_by_age = is_over(value).or(ends_by_age),
            "expires" => {
                let ends = cookie_date::parse(value).map(|at| at <= now.as_millis());
                ends_by_date = ends.or(ends_by_date);
            }
            _ => {}
        }
    }
    ends_by_age.or(ends_by_date).unwrap_or(false)
}

/// Whether a `Max-Age` is zero or less; nothing where it is no number (RFC 6265, section 5.2.2).
fn is_over(max_age: &str) -> Option<bool> {
    let digits = max_age.strip_prefix('-').unwrap_or(max_age);
    if max_age.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(max_age.starts_with('-') || digits.bytes().all(|b| b == b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::rules;
    use consent_core::site::UnknownCookies;

    fn sent(header: &str) -> Option<String> {
        of_request(header, &rules(), &Visitor::REFUSED).map(Into::into)
    }

    #[test]
    fn a_request_keeps_what_may_stay() {
        for (header, kept) in [
            ("a=1;  b=2 ;c", Some("a=1;  b=2 ;c")),
            (
                "_ga=GA1; session=x; _ga_ABC=2; panier=3",
                Some("session=x; panier=3"),
            ),
            ("_ga=GA1", None),
            (" _ga = 1; b=a=c", Some("b=a=c")),
            ("_GA=1", Some("_GA=1")),
            ("consent_temoin=c1; _ga=1", Some("consent_temoin=c1")),
            ("", Some("")),
            // Not whitespace of a cookie: it stays a part of the name, and comes back with it.
            ("\u{b}_ga=1; _ga=2", Some("\u{b}_ga=1")),
            ("\u{a0}_ga=1\u{2003}; _ga=2", Some("\u{a0}_ga=1\u{2003}")),
        ] {
            assert_eq!(sent(header).as_deref(), kept, "{header}");
        }
    }

    /// Saturday, 28 November 2026.
    const NOW: &str = "2026-11-28T10:00:00Z";

    #[test]
    fn an_answer_sets_what_is_granted_and_deletes_what_it_likes() {
        let now = NOW.parse().unwrap();
        let set = |text: &str| may_be_set(text, now, &rules(), &Visitor::REFUSED);
        for passes in [
            "session=1; HttpOnly",
            "panier=1",
            "_ga=; Max-Age=0",
            "_ga=; MAX-AGE =\t-1",
            "_ga=; max-age=-1; expires=Fri, 31 Dec 2027 23:59:59 GMT",
            "_ga=; Max-Age=5; Max-Age=0",
            "_ga=; Max-Age=0; Max-Age=x",
            "_ga=; Expires=Thu, 01-Jan-1970 00:00:01 GMT",
            "_ga=; expires=Fri, 27 Nov 2026 10:00:00 GMT",
            "_ga=; expires=Sat, 28 Nov 2026 10:00:00 GMT",
            "_ga=; expires=Friday, 27-Nov-26 10:00:00 GMT",
            "_ga=; expires=Fri Nov 27 10:00:00 2026",
            "_ga=; expires=Fri, 31 Dec 2027 23:59:59 GMT; expires=Fri, 27 Nov 2026 10:00:00 GMT",
            "_ga=; expires=Fri, 27 Nov 2026 10:00:00 GMT; expires=never",
            "_ga=; max-age=soon; expires=Fri, 27 Nov 2026 10:00:00 GMT",
            "_ga=; max-age=; expires=Fri, 27 Nov 2026 10:00:00 GMT",
            "_ga",
        ] {
            assert!(set(passes), "{passes}");
        }
        for held in [
            "_ga=1",
            " _ga =1; Path=/",
            "=_ga=1",
            " = _ga=1",
            "_ga=1; Max-Age=34000000",
            "_ga=1; Max-Age=",
            "_ga=1; Max-Age=0; Max-Age=5",
            "_ga=1; Max-Age=+0",
            "_ga=1; Max-Age=0x0",
            "_ga=1; Max-Age=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "_ga=1; Expires=Fri, 31 Dec 2027 23:59:59 GMT",
            "_ga=1; Expires=Sat, 28 Nov 2026 10:00:01 GMT",
            "_ga=1; Expires=Fri, 27 Nov 2026 10:00:00 GMT; Expires=Fri, 31 Dec 2027 23:59:59 GMT",
            "_ga=1; Expires=Fri, 31 Dec 69 23:59:59 GMT",
            "_ga=1; Expires=1970",
            "_ga=1; Expires=0",
            "_ga=Max-Age=0",
            "_ga=1 max-age=0",
            "_ga=1; x-max-age=0",
        ] {
            assert!(!set(held), "{held}");
        }
    }

    #[test]
    fn what_is_beyond_the_bounds_is_nobodys() {
        for whole in [
            "",
            "a=1",
            "a=1; b=2;",
            &format!("a={}", "b".repeat(LONGEST - 2)),
        ] {
            assert_eq!(within_bounds(whole), whole);
        }
        assert_eq!(within_bounds(&format!("a={}", "b".repeat(LONGEST - 1))), "");
        assert_eq!(
            within_bounds(&format!("a=1; b={}", "é".repeat(LONGEST))),
            "a=1"
        );
        let many: Vec<String> = (0..60_000).map(|n| format!("n{n}=")).collect();
        let read = within_bounds(&many.join("; ")).to_owned();
        assert_eq!(read, many[..MOST].join("; "));
    }

    #[test]
    fn the_longest_pattern_knows_whose_a_cookie_is() {
        let rules = rules();
        let owner = |name| {
            rules
                .owner_of_cookie(name)
                .service()
                .map(|s| s.id.to_string())
        };
        assert_eq!(owner("_ga_yt1").as_deref(), Some("youtube"));
        assert_eq!(owner("_ga_1").as_deref(), Some("ga4"));
        assert_eq!(owner("other"), None);
    }

    #[test]
    fn what_no_service_lists_passes_or_waits_as_the_owner_says() {
        let mut rules = rules();
        rules.unknown_cookies = UnknownCookies::Hold;
        let kept = of_request(
            "session=1; panier=2; consent_temoin=3",
            &rules,
            &Visitor::REFUSED,
        );
        assert_eq!(kept.as_deref(), Some("panier=2; consent_temoin=3"));
    }
}
