//! What proves a choice: the report, the record, its commitment and log entry, the receipt, what is disclosed.
//!
//! The log itself (trees, tiles, notes) belongs in `consent-log`, which knows nothing of consents.

pub mod commitment;
pub mod disclosed;
pub mod entry;
pub mod file_evidence;
pub mod jsonld;
pub mod other;
pub mod read;
pub mod receipt;
pub mod record;
pub mod report;
pub mod table;

pub use commitment::{Salts, SubjectOpening, Texts};
pub use disclosed::{DisclosedRecord, ErasedRecord};
pub use entry::LogEntry;
pub use file_evidence::{EvidenceReceipt, EvidenceReport};
pub use other::{OpenedPart, OtherRecord};
pub use read::{DisclosedRead, KeptRead, ReadRequest, ReadText};
pub use receipt::{ConsentReceipt, Evidence};
pub use record::ConsentRecord;
pub use report::ConsentReport;
