//! The receipts of `receipts.json`, made from `docs/proof-format.md` alone by
//! `tests/browser/proof/receipts.ts`, as far as they can be checked without their log's proof. The whole check
//! is the auditor's, and the page's.

use consent_core::ConsentReceipt;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

#[derive(Deserialize)]
struct Receipts {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    why: String,
    fails: Option<String>,
    leaf: Option<String>,
    receipt: ConsentReceipt,
}

#[test]
fn a_receipt_and_its_texts_say_the_same_or_it_is_told() {
    let receipts: Receipts = serde_json::from_str(include_str!("receipts.json")).unwrap();
    assert!(receipts.cases.len() > 50);
    for Case {
        why,
        fails,
        leaf,
        receipt,
    } in receipts.cases
    {
        match receipt.claimed_entry() {
            Err(error) => assert_eq!(fails.as_deref(), Some("texts"), "{why}: {error}"),
            Ok(entry) => {
                assert_ne!(fails.as_deref(), Some("texts"), "{why}");
                let found = Sha256::new()
                    .chain_update([0])
                    .chain_update(entry.to_bytes())
                    .finalize();
                if let Some(leaf) = leaf {
                    assert_eq!(hex::encode(found), leaf, "{why}");
                }
            }
        }
    }
}
