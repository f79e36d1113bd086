use crate::check::{receipt, witnesses};
use crate::report::finding::Finding;
use crate::tests::sample::{Auditor, Log, Site};
use consent_core::ConsentReceipt;
use consent_core::entry::ErasureReason;
use consent_log::SignerKey;

fn receipt() -> ConsentReceipt {
    Site::small().anchored(1, 150, 300, 3)
}

fn check(receipt: &ConsentReceipt) -> Result<receipt::VerifiedReceipt, Box<Finding>> {
    receipt::check(receipt, &[], "receipt.json")
}

/// What is said of a receipt that was changed.
fn said(change: impl FnOnce(&mut ConsentReceipt)) -> String {
    let mut receipt = receipt();
    change(&mut receipt);
    let finding = check(&receipt).unwrap_err();
    format!("{}: {}: {}", finding.place, finding.what, finding.found)
}

#[test]
fn an_honest_receipt_proves_its_entry_and_its_anchor() {
    let proven = check(&receipt()).unwrap();
    assert_eq!((proven.log.index, proven.log.checkpoint.size), (150, 300));
    let anchor = proven.anchor.unwrap();
    assert_eq!((anchor.index, anchor.checkpoint.size), (3, 4));
    assert!(!anchor.pinned);
}

#[test]
fn each_part_of_a_receipt_that_is_changed_is_named() {
    insta::assert_snapshot!(said(|r| r.status = consent_core::ConsentStatus::Given), @"receipt.json: the receipt's texts do not agree with the receipt: the receipt's status is not what was committed to");
    insta::assert_snapshot!(said(|r| r.time = r.time.saturating_add_seconds(1)), @"receipt.json: the receipt's texts do not agree with the receipt: the receipt's time is not what was committed to");
    insta::assert_snapshot!(said(|r| r.index = 151), @"receipt.json: the proof is for another index than the receipt says: 150");
    insta::assert_snapshot!(said(|r| r.log = "temoin.example/relais/2026q3/0".parse().unwrap()), @"evidence.key of receipt.json: this is the key of another log: temoin.example/relais/2026q4/0");
    insta::assert_snapshot!(said(|r| r.log = "temoin.example/autre/2026q4/0".parse().unwrap()), @"receipt.json: the receipt is of another site than its log: temoin.example/autre/2026q4/0");
    insta::assert_snapshot!(said(|r| r.evidence.subject_salt.replace_range(..1, "g")), @"receipt.json: the receipt's texts do not agree with the receipt: evidence.subject_salt cannot be read: must be a salt: 64 lower-case hexadecimal digits");
    insta::assert_snapshot!(said(|r| r.evidence.key.push('=')), @r#"evidence.key of receipt.json: this is not a key: a verifier key is NAME+ID+KEY, the id in 8 lower-case hexadecimal digits, the key in padded base64; found "temoin.example/relais/2026q4/0+4ca1cebd+Aai6vdBB7TA3j2YVVmOM…""#);
    insta::assert_snapshot!(said(|r| r.evidence.anchor_key = None), @"receipt.json: the receipt has only half of the anchor's proof: only the proof");
    insta::assert_snapshot!(said(|r| r.evidence.anchor_key = Some(r.evidence.key.clone())), @"evidence.anchor_key of receipt.json: this is the key of another log: temoin.example/relais/2026q4/0");
    insta::assert_snapshot!(said(|r| r.evidence.anchor_proof = Some(r.evidence.proof.clone())), @"evidence.anchor_proof of receipt.json: the proof does not hold: not signed by temoin.example/anchor");
}

#[test]
fn a_receipt_of_another_key_than_the_known_one_is_refused() {
    let other = SignerKey::ed25519("temoin.example/relais/2026q4/0", &[1; 32]).unwrap();
    let finding = receipt::check(&receipt(), &[other.verifier()], "receipt.json").unwrap_err();
    assert_eq!(
        finding.what,
        "this is not the key that is known for the log"
    );
}

/// Whether a receipt holds for someone who asks for the cosignature of the witness.
fn holds(receipt: &ConsentReceipt) -> bool {
    let Ok(Some(anchor)) = check(receipt).map(|proven| proven.anchor) else {
        return false;
    };
    let witness = Site::small().witness.verifier();
    let policy = Auditor::default().policy;
    witnesses::check(&anchor.note, &[witness], policy, "")
        .wrong
        .is_empty()
}

#[test]
fn any_byte_of_a_receipt_that_is_flipped_is_caught() {
    let honest = serde_json::to_vec(&receipt()).unwrap();
    for place in 0..honest.len() {
        let mut bytes = honest.clone();
        bytes[place] ^= 1;
        let caught =
            serde_json::from_slice(&bytes).map_or(true, |receipt: ConsentReceipt| !holds(&receipt));
        assert!(
            caught,
            "{}",
            String::from_utf8_lossy(&bytes[place.saturating_sub(30)..])
        );
    }
}

#[test]
fn receipts_in_bulk_are_looked_up_in_their_logs() {
    let site = Site::small();
    let auditor = Auditor {
        receipts: vec![
            receipt(),
            site.logs[0].receipt(5, 6),
            site.logs[1].receipt(299, 300),
        ],
        ..Auditor::default()
    };
    let audited = auditor.audit(&site.files(), &site.listing());
    assert!(audited.report.holds(), "{}", audited.report);
    assert!(audited.report.to_string().contains("3 hold by themselves"));
}

#[test]
fn a_receipt_from_a_fork_of_the_log_is_caught() {
    let site = Site::small();
    let mut forked = Log::new("temoin.example/relais/2026q4/0");
    forked.publish(consent_core::NoticeHash::of(&crate::tests::sample::NOTICE));
    forked.consent();
    forked.erase(1, 1, ErasureReason::Holder);
    forked.consent();
    let auditor = Auditor {
        receipts: vec![forked.receipt(3, 4)],
        ..Auditor::default()
    };
    let found = auditor.finds(&site.files(), &site.listing());
    assert_eq!(
        found,
        [
            "receipts: the checkpoint in receipt 0: the log forked: its first 4 entries now have another root"
        ]
    );
}

#[test]
fn a_receipt_of_a_log_that_is_hidden_is_caught() {
    let site = Site::small();
    let mut hidden = Log::new("temoin.example/relais/2026q4/7");
    hidden.publish(consent_core::NoticeHash::of(&crate::tests::sample::NOTICE));
    hidden.consent();
    let auditor = Auditor {
        receipts: vec![hidden.receipt(1, 2)],
        ..Auditor::default()
    };
    let found = auditor.finds(&site.files(), &site.listing());
    assert_eq!(
        found,
        ["receipts: receipt 0: this is a receipt of a log of the site that is not listed"]
    );
}
