//! What names a log: its origin (C2SP tlog-checkpoint, "Note text").

use crate::calendar::Timestamp;
use crate::ident::{ReportId, SiteId, serde_as_text};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The name that an operator gave their server, for good: what all its origins begin with.
///
/// Lower-case letters, digits, dots, dashes and a port, as a host's name has them: at most 100
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServerName(String);

impl ServerName {
    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The origin of the log in which the server's other logs are anchored.
    pub fn anchor(&self) -> LogOrigin {
        LogOrigin(format!("{self}/{ANCHOR}"))
    }

    /// The origin of a site's log.
    pub fn log(&self, log: &SiteLog) -> LogOrigin {
        LogOrigin(format!("{self}/{log}"))
    }

    /// The log that an origin names, if it is one of this server's.
    pub fn log_of(&self, origin: &str) -> Option<Log> {
        let name = origin.strip_prefix(self.as_str())?.strip_prefix('/')?;
        if name == ANCHOR {
            return Some(Log::Anchor);
        }
        name.parse().ok().map(Log::Site)
    }
}

const ANCHOR: &str = "anchor";

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ServerName {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let known =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:".contains(&byte);
        if (1..=100).contains(&text.len()) && text.bytes().all(known) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadOrigin("a server's name, such as temoin.example"))
        }
    }
}

serde_as_text!(ServerName);

/// A log of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Log {
    /// The one in which the others are anchored.
    Anchor,
    /// One of a site's.
    Site(SiteLog),
}

/// A log of a site: `SITE/QUARTER/SHARD`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SiteLog {
    /// The site.
    pub site: SiteId,
    /// When its consents are from.
    pub quarter: Quarter,
    /// Which of the site's objects keeps it.
    pub shard: Shard,
}

impl fmt::Display for SiteLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.site, self.quarter, self.shard.0)
    }
}

impl FromStr for SiteLog {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let what = BadOrigin("a log of a site, such as relais/2026q4/0");
        let mut parts = text.split('/');
        let mut next = || parts.next().ok_or(what);
        let log = Self {
            site: next()?.parse().map_err(|_| what)?,
            quarter: next()?.parse()?,
            shard: next()?.parse()?,
        };
        parts.next().is_none().then_some(log).ok_or(what)
    }
}

/// One of the objects among which the proofs of a large site are spread, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Shard(pub u8);

impl Shard {
    /// The only one of most sites; of the others, the one that keeps the edition in force.
    pub const FIRST: Self = Self(0);
}

impl FromStr for Shard {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let shard = text.parse().ok().map(Self);
        // One spelling: no sign, no leading zero.
        shard
            .filter(|shard| shard.0.to_string() == text)
            .ok_or(BadOrigin("a shard, a number from 0 to 255"))
    }
}

/// Among how many objects the proofs of a site are spread: 1 to 16.
///
/// It is settled by the first publication: a report that is sent again must find its record, and a
/// receipt the log it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Shards(u8);

/// No site has so many shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is {0}; a site has 1 to {most} shards", most = Shards::MOST)]
pub struct BadShards(u8);

impl Shards {
    /// What all but the largest sites have.
    pub const ONE: Self = Self(1);

    const MOST: u8 = 16;

    /// Which of them keeps a report: its id is random, so each gets as many.
    pub fn of(self, report: ReportId) -> Shard {
        let [first, second, ..] = *report.as_bytes();
        let shard = u16::from_be_bytes([first, second]) % u16::from(self.0);
        // Less than 16.
        Shard(shard.to_le_bytes()[0])
    }

    /// Each of them.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Shard> {
        (0..self.0).map(Shard)
    }

    /// Whether this is one of them.
    pub const fn contains(self, shard: Shard) -> bool {
        shard.0 < self.0
    }

    /// The one that comes after another.
    pub fn after(self, shard: Shard) -> Option<Shard> {
        let next = Shard(shard.0.checked_add(1)?);
        self.contains(next).then_some(next)
    }
}

impl TryFrom<u8> for Shards {
    type Error = BadShards;

    fn try_from(count: u8) -> Result<Self, BadShards> {
        if (1..=Self::MOST).contains(&count) {
            Ok(Self(count))
        } else {
            Err(BadShards(count))
        }
    }
}

impl From<Shards> for u8 {
    fn from(shards: Shards) -> Self {
        shards.0
    }
}

/// A quarter of a year in UTC: `2026q4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quarter {
    year: u16,
    /// 1 to 4.
    number: u8,
}

impl Quarter {
    /// The one that an instant is in.
    pub fn of(time: Timestamp) -> Self {
        let (year, month) = time.year_and_month();
        Self {
            year,
            number: (month - 1) / 3 + 1,
        }
    }

    /// Its first instant.
    pub fn start(self) -> Timestamp {
        Timestamp::start_of_month(self.year, (self.number - 1) * 3 + 1)
    }

    /// The first instant that is not in it any more.
    pub fn end(self) -> Timestamp {
        self.start().add_months(3)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}q{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let what = BadOrigin("a quarter, such as 2026q4");
        let (year, number) = text.split_once('q').ok_or(what)?;
        let digits = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let quarter = Self {
            year: year.parse().map_err(|_| what)?,
            number: match number {
                "1" => 1,
                "2" => 2,
                "3" => 3,
                "4" => 4,
                _ => return Err(what),
            },
        };
        (digits && quarter.year >= 1970)
            .then_some(quarter)
            .ok_or(what)
    }
}

serde_as_text!(Quarter);

/// What names a log, and its key: the first line of its checkpoints. Any log's, not only one of
/// ours: a text of 1 to 300 characters without white space, control characters and `+`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogOrigin(String);

impl LogOrigin {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LogOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for LogOrigin {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        // Every origin of ours is of ASCII; others' are not read here.
        let known = |byte: u8| byte.is_ascii_graphic() && byte != b'+';
        if (1..=300).contains(&text.len()) && text.bytes().all(known) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadOrigin(
                "a log's origin, such as temoin.example/relais/2026q4/0",
            ))
        }
    }
}

serde_as_text!(LogOrigin);

/// The text does not name a log; the message says what such a name looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
pub struct BadOrigin(&'static str);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_quarter_begins_and_ends_in_utc() {
        for (time, quarter) in [
            ("2026-01-01T00:00:00.000Z", "2026q1"),
            ("2026-03-31T23:59:59.999Z", "2026q1"),
            ("2026-04-01T00:00:00.000Z", "2026q2"),
            ("2026-12-31T23:59:59.999Z", "2026q4"),
            ("2027-01-01T00:00:00.000Z", "2027q1"),
        ] {
            let quarter: Quarter = quarter.parse().unwrap();
            assert_eq!(Quarter::of(at(time)), quarter, "{time}");
            assert!(quarter.start() <= at(time) && at(time) < quarter.end());
        }
        let last: Quarter = "2026q4".parse().unwrap();
        assert_eq!(last.end(), at("2027-01-01T00:00:00Z"));
        assert!(last < Quarter::of(last.end()));
    }

    #[test]
    fn an_origin_names_one_log_of_one_server() {
        let server: ServerName = "demo.temoin.example".parse().unwrap();
        let log: SiteLog = "relais/2026q4/0".parse().unwrap();
        let origin = server.log(&log);
        assert_eq!(origin.as_str(), "demo.temoin.example/relais/2026q4/0");
        assert_eq!(server.log_of(origin.as_str()), Some(Log::Site(log)));
        let anchor = server.anchor();
        assert_eq!(server.log_of(anchor.as_str()), Some(Log::Anchor));
        for bad in [
            "",
            "demo.temoin.example",
            "demo.temoin.example/",
            "demo.temoin.example/relais",
            "demo.temoin.example/relais/2026q4",
            "demo.temoin.example/relais/2026q4/00",
            "demo.temoin.example/relais/2026q4/256",
            "demo.temoin.example/relais/2026q4/+1",
            "demo.temoin.example/relais/2026q5/0",
            "demo.temoin.example/relais/26q4/0",
            "demo.temoin.example/relais/2026q4/0/1",
            "demo.temoin.example/Relais/2026q4/0",
            "temoin.example/relais/2026q4/0",
            "demo.temoin.examplex/anchor",
        ] {
            assert_eq!(server.log_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn names_that_no_key_could_have_are_refused() {
        for bad in ["", "a b", "a+b", "a\n", "témoin", "Temoin.example", "a/b"] {
            assert!(bad.parse::<ServerName>().is_err(), "{bad}");
        }
        for bad in ["", "a b", "a+b", "a\n"] {
            assert!(bad.parse::<LogOrigin>().is_err(), "{bad}");
        }
    }
}
