//! First and third party: a host is of the scanned site if it has the same registrable domain, by the Public Suffix
//! List (the web's own notion of a *site*).

use super::observation::Party;
use url::Url;

/// The site that is scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    host: String,
    domain: String,
}

impl Site {
    /// The site of an address; nothing if it has no host.
    pub fn of(url: &Url) -> Option<Self> {
        let host = url.host_str()?.to_owned();
        Some(Self {
            domain: registrable(&host).to_owned(),
            host,
        })
    }

    /// The host of the address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether a host is of this site.
    pub fn party(&self, host: &str) -> Party {
        if registrable(host) == self.domain {
            Party::First
        } else {
            Party::Third
        }
    }
}

/// The registrable domain of a host: `example.co.uk` of `www.example.co.uk`. For an IP address or a bare name it is the
/// host itself.
pub fn registrable(host: &str) -> &str {
    let host = host.trim_start_matches('.').trim_end_matches('.');
    let is_address = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
    match psl::domain_str(host) {
        Some(domain) if !is_address => domain,
        _ => host,
    }
}

/// The host of an address; empty if it has none.
pub fn host_of(address: &str) -> String {
    let url = Url::parse(address).ok();
    url.and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_its_registrable_domain() {
        let site = Site::of(&Url::parse("https://www.relais.co.uk/a").unwrap()).unwrap();
        assert_eq!(site.party("relais.co.uk"), Party::First);
        assert_eq!(site.party(".boutique.relais.co.uk"), Party::First);
        assert_eq!(site.party("autre.co.uk"), Party::Third);
        assert_eq!(site.party("co.uk"), Party::Third);
    }

    #[test]
    fn names_of_this_machine_and_addresses_are_their_own() {
        let site = Site::of(&Url::parse("http://localhost:8788/").unwrap()).unwrap();
        assert_eq!(site.party("localhost"), Party::First);
        assert_eq!(site.party("127.0.0.1"), Party::Third);
        assert_eq!(registrable("10.0.0.1"), "10.0.0.1");
        assert_eq!(host_of("wss://a.example:9/x"), "a.example");
        assert_eq!(host_of("data:,x"), "");
    }
}
