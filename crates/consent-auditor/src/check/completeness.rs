//! Completeness: each consent in the log is either disclosed or erased; none both, none neither.

use crate::log::index_set::{Places, Runs};
use crate::report::finding::{Finding, Tally};

/// What a log says of its consents, and what was disclosed.
pub struct Account<'a> {
    /// Where consents are.
    pub consents: &'a Places,
    /// How many entries the log had when the records were asked for: what came later need not be there.
    pub asked_at: u64,
    /// What was erased by then: no record of it may be left.
    pub erased_then: &'a Runs,
    /// What is erased by now.
    pub erased_now: &'a Runs,
    /// Where the disclosed records are.
    pub disclosed: &'a Places,
}

/// How the account comes out.
#[derive(Debug, Default)]
pub struct Balance {
    /// Consents whose records are disclosed.
    pub disclosed: u64,
    /// Consents that are erased.
    pub erased: u64,
    /// What does not add up.
    pub wrong: Tally,
    /// Consents neither disclosed nor erased.
    pub missing: u64,
}

/// Settles the account. `about` begins a finding about the entry at a place.
pub fn check(account: &Account<'_>, mut about: impl FnMut(u64, &str) -> Finding) -> Balance {
    let mut balance = Balance::default();
    let asked = account.consents.iter();
    for consent in asked.take_while(|consent| *consent < account.asked_at) {
        match (
            account.disclosed.contains(consent),
            account.erased_now.contains(consent),
        ) {
            (true, _) if account.erased_then.contains(consent) => {
                balance.wrong.push_with(|| {
                    let what = "the log says that it was erased, and its record is still disclosed";
                    about(consent, what).expected("nothing any more", "a record")
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
