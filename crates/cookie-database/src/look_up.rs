//! The lookup rules: which row of the database answers for a cookie, a key or a request.

use crate::format::{CONTROLLER, NAME, PURPOSE, ROW, SERVICE};
use crate::table::{Row, Table, Verdict, field};
use consent_core::Purpose;
use consent_core::classify::{Classification, Reason, Rule, Seen};
use consent_core::text::covers;

/// A whole name that holds everywhere has so many bytes at least: `_ga`.
const SHORTEST_NAME: usize = 3;
/// A prefix that holds everywhere has so many bytes at least: `_ga_`. `sb-` or `mp_` begin too much.
const SHORTEST_PREFIX: usize = 4;

impl<'a> Table<'a> {
    /// What the database says of it.
    ///
    /// A whole name counts before a prefix, then the longest prefix. Of rows with the same name,
    /// those of the domain count before those without one; where they disagree, the question stays
    /// open.
    pub fn classify(&self, seen: &Seen) -> Classification<'a> {
        match *seen {
            Seen::Cookie { name, .. } | Seen::Storage { name, .. } => {
                self.of_name(name, seen.host())
            }
            Seen::Request { .. } => self.of_host(seen.host().unwrap_or_default()),
        }
    }

    fn of_name(&self, name: &str, host: Option<&str>) -> Classification<'a> {
        let mut why = Reason::Unknown;
        let whole = (self.rows_named(name), false);
        for (rows, prefix) in std::iter::once(whole).chain(self.prefixes_of(name)) {
            let rows = rows.iter().map(|fields| Row {
                table: *self,
                prefix,
                fields,
            });
            match answer(rows, host) {
                Ok(classification) => return classification,
                Err(reason) if why == Reason::Unknown => why = reason,
                Err(_) => {}
            }
        }
        Classification::open(why)
    }

    fn rows_named(&self, name: &str) -> &'a [[u8; 2 * ROW]] {
        let name = name.as_bytes();
        let start = self.names.partition_point(|row| self.name(row) < name);
        let (_, rest) = self.names.split_at_checked(start).unwrap_or_default();
        let same = rest.iter().take_while(|row| self.name(*row) == name);
        rest.get(..same.count()).unwrap_or_default()
    }

    /// The rows of each prefix of `name`, the longest first.
    ///
    /// Sorted, whatever stands between a prefix and the name begins with that prefix. So what stands
    /// right before the name is its longest prefix, or shares that with the name.
    fn prefixes_of<'n>(
        &self,
        name: &'n str,
    ) -> impl Iterator<Item = (&'a [[u8; 2 * ROW]], bool)> + use<'a, 'n> {
        let table = *self;
        let mut probe = name.as_bytes();
        std::iter::from_fn(move || {
            loop {
                let end = table
                    .prefixes
                    .partition_point(|row| table.name(row) <= probe);
                let before = table.prefixes.get(..end)?;
                let prefix = table.name(before.last()?);
                let shared = probe.iter().zip(prefix).take_while(|(a, b)| a == b).count();
                if shared == prefix.len() {
                    probe = probe.get(..shared.checked_sub(1)?)?;
                    let same = before
                        .iter()
                        .rev()
                        .take_while(|row| table.name(*row) == prefix);
                    return Some((before.get(end - same.count()..)?, true));
                }
                // One less at least: of a table that is not sorted nothing else would be certain.
                probe = probe.get(..shared.min(probe.len().checked_sub(1)?))?;
            }
        })
    }

    fn of_host(&self, host: &str) -> Classification<'a> {
        let mut above = Some(host);
        while let Some(host) = above {
            let at = self
                .hosts
                .binary_search_by(|fields| self.name(fields).cmp(host.as_bytes()));
            if let Some(fields) = at.ok().and_then(|at| self.hosts.get(at)) {
                let rule = Rule::Host(self.text(fields, NAME));
                let verdict = Verdict::of(field(fields, PURPOSE));
                let said = |at| Some(self.text(fields, at)).filter(|text| !text.is_empty());
                let (purpose, reason) = match verdict {
                    // That a host keeps a necessary cookie says nothing of what is sent to it.
                    Verdict::For(Purpose::Necessary) => (None, Reason::NecessaryElsewhere(rule)),
                    verdict => decide(verdict, rule),
                };
                return Classification {
                    purpose,
                    service: said(SERVICE),
                    controller: said(CONTROLLER),
                    retention: None,
                    reason,
                };
            }
            above = host.split_once('.').map(|(_, above)| above);
        }
        Classification::UNKNOWN
    }
}

/// How well a row fits a host; the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It names the domain.
    Domain,
    /// It holds for every domain.
    Anywhere,
    /// It would, and is too short to tell anything.
    TooShort,
    /// It names another domain.
    OtherDomain,
}

fn fit(row: &Row, host: Option<&str>) -> Fit {
    let name = row.name();
    let shortest = if row.prefix {
        SHORTEST_PREFIX
    } else {
        SHORTEST_NAME
    };
    if host.is_some_and(|host| row.domains().any(|domain| covers(domain, host))) {
        Fit::Domain
    } else if row.holds_anywhere() {
        if name.len() < shortest {
            Fit::TooShort
        } else {
            Fit::Anywhere
        }
    } else if name.starts_with('_') && name.len() >= SHORTEST_PREFIX {
        // So begins what a tool keeps under the site's own domain, and the database often names the
        // tool's domain: `_fbp`, `_clck`, `__hstc`.
        Fit::Anywhere
    } else {
        Fit::OtherDomain
    }
}

/// What rows with the same name say together; why nothing, if none of them fits.
fn answer<'a>(
    rows: impl Iterator<Item = Row<'a>> + Clone,
    host: Option<&str>,
) -> Result<Classification<'a>, Reason<'a>> {
    let best = rows
        .clone()
        .min_by_key(|row| fit(row, host))
        .ok_or(Reason::Unknown)?;
    let rule = best.rule();
    let fits = fit(&best, host);
    match fits {
        Fit::Domain | Fit::Anywhere => {}
        Fit::TooShort => return Err(Reason::TooShort(rule)),
        Fit::OtherDomain => return Err(Reason::OtherDomain(rule)),
    }
    let rows = rows.filter(|row| fit(row, host) == fits);
    let verdict = agreed(rows.clone().map(|row| row.verdict()));
    let (purpose, reason) = decide(verdict.unwrap_or(Verdict::Conflicting), rule);
    Ok(Classification {
        purpose,
        service: agreed(rows.clone().map(|row| row.service())).flatten(),
        controller: agreed(rows.clone().map(|row| row.controller())).flatten(),
        retention: agreed(rows.map(|row| row.retention())).flatten(),
        reason,
    })
}

fn decide(verdict: Verdict, rule: Rule<'_>) -> (Option<Purpose>, Reason<'_>) {
    match verdict {
        Verdict::For(purpose) => (Some(purpose), Reason::Database(rule)),
        Verdict::Functional => (None, Reason::Functional(rule)),
        Verdict::Conflicting => (None, Reason::Conflicting(rule)),
    }
}

/// What all say alike.
fn agreed<T: PartialEq>(mut said: impl Iterator<Item = T>) -> Option<T> {
    let first = said.next()?;
    said.all(|other| other == first).then_some(first)
}
