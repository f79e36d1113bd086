//! What the visitor holds: their secret, their receipts, and the reports not yet sent.

use crate::calendar::Timestamp;
use crate::choice::decision::Decision;
use crate::choice::service_answers::ServiceAnswers;
use crate::ident::{ConsentId, ReceiptId, SiteId};
use crate::proof::report::ConsentReport;
use serde::{Deserialize, Serialize};

/// The local-storage key of the [`Wallet`].
pub const WALLET_KEY: &str = "consent_temoin_wallet";

/// The local-storage key of the [`Outbox`]. It exists only while something waits in it, which is
/// how the loader knows that there is something to send.
pub const OUTBOX_KEY: &str = "consent_temoin_outbox";

/// The secret that ties the visitor's records together, and their receipts, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wallet {
    /// The secret.
    pub consent_id: ConsentId,
    /// The receipts.
    pub receipts: Vec<KeptReceipt>,
}

/// A [`ConsentReceipt`](crate::ConsentReceipt) as its holder keeps it: just as the server gave it, with
/// what is shown of it at a glance. Whoever checks it reads the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptReceipt {
    /// Names the receipt and its record.
    pub id: ReceiptId,
    /// The server's time.
    pub time: Timestamp,
    /// The answer for each of the four purposes.
    pub decision: Decision,
    /// The services answered apart from their purpose.
    pub services: ServiceAnswers,
    /// All of it, in JSON; of a server of an earlier version there is no evidence in it.
    pub json: String,
}

impl Wallet {
    /// Receipts kept; past that, the oldest goes.
    pub const MOST_RECEIPTS: usize = 20;

    /// A wallet without receipts.
    pub const fn new(consent_id: ConsentId) -> Self {
        Self {
            consent_id,
            receipts: Vec::new(),
        }
    }

    /// Keeps a receipt, once.
    pub fn keep(&mut self, receipt: KeptReceipt) {
        self.receipts.retain(|kept| kept.id != receipt.id);
        self.receipts.push(receipt);
        let surplus = self.receipts.len().saturating_sub(Self::MOST_RECEIPTS);
        self.receipts.drain(..surplus);
    }

    /// The receipts of one site, oldest first: sites below one origin share its storage.
    pub fn of_site(&self, site: &SiteId) -> impl DoubleEndedIterator<Item = &KeptReceipt> {
        self.receipts
            .iter()
            .filter(move |receipt| receipt.id.site == *site)
    }

    /// The newest receipt of one site.
    pub fn latest(&self, site: &SiteId) -> Option<&KeptReceipt> {
        self.of_site(site).next_back()
    }

    /// Lets go of a receipt whose proof is erased.
    pub fn forget(&mut self, id: &ReceiptId) {
        self.receipts.retain(|kept| kept.id != *id);
    }
}

/// Reports that the server has not acknowledged, in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox(Vec<ConsentReport>);

impl Outbox {
    /// The reports that waited when the page was left.
    pub const fn new(reports: Vec<ConsentReport>) -> Self {
        Self(reports)
    }

    /// Reports kept; past that, the oldest goes.
    const MOST_REPORTS: usize = 20;

    /// The reports, in the order in which they were made.
    pub fn reports(&self) -> &[ConsentReport] {
        &self.0
    }

    /// Puts a report last in line, unless it waits already.
    pub fn put(&mut self, report: ConsentReport) {
        if self.0.iter().any(|waiting| waiting.id == report.id) {
            return;
        }
        self.0.push(report);
        let surplus = self.0.len().saturating_sub(Self::MOST_REPORTS);
        self.0.drain(..surplus);
    }

    /// The report to send next.
    pub fn first(&self) -> Option<&ConsentReport> {
        self.0.first()
    }

    /// Takes out a report that was answered for good.
    pub fn settle(&mut self, report: &ConsentReport) {
        self.0.retain(|waiting| waiting.id != report.id);
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
