//! Removes the cookies of services that are not granted from the headers, in both directions.

use crate::rules::Rules;
use crate::visitor::Visitor;
use std::borrow::Cow;

/// A request's `Cookie` header without the cookies that this visitor has not agreed to; nothing where none
/// is left. A header that has only what may stay is given back byte for byte.
pub fn of_request<'a>(header: &'a str, rules: &Rules, visitor: &Visitor) -> Option<Cow<'a, str>> {
    let stays = |pair: &&str| permits(name_of(pair), rules, visitor);
    let pairs = || header.split(';');
    if pairs().all(|pair| stays(&pair)) {
        return Some(header.into());
    }
    let kept: Vec<&str> = pairs().filter(stays).map(str::trim).collect();
    (!kept.is_empty()).then(|| kept.join("; ").into())
}

/// Whether an answer may set this cookie: the value of one `Set-Cookie`. Deleting is always allowed.
pub fn may_be_set(set_cookie: &str, rules: &Rules, visitor: &Visitor) -> bool {
    let pair = set_cookie.split(';').next().unwrap_or_default();
    permits(name_of(pair), rules, visitor) || deletes(set_cookie)
}

fn permits(name: &str, rules: &Rules, visitor: &Visitor) -> bool {
    visitor.permits(rules.owner_of_cookie(name))
}

/// Without `=`, the whole is the value of a cookie without a name (RFC 6265bis, section 5.6).
fn name_of(pair: &str) -> &str {
    pair.split_once('=').map_or("", |(name, _)| name.trim())
}

/// Whether it ends at once: `Max-Age` of zero or less, which goes before `Expires`, or a year of the last
/// century, which is how servers say it. Any other time is as good as the future.
fn deletes(set_cookie: &str) -> bool {
    let attribute = |wanted: &str| {
        let read = |attribute: &'_ str| {
            let (name, value) = attribute.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case(wanted)
                .then(|| value.trim().to_owned())
        };
        // Of several, the last counts.
        set_cookie.split(';').skip(1).filter_map(read).last()
    };
    match attribute("max-age") {
        Some(seconds) => {
            seconds.starts_with('-') || (!seconds.is_empty() && seconds.bytes().all(|b| b == b'0'))
        }
        None => attribute("expires").is_some_and(|date| {
            date.split(|c: char| !c.is_ascii_digit())
                .any(|number| number.len() == 4 && number.starts_with("19"))
        }),
    }
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
        ] {
            assert_eq!(sent(header).as_deref(), kept, "{header}");
        }
    }

    #[test]
    fn an_answer_sets_what_is_granted_and_deletes_what_it_likes() {
        let set = |text: &str| may_be_set(text, &rules(), &Visitor::REFUSED);
        for passes in [
            "session=1; HttpOnly",
            "panier=1",
            "_ga=; Max-Age=0",
            "_ga=; max-age=-1; expires=Fri, 31 Dec 2027 23:59:59 GMT",
            "_ga=; Expires=Thu, 01-Jan-1970 00:00:01 GMT",
            "_ga",
        ] {
            assert!(set(passes), "{passes}");
        }
        for held in [
            "_ga=1",
            " _ga =1; Path=/",
            "_ga=1; Max-Age=34000000",
            "_ga=1; Max-Age=",
            "_ga=1; Max-Age=0; Max-Age=5",
            "_ga=1; Max-Age=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "_ga=1; Expires=Fri, 31 Dec 2027 23:59:59 GMT",
            "_ga=Max-Age=0",
        ] {
            assert!(!set(held), "{held}");
        }
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
