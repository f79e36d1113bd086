//! What a request says of its way here, which ends here.
//!
//! Headers of one connection are not the next one's (RFC 9110, section 7.6.1). And what a client says of its own
//! address is a claim: the origin gets the address that the connection comes from, or none.

use std::fmt::Write as _;

/// Headers of one connection, besides those that begin with `proxy-`.
const OF_A_CONNECTION: [&str; 6] = [
    "connection",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
];

/// The names under which servers look for a client's address, besides those that begin with `x-forwarded`.
const CLAIMS: [&str; 23] = [
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "cf-pseudo-ipv4",
    "client-ip",
    "do-connecting-ip",
    "fastly-client-ip",
    "fly-client-ip",
    "forwarded",
    "forwarded-for",
    "true-client-ip",
    "x-appengine-user-ip",
    "x-azure-clientip",
    "x-azure-socketip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-external-address",
    "x-host",
    "x-original-forwarded-for",
    "x-original-host",
    "x-originating-ip",
    "x-real-ip",
    "x-remote-addr",
    "x-remote-ip",
];

/// The header in which the runtime says where a connection comes from. Whoever asks may send it too, so it is true
/// only where the runtime sets it.
pub const CONNECTING_ADDRESS: &str = "cf-connecting-ip";

/// What a message's `Connection` says.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    named: Vec<String>,
    is_web_socket: bool,
}

impl Connection {
    /// From the headers `Connection` and `Upgrade`.
    pub fn read(connection: &str, upgrade: &str) -> Self {
        Self {
            named: connection
                .split(',')
                .map(|name| name.trim().to_ascii_lowercase())
                .filter(|name| !name.is_empty())
                .collect(),
            is_web_socket: upgrade.trim().eq_ignore_ascii_case("websocket"),
        }
    }

    /// Whether a header, in lower case, belongs to this connection alone. `Upgrade` to a WebSocket goes on: the next
    /// connection becomes one too.
    pub fn ends_here(&self, name: &str) -> bool {
        if name == "upgrade" {
            return !self.is_web_socket;
        }
        OF_A_CONNECTION.contains(&name)
            || name.starts_with("proxy-")
            || self.named.iter().any(|named| named == name)
    }
}

/// Whether a request's header, in lower case, says where the request comes from: a claim of whoever sent it.
pub fn is_claim(name: &str) -> bool {
    name.starts_with("x-forwarded") || CLAIMS.contains(&name)
}

/// What the origin is told of a request's way, by header: from `client`, where that is known, to `host` by `scheme`.
pub fn way(client: Option<&str>, host: &str, scheme: &str) -> Vec<(&'static str, String)> {
    let mut told = vec![
        ("x-forwarded-host", host.to_owned()),
        ("x-forwarded-proto", scheme.to_owned()),
    ];
    // What is no address is told to nobody.
    let client = client.and_then(|client| client.trim().parse::<std::net::IpAddr>().ok());
    if let Some(client) = client {
        let mut forwarded = match client {
            std::net::IpAddr::V4(client) => format!("for={client}"),
            // RFC 7239, section 6.
            std::net::IpAddr::V6(client) => format!("for=\"[{client}]\""),
        };
        // A `String` takes whatever is written.
        let _ = write!(forwarded, ";host=\"{host}\";proto={scheme}");
        told.push(("x-forwarded-for", client.to_string()));
        told.push(("x-real-ip", client.to_string()));
        told.push(("forwarded", forwarded));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_connection_ends_here() {
        let connection = Connection::read("close, X-Secret ,,TE", "h2c");
        for name in [
            "connection",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "x-secret",
            "close",
        ] {
            assert!(connection.ends_here(name), "{name}");
        }
        for name in ["cookie", "accept", "x-secrets", "authorization", ""] {
            assert!(!connection.ends_here(name), "{name}");
        }
        let socket = Connection::read("Upgrade", "WebSocket");
        assert!(!socket.ends_here("upgrade") && socket.ends_here("connection"));
    }

    #[test]
    fn only_what_is_known_of_the_way_is_told() {
        for name in [
            "x-forwarded-for",
            "x-forwarded-port",
            "forwarded",
            "x-real-ip",
            "true-client-ip",
        ] {
            assert!(is_claim(name), "{name}");
        }
        assert!(!is_claim("x-requested-with") && !is_claim("via"));
        let hosts = [
            ("x-forwarded-host", "a.example:1".to_owned()),
            ("x-forwarded-proto", "https".to_owned()),
        ];
        assert_eq!(way(None, "a.example:1", "https"), hosts);
        assert_eq!(way(Some("unknown"), "a.example:1", "https"), hosts);
        let told = way(Some(" 2001:db8::1"), "a.example:1", "https");
        assert_eq!(told[..2], hosts);
        assert_eq!(
            told[2..],
            [
                ("x-forwarded-for", "2001:db8::1".to_owned()),
                ("x-real-ip", "2001:db8::1".to_owned()),
                (
                    "forwarded",
                    "for=\"[2001:db8::1]\";host=\"a.example:1\";proto=https".to_owned()
                ),
            ]
        );
    }
}
