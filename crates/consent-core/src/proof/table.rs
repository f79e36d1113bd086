//! A record as a row of a table for spreadsheets. How rows become a file (RFC 4180) belongs to whoever writes it.

use crate::choice::decision::Consent;
use crate::choice::purpose::Purpose;
use crate::proof::record::ConsentRecord;
use crate::site::signals::Tool;

/// How many columns there are.
pub const WIDTH: usize = 24;

/// The columns.
pub const COLUMNS: [&str; WIDTH] = [
    "receipt",
    "time",
    "valid_until",
    "status",
    "necessary",
    "preferences",
    "statistics",
    "marketing",
    "services",
    "method",
    "chosen_at",
    "layer",
    "trusted",
    "language",
    "jurisdiction",
    "gpc",
    "policy_version",
    "notice",
    "subject",
    "previous",
    "log",
    "index",
    "served_at",
    "told",
];

/// The mark by which spreadsheets recognize UTF-8, at the beginning of a file.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The cells of a record, none of which a spreadsheet runs.
pub fn row(record: &ConsentRecord) -> [String; WIDTH] {
    let decided = |purpose| record.decision.get(purpose).as_str().to_owned();
    let [necessary, preferences, statistics, marketing] = Purpose::ALL.map(decided);
    let services: Vec<_> = record
        .services
        .iter()
        .map(|(service, consent): (_, Consent)| format!("{service} {}", consent.as_str()))
        .collect();
    let told: Vec<_> = (record.told.unwrap_or_default().iter())
        .map(Tool::as_str)
        .collect();
    let previous = record.previous.as_ref();
    let cells = [
        record.receipt.to_string(),
        record.time.to_string(),
        record.valid_until.to_string(),
        record.status.as_str().to_owned(),
        necessary,
        preferences,
        statistics,
        marketing,
        services.join(", "),
        record.method.as_str().to_owned(),
        (record.chosen_at).map_or_else(String::new, |time| time.to_string()),
        record.layer.as_str().to_owned(),
        record.trusted.to_string(),
        record.language.to_string(),
        text_of(&record.jurisdiction),
        record.gpc.to_string(),
        text_of(&record.policy_version),
        record.notice.to_string(),
        record.subject.to_string(),
        previous.map_or_else(String::new, ToString::to_string),
        record.log.to_string(),
        record.index.to_string(),
        (record.served_at).map_or_else(String::new, |time| time.to_string()),
        told.join(", "),
    ];
    cells.map(defuse)
}

/// The text of a value that is a string in JSON.
fn text_of(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// What makes a spreadsheet take a cell for a formula where it comes first (OWASP ASVS 5.0, 1.2.10, and OWASP's page on
/// CSV injection, which adds the line ends and the full-width forms).
const FORMULA: [char; 12] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠',
];

/// Puts a quote before what a spreadsheet would run as a formula.
pub fn defuse(cell: String) -> String {
    if cell.starts_with(FORMULA) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_run_as_a_formula() {
        for first in FORMULA {
            assert_eq!(defuse(format!("{first}1")), format!("'{first}1"));
        }
        assert_eq!(defuse("2024-05-02".to_owned()), "2024-05-02");
        assert_eq!(defuse(String::new()), "");
    }
}
