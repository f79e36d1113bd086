//! A summary of each 256 entries of a log, by which a search skips those in which nothing can pass its filters.
//!
//! A summary says which values occur among the consents of its block, so it can only rule a block out: what is found is
//! always read from the entries themselves. It is made when a search first looks at a full block, never when a consent
//! arrives. An erasure deletes the summaries of the blocks that it touches, so that nothing of what was erased is left in
//! one; without its summary, a block is looked at as ever.

use crate::http::error::ApiError;
use crate::site::columns::{Code as _, EntryKind, every_bit};
use crate::site::query::{BlockCondition, flag};
use crate::site::store::LogNumber;
use crate::storage::database::{Database, Transaction, integer};
use crate::storage::error::StoreError;
use consent_core::{Layer, Method};
use serde::Deserialize;
use std::fmt::Write as _;

/// The entries that a summary is of: as many as a tile of the log has.
pub const BLOCK: u64 = 256;

/// Blocks that one search rules out at once, at most: of sixteen million entries.
const MOST_BLOCKS: u64 = 65_536;

#[derive(Deserialize)]
struct Blocks {
    blocks: Option<String>,
}

impl Blocks {
    fn read(self) -> Result<Vec<u64>, StoreError> {
        let text = self.blocks.unwrap_or_default();
        let numbers = text.split(',').filter(|number| !number.is_empty());
        numbers
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|error| StoreError::unreadable("block", error))
    }
}

/// The blocks of a log, in order, in which nothing passes.
pub fn ruled_out(
    database: &Database,
    log: LogNumber,
    (from, to): (u64, u64),
    condition: &BlockCondition,
) -> Result<Vec<u64>, ApiError> {
    let first = from / BLOCK;
    let last = to.div_ceil(BLOCK).min(first.saturating_add(MOST_BLOCKS));
    // What a notice says is looked up once, not for each block.
    let query = format!(
        "SELECT group_concat(block) AS blocks FROM (
            WITH lawful AS MATERIALIZED (SELECT number FROM notice WHERE terms ->> '$.jurisdiction' = ?),
                offering AS MATERIALIZED (SELECT number FROM notice WHERE json_extract(terms, ?) IS NOT NULL)
            SELECT block FROM summary
            WHERE log = ? AND block >= ? AND block < ? AND NOT (1 {}) ORDER BY block)",
        condition.clause
    );
    let jurisdiction = condition.jurisdiction.as_deref().unwrap_or_default();
    let service = condition.service.as_deref().unwrap_or("$");
    let range = vec![
        jurisdiction.into(),
        service.into(),
        i64::from(log.0).into(),
        integer(first),
        integer(last),
    ];
    let values = [range, condition.values.clone()].concat();
    let found: Option<Blocks> = database.one(&query, values)?;
    Ok(found.map(Blocks::read).transpose()?.unwrap_or_default())
}

/// What a search looks at of a range: at most so many entries, none of them in a block that is ruled out. And where it
/// goes on: the end of the range where nothing is left.
pub fn look_at((from, to): (u64, u64), ruled_out: &[u64], mut left: u64) -> (Vec<(u64, u64)>, u64) {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    let mut ruled_out = ruled_out.iter().copied().peekable();
    let mut at = from;
    while at < to {
        let block = at / BLOCK;
        let end = (block + 1).saturating_mul(BLOCK).min(to);
        while ruled_out.next_if(|one| *one < block).is_some() {}
        if ruled_out.peek() == Some(&block) {
            at = end;
            continue;
        }
        if left == 0 {
            break;
        }
        let end = end.min(at.saturating_add(left));
        match ranges.last_mut() {
            Some(last) if last.1 == at => last.1 = end,
            _ => ranges.push((at, end)),
        }
        left -= end - at;
        at = end;
    }
    (ranges, at)
}

/// Makes the summaries that are missing of the full blocks in these ranges of a log of so many entries.
pub fn complete(
    database: &Database,
    log: LogNumber,
    ranges: &[(u64, u64)],
    size: u64,
) -> Result<(), ApiError> {
    let blocks = ranges
        .iter()
        .flat_map(|(from, to)| from / BLOCK..to.div_ceil(BLOCK));
    let full: Vec<u64> = blocks.filter(|block| *block < size / BLOCK).collect();
    if full.is_empty() {
        return Ok(());
    }
    let query = "SELECT group_concat(value) AS blocks FROM json_each(?2)
         WHERE NOT EXISTS (SELECT 1 FROM summary WHERE log = ?1 AND block = value)";
    let values = |blocks: &[u64]| {
        let blocks = serde_json::to_string(blocks)?;
        Ok::<_, ApiError>(vec![i64::from(log.0).into(), blocks.into()])
    };
    let missing: Option<Blocks> = database.one(query, values(&full)?)?;
    let missing = missing.map(Blocks::read).transpose()?.unwrap_or_default();
    if missing.is_empty() {
        return Ok(());
    }
    let values = values(&missing)?;
    database.transaction(|transaction| {
        transaction.run(&insert(), values.clone())?;
        Ok(())
    })
}

/// Deletes the summaries of the blocks that a range touches.
pub fn delete(
    transaction: &Transaction<'_>,
    log: LogNumber,
    (first, last): (u64, u64),
) -> Result<(), StoreError> {
    transaction.run(
        "DELETE FROM summary WHERE log = ? AND block >= ? AND block <= ?",
        vec![
            i64::from(log.0).into(),
            integer(first / BLOCK),
            integer(last / BLOCK),
        ],
    )?;
    Ok(())
}

/// Makes the summaries of the blocks in a list, in one statement.
fn insert() -> String {
    // SQLite has no function that joins bits.
    let any = |bits: u64, that: &str| format!("ifnull(max({that}), 0) * {bits}");
    let codes = |column: &str, codes: &mut dyn Iterator<Item = u8>| {
        let terms = codes.map(|code| any(1 << code, &format!("{column} = {code}")));
        terms.collect::<Vec<_>>().join(" + ")
    };
    let bits = |value: &str| {
        let bits = (0..8)
            .map(|bit| 1_u8 << bit)
            .filter(|bit| every_bit() & bit != 0);
        let terms = bits.map(|bit| any(bit.into(), &format!("({value}) & {bit} != 0")));
        terms.collect::<Vec<_>>().join(" + ")
    };
    let kinds = [EntryKind::Grant, EntryKind::Refuse, EntryKind::Withdraw];
    let kinds = codes(
        "granted IS NOT NULL AND kind",
        &mut kinds.into_iter().map(EntryKind::to_code),
    );
    let methods = codes("method", &mut Method::ALL.into_iter().map(Method::to_code));
    let layers = codes("layer", &mut Layer::ALL.into_iter().map(Layer::to_code));
    let (granted, denied) = (bits("granted"), bits("~granted"));
    let flags = [
        (flag::GPC, "gpc = 1"),
        (flag::NO_GPC, "gpc = 0"),
        (flag::TRUSTED, "trusted = 1"),
        (flag::NOT_TRUSTED, "trusted = 0"),
        (flag::SERVED, "served_at IS NOT NULL"),
        (
            flag::NOT_SERVED,
            "granted IS NOT NULL AND record_schema > 1 AND served_at IS NULL",
        ),
        (flag::APART, "services IS NOT NULL"),
    ];
    let mut flag_sum = "0".to_owned();
    for (flag, that) in flags {
        let _ = write!(flag_sum, " + {}", any(flag, that));
    }
    let list = |column: &str| format!("',' || ifnull(group_concat(DISTINCT {column}), '') || ','");
    let (languages, notices) = (list("language"), list("notice"));
    format!(
        "INSERT OR REPLACE INTO summary
            (log, block, kinds, methods, layers, granted, denied, flags, languages, notices)
         SELECT ?1, wanted.value, {kinds}, {methods}, {layers}, {granted}, {denied}, {flag_sum}, {languages}, {notices}
         FROM json_each(?2) AS wanted JOIN entry
            ON entry.log = ?1 AND entry.place >= wanted.value * {BLOCK} AND entry.place < (wanted.value + 1) * {BLOCK}
         GROUP BY wanted.value"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ruled_out_costs_nothing_and_a_search_goes_on_behind_it() {
        let range = (100, 2_000);
        assert_eq!(look_at(range, &[], 50), (vec![(100, 150)], 150));
        assert_eq!(look_at(range, &[], 5_000), (vec![range], 2_000));
        let all: Vec<u64> = (0..8).collect();
        assert_eq!(look_at(range, &all, 1), (vec![], 2_000));
        assert_eq!(
            look_at(range, &[0, 1, 2, 4, 5, 6], 300),
            (vec![(768, 1_024), (1_792, 1_836)], 1_836)
        );
        // At its end it says where there is something to look at.
        assert_eq!(look_at(range, &[1, 2], 156), (vec![(100, 256)], 768));
        assert_eq!(look_at((5, 5), &[], 10), (vec![], 5));
    }
}
