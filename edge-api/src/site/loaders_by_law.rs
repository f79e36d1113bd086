//! The loaders for visitors to whose place another law applies than the one for everyone else: rows of the site's first object. One
//! value would not hold those of all laws and languages (Cloudflare allows 2 MB a row).

use crate::edition::{Edition, Loader};
use crate::http::error::ApiError;
use crate::storage::database::{Database, Transaction};
use consent_core::jurisdiction::Jurisdiction;
use consent_core::text::Localized;
use serde::Deserialize;

/// Keeps those of an edition, in place of those that were there.
pub fn keep(transaction: &Transaction<'_>, new: &Edition) -> Result<(), ApiError> {
    transaction.run("DELETE FROM loaders_by_law", vec![])?;
    for (law, edition) in &new.laws {
        transaction.run(
            "INSERT INTO loaders_by_law (law, loaders) VALUES (?, ?)",
            vec![
                law.as_str().into(),
                serde_json::to_string(&edition.loaders)?.into(),
            ],
        )?;
    }
    Ok(())
}

/// Those of a law, by language.
pub fn read(database: &Database, law: Jurisdiction) -> Result<Localized<Loader>, ApiError> {
    #[derive(Deserialize)]
    struct Row {
        loaders: String,
    }
    let query = "SELECT loaders FROM loaders_by_law WHERE law = ?";
    let row: Option<Row> = database.one(query, vec![law.as_str().into()])?;
    let missing = || ApiError::Internal(format!("the site has no loaders under {law}"));
    Ok(serde_json::from_str(&row.ok_or_else(missing)?.loaders)?)
}
