//! Completeness: each consent in the log is either disclosed or erased, never both, never neither.

use crate::log::index_set::{IndexRanges, IndexSet};
use crate::report::finding::{Finding, Findings};

/// The consents of a log, and what became of each.
pub struct Account<'a> {
    /// The indices of the consents.
    pub consents: &'a IndexSet,
    /// The size of the log when the records were requested: no record is expected of a later entry.
    pub requested_size: u64,
    /// What was erased by then: no record of it may be disclosed.
    pub erased_at_request: &'a IndexRanges,
    /// What is erased by now.
    pub erased_now: &'a IndexRanges,
    /// The indices of the disclosed records.
    pub disclosed: &'a IndexSet,
}

/// The result.
#[derive(Debug, Default)]
pub struct Balance {
    /// How many consents are disclosed.
    pub disclosed: u64,
    /// How many are erased.
    pub erased: u64,
    /// What is wrong.
    pub wrong: Findings,
    /// How many are neither disclosed nor erased.
    pub missing: u64,
}

/// Compares the consents with what is disclosed and erased. `about` makes a finding about the entry at an index.
pub fn check(account: &Account<'_>, mut about: impl FnMut(u64, &str) -> Finding) -> Balance {
    let mut balance = Balance::default();
    let consents = account.consents.iter();
    for consent in consents.take_while(|consent| *consent < account.requested_size) {
        match (
            account.disclosed.contains(consent),
            account.erased_now.contains(consent),
        ) {
            (true, _) if account.erased_at_request.contains(consent) => {
                balance.wrong.push_with(|| {
                    let what = "the log says that this consent was erased, and its record is still disclosed";
                    about(consent, what).expected("no record", "a record")
                });
            }
            (true, _) => balance.disclosed += 1,
            (false, true) => balance.erased += 1,
            (false, false) => {
                balance.missing += 1;
                balance.wrong.push_with(|| {
                    let what = "a record is missing: no erasure explains its absence";
                    about(consent, what)
                        .expected("a record, or an erase entry that covers it", "neither")
                });
            }
        }
    }
    balance
}
