//! How much one site's visitors, and one network of them, may ask for: what one does costs another nothing.
//!
//! Each site, and each network within a site, has a bucket that fills at a steady rate (the generic cell rate algorithm, ITU-T
//! I.371). Buckets are in the memory of one isolate and nowhere else: no address of a visitor is kept, a restart forgets them, and
//! several isolates together allow as many times as much.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::str::FromStr;

/// The most buckets of one kind. Who comes when all are in use shares one with everybody else who does.
const MOST_BUCKETS: usize = 20_000;

/// A rate, and how much may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests for each second, at least 1.
    pub per_second: u32,
    /// How many may come at once, at least 1.
    pub burst: u32,
}

impl Rate {
    /// Microseconds between two requests.
    const fn interval(self) -> u64 {
        1_000_000 / self.per_second as u64
    }
}

impl FromStr for Rate {
    type Err = String;

    /// `RATE/BURST`: `2/120`.
    fn from_str(text: &str) -> Result<Self, String> {
        let read = |text: &str| {
            text.parse()
                .ok()
                .filter(|number| (1..=1_000_000).contains(number))
        };
        let parts = text
            .split_once('/')
            .and_then(|(rate, burst)| Some((read(rate)?, read(burst)?)));
        let (per_second, burst) = parts.ok_or_else(|| {
            format!(
                "{text} is no rate; write requests per second, and how many may come at once: 2/120"
            )
        })?;
        Ok(Self { per_second, burst })
    }
}

/// What a server allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// All visitors of one site.
    pub site: Rate,
    /// The visitors of one site who come from one network.
    pub network: Rate,
}

impl Default for Limits {
    /// More than a busy site needs: a thousand answers in a second, and a hundred and twenty at once from one network.
    fn default() -> Self {
        Self {
            site: Rate {
                per_second: 1_000,
                burst: 2_000,
            },
            network: Rate {
                per_second: 4,
                burst: 120,
            },
        }
    }
}

impl FromStr for Limits {
    type Err = String;

    /// `site=RATE/BURST network=RATE/BURST`, either of them; what is not named has its default.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut limits = Self::default();
        for part in text.split_whitespace() {
            match part.split_once('=') {
                Some(("site", rate)) => limits.site = rate.parse()?,
                Some(("network", rate)) => limits.network = rate.parse()?,
                _ => {
                    return Err(format!(
                        "{part} is not known; write site=1000/2000 network=4/120"
                    ));
                }
            }
        }
        Ok(limits)
    }
}

/// The network that an address is of: the first 24 bits of IPv4, the first 56 of IPv6, which is what one subscriber has
/// (RIPE-690, section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// Of IPv4.
    V4([u8; 3]),
    /// Of IPv6.
    V6([u8; 7]),
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                Self::V4(address.octets().first_chunk().copied().unwrap_or_default())
            }
            IpAddr::V6(address) => {
                Self::V6(address.octets().first_chunk().copied().unwrap_or_default())
            }
        }
    }
}

/// Buckets of one kind.
pub struct Buckets<Key> {
    /// When each has room for all again, in microseconds since 1970.
    full_at: HashMap<Key, u64>,
    /// The bucket of all who found none.
    shared: u64,
}

impl<Key: Eq + Hash> Buckets<Key> {
    /// Every bucket is full.
    pub fn new() -> Self {
        Self {
            full_at: HashMap::new(),
            shared: 0,
        }
    }

    /// How long to wait at `now` until one can be taken out; both in microseconds.
    pub fn wait(&self, key: &Key, now: u64, rate: Rate) -> u64 {
        let full_at = self.full_at.get(key).copied().unwrap_or(0);
        wait(full_at, now, rate)
    }

    /// Takes one out at `now`; an error is how long to wait for it, in microseconds.
    pub fn take(&mut self, key: Key, now: u64, rate: Rate) -> Result<(), u64> {
        let known = self.full_at.contains_key(&key);
        if !known && self.full_at.len() >= MOST_BUCKETS {
            // A full bucket says nothing: it is as one that is not there.
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        let full_at = if known || self.full_at.len() < MOST_BUCKETS {
            self.full_at.entry(key).or_insert(0)
        } else {
            &mut self.shared
        };
        let wait = wait(*full_at, now, rate);
        if wait > 0 {
            return Err(wait);
        }
        *full_at = now.max(*full_at).saturating_add(rate.interval());
        Ok(())
    }
}

/// How long to wait for a bucket that is full again at `full_at`; all in microseconds.
fn wait(full_at: u64, now: u64, rate: Rate) -> u64 {
    let tolerance = rate.interval().saturating_mul(u64::from(rate.burst) - 1);
    full_at.saturating_sub(now).saturating_sub(tolerance)
}

/// Microseconds as whole seconds for `Retry-After`, at least 1.
pub fn seconds(wait: u64) -> u64 {
    wait.div_ceil(1_000_000).max(1)
}

/// The buckets of all sites.
pub struct Meter<Site> {
    sites: Buckets<Site>,
    networks: Buckets<(Site, Network)>,
}

impl<Site: Eq + Hash + Clone> Meter<Site> {
    /// Every bucket is full.
    pub fn new() -> Self {
        Self {
            sites: Buckets::new(),
            networks: Buckets::new(),
        }
    }

    /// Lets a request for a site through at `now` (milliseconds since 1970), or says how many seconds to wait, at least 1. The network
    /// comes first: one that asks too much takes nothing from the site's others.
    pub fn admit(
        &mut self,
        site: &Site,
        network: Option<Network>,
        now: u64,
        limits: Limits,
    ) -> Result<(), u64> {
        let now = now.saturating_mul(1_000);
        if let Some(network) = network {
            self.networks
                .take((site.clone(), network), now, limits.network)
                .map_err(seconds)?;
        }
        self.sites
            .take(site.clone(), now, limits.site)
            .map_err(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        site: Rate {
            per_second: 10,
            burst: 6,
        },
        network: Rate {
            per_second: 1,
            burst: 3,
        },
    };

    fn network(address: &str) -> Network {
        address.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let mut meter = Meter::new();
        let mut admit = |at| meter.admit(&"a", Some(network("192.0.2.1")), at, LIMITS);
        for _ in 0..3 {
            assert_eq!(admit(1_000), Ok(()));
        }
        assert_eq!(admit(1_000), Err(1));
        assert_eq!(admit(1_999), Err(1));
        assert_eq!(admit(2_000), Ok(()));
        assert_eq!(admit(2_000), Err(1));
        // After a while all of the burst is there again, and no more.
        for _ in 0..3 {
            assert_eq!(admit(60_000), Ok(()));
        }
        assert_eq!(admit(60_000), Err(1));
    }

    #[test]
    fn no_network_takes_from_another_and_no_site_from_another() {
        let mut meter = Meter::new();
        for _ in 0..50 {
            let _ = meter.admit(&"a", Some(network("192.0.2.1")), 1_000, LIMITS);
        }
        assert!(
            meter
                .admit(&"a", Some(network("192.0.2.200")), 1_000, LIMITS)
                .is_err()
        );
        assert_eq!(
            meter.admit(&"a", Some(network("192.0.3.1")), 1_000, LIMITS),
            Ok(())
        );
        assert_eq!(
            meter.admit(&"b", Some(network("192.0.2.1")), 1_000, LIMITS),
            Ok(())
        );
        // The site's own limit, whoever it is.
        for _ in 0..50 {
            let _ = meter.admit(&"a", None, 1_000, LIMITS);
        }
        assert_eq!(
            meter.admit(&"a", Some(network("198.51.100.1")), 1_000, LIMITS),
            Err(1)
        );
        assert_eq!(
            meter.admit(&"b", Some(network("198.51.100.1")), 1_000, LIMITS),
            Ok(())
        );
    }

    #[test]
    fn a_network_is_what_one_subscriber_has() {
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.254", true),
            ("192.0.2.1", "192.0.3.1", false),
            ("::ffff:192.0.2.1", "192.0.2.9", true),
            ("2001:db8:1:200::1", "2001:db8:1:2ff:ffff::", true),
            ("2001:db8:1:200::1", "2001:db8:1:300::1", false),
        ] {
            assert_eq!(network(one) == network(other), same, "{one} {other}");
        }
    }

    #[test]
    fn memory_is_bounded_whoever_comes() {
        let mut buckets = Buckets::new();
        let rate = LIMITS.network;
        for nth in 0..3 * MOST_BUCKETS {
            let _ = buckets.take(nth, 1_000_000, rate);
        }
        assert_eq!(buckets.full_at.len(), MOST_BUCKETS);
        assert!(buckets.take(usize::MAX, 1_000_000, rate).is_err());
        // Those who are known keep their own.
        assert_eq!(buckets.take(1, 1_000_000, rate), Ok(()));
        assert_eq!(buckets.take(usize::MAX, 60_000_000, rate), Ok(()));
        assert!(buckets.full_at.len() <= 1);
    }

    #[test]
    fn the_setting_says_what_is_wrong_with_it() {
        assert_eq!("".parse(), Ok(Limits::default()));
        let read: Limits = "network=1/3  site=10/6".parse().unwrap();
        assert_eq!(read, LIMITS);
        for wrong in [
            "site",
            "site=",
            "site=1",
            "site=0/1",
            "site=1/0",
            "network=1/x",
            "visitor=1/1",
            "site=1/1,network=1/1",
        ] {
            assert!(wrong.parse::<Limits>().is_err(), "{wrong}");
        }
    }
}
