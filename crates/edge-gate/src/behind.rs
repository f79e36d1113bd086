//! The server behind the gate, whose own name must not lead a visitor past it.

use url::{Position, Url};

/// The server of a site's pages, and the site as its visitors name it.
#[derive(Clone, Debug)]
pub struct Behind<'a> {
    /// The address of the server.
    pub server: &'a Url,
    /// The page's own address, as the visitor asked for it: a browser reads the others against it.
    pub own: &'a Url,
}

impl Behind<'_> {
    /// An address of the server, as the visitor must hear it; nothing where it does not name the server.
    pub fn outward(&self, sent: &str) -> Option<String> {
        let meant = self.own.join(sent).ok()?;
        if meant.origin() == self.own.origin() || !self.is_the_server(&meant) {
            return None;
        }
        let origin = self.own.origin().ascii_serialization();
        Some(format!("{origin}{}", &meant[Position::BeforePath..]))
    }

    /// The same in a `Refresh` (HTML, "shared declarative refresh steps").
    pub fn refresh(&self, sent: &str) -> Option<String> {
        let rest = sent
            .trim_start()
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let rest =
            rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ';' || c == ',');
        let address = match rest.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("url") => value.trim_start(),
            _ => rest,
        };
        let bare = match address.chars().next()? {
            quote @ ('"' | '\'') => address.get(1..)?.split(quote).next()?,
            _ => address,
        };
        let outward = self.outward(bare.trim())?;
        let before = sent.len().checked_sub(address.len())?;
        Some(format!("{}{outward}", sent.get(..before)?))
    }

    /// Whether an address is the server's: by its host, whatever the scheme, on the server's port or the usual one.
    fn is_the_server(&self, meant: &Url) -> bool {
        let host = |url: &Url| {
            url.host_str()
                .map(|host| host.trim_end_matches('.').to_ascii_lowercase())
        };
        let port = |url: &Url| url.port_or_known_default();
        matches!(meant.scheme(), "http" | "https" | "ws" | "wss")
            && host(meant) == host(self.server)
            && (port(meant) == port(self.server)
                || (meant.port().is_none() && self.server.port().is_none()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behind<T>(of: impl Fn(&Behind) -> T) -> T {
        let (server, own) = (
            "http://127.0.0.1:9000".parse().unwrap(),
            "https://relais.example/a/b".parse().unwrap(),
        );
        of(&Behind {
            server: &server,
            own: &own,
        })
    }

    #[test]
    fn an_address_of_the_server_leads_to_the_site() {
        let led = |sent: &str| behind(|behind| behind.outward(sent));
        for (sent, outward) in [
            (
                "http://127.0.0.1:9000/a?b#c",
                "https://relais.example/a?b#c",
            ),
            ("http://127.0.0.1:9000", "https://relais.example/"),
            ("HTTP://127.0.0.1:9000/", "https://relais.example/"),
            (" //127.0.0.1:9000/a ", "https://relais.example/a"),
            ("\\\\127.0.0.1:9000\\a", "https://relais.example/a"),
            ("https://127.0.0.1:9000/a", "https://relais.example/a"),
            (
                "http://user:word@127.0.0.1:9000/a",
                "https://relais.example/a",
            ),
            ("http://0x7f000001:9000/a", "https://relais.example/a"),
        ] {
            assert_eq!(led(sent).as_deref(), Some(outward), "{sent}");
        }
        for same in [
            "http://127.0.0.1:90001/",
            "http://127.0.0.1:9001/",
            "/a",
            "a",
            "?a",
            "#a",
            "",
            "https://relais.example/x",
            "https://other.example/",
            "https://other.example/?http://127.0.0.1:9000/",
            "mailto:a@127.0.0.1",
        ] {
            assert_eq!(led(same), None, "{same}");
        }
    }

    #[test]
    fn a_server_by_name_is_known_by_either_scheme() {
        let server = "https://pages.example".parse().unwrap();
        let own = "https://www.example/".parse().unwrap();
        let behind = Behind {
            server: &server,
            own: &own,
        };
        for sent in [
            "http://pages.example/x",
            "//PAGES.example./x",
            "https://pages.example:443/x",
        ] {
            assert_eq!(
                behind.outward(sent).as_deref(),
                Some("https://www.example/x"),
                "{sent}"
            );
        }
        assert_eq!(behind.outward("https://pages.example:8443/x"), None);
        assert_eq!(behind.outward("https://www.pages.example/x"), None);
    }

    #[test]
    fn a_refresh_leads_to_the_site() {
        let led = |sent: &str| behind(|behind| behind.refresh(sent));
        for (sent, outward) in [
            (
                "0; url=http://127.0.0.1:9000/a",
                "0; url=https://relais.example/a",
            ),
            (
                "5;URL = '//127.0.0.1:9000/a' x",
                "5;URL = https://relais.example/a",
            ),
            (
                "0,http://127.0.0.1:9000/?a=b",
                "0,https://relais.example/?a=b",
            ),
            (
                "1.5 url=\"http://127.0.0.1:9000/\"",
                "1.5 url=https://relais.example/",
            ),
        ] {
            assert_eq!(led(sent).as_deref(), Some(outward), "{sent}");
        }
        for same in [
            "5",
            "",
            "0; url=/a",
            "0; url=https://other.example/",
            "0; url='",
        ] {
            assert_eq!(led(same), None, "{same}");
        }
    }
}
