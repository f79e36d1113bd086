//! Tables for spreadsheets.

use crate::http::error::ApiError;

/// Rows of a CSV (RFC 4180).
pub fn rows(cells: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, ApiError> {
    let mut builder = csv::WriterBuilder::new();
    let mut csv = builder
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in cells {
        let written = csv.write_record(row);
        written.map_err(|error| ApiError::Internal(error.to_string()))?;
    }
    csv.into_inner()
        .map_err(|error| ApiError::Internal(error.to_string()))
}
