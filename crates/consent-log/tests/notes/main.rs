//! Notes of others, and ours as others read them: the vectors of the specification and of Go, and
//! the crate `signed_note`.

use consent_log::{Checkpoint, Hash, NoteError, SignedNote, SignerKey, VerifierKey};
use proptest::prelude::*;
use signed_note::{Note, Signer, StandardSigner, StandardVerifier, VerifierList};

const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
/// The secret key published with the one above, in the form that Go writes.
const PETER_SECRET: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PETER_SEED: &str = "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const GO_NOTE: &str = "\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
\u{2014} EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=
";

fn key(text: &str) -> VerifierKey {
    text.parse().unwrap()
}

#[test]
fn the_note_of_go_holds_under_both_its_keys() {
    let note: SignedNote = GO_NOTE.parse().unwrap();
    assert_eq!(note.to_string(), GO_NOTE);
    for vkey in [PETER, ENOCH] {
        assert_eq!(key(vkey).to_string(), vkey);
        assert!(note.verified_by(&key(vkey)).is_ok(), "{vkey}");
    }
}

#[test]
fn the_secret_key_of_go_signs_to_the_byte() {
    let mut seed = [0; 32];
    hex::decode_to_slice(PETER_SEED, &mut seed).unwrap();
    let signer = SignerKey::ed25519("PeterNeumann", &seed).unwrap();
    assert_eq!(signer.verifier(), key(PETER));
    let note: SignedNote = GO_NOTE.parse().unwrap();
    assert_eq!(signer.sign(&note.text), note.signatures[0]);
}

#[test]
fn the_note_of_the_specification_holds() {
    let key = key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    let note: SignedNote = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
        .parse()
        .unwrap();
    assert!(note.verified_by(&key).is_ok());
    let changed = SignedNote {
        text: note.text.replace("example", "Example"),
        ..note
    };
    assert_eq!(
        changed.verified_by(&key),
        Err(NoteError::BadSignature {
            name: "example.com/foo".to_owned()
        })
    );
}

#[test]
fn a_key_of_another_kind_is_refused() {
    // Go's own test: type 101, with the id that it gives.
    insta::assert_snapshot!(
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
            .parse::<VerifierKey>()
            .unwrap_err(),
        @"a key's type is 1 (Ed25519) or 4 (cosignature/v1); found 101"
    );
}

/// What `signed_note` says of a note.
fn accepted(note: &SignedNote, key: &VerifierKey) -> bool {
    let verifier = StandardVerifier::new(&key.to_string()).unwrap();
    Note::from_bytes(note.to_string().as_bytes())
        .unwrap()
        .verify(&VerifierList::new(vec![Box::new(verifier)]))
        .is_ok()
}

proptest! {
    #[test]
    fn signed_note_accepts_what_is_signed_here(
        seed: [u8; 32], name in "[a-z./é—]{1,20}", lines in "([ -~é—]{0,20}\n){1,4}",
    ) {
        let signer = SignerKey::ed25519(&name, &seed).unwrap();
        let key = signer.verifier();
        let note = SignedNote { signatures: vec![signer.sign(&lines)], text: lines };
        prop_assert!(accepted(&note, &key));

        let mut forged = note.clone();
        forged.signatures[0].bytes[5] ^= 1;
        prop_assert!(!accepted(&forged, &key));
        prop_assert!(forged.verified_by(&key).is_err());
        let cosigner = SignerKey::cosigner(&name, &seed).unwrap();
        let note = SignedNote { signatures: vec![cosigner.cosign(&note.text, 1)], ..note };
        prop_assert!(!accepted(&note, &key));
    }

    #[test]
    fn what_signed_note_signs_holds_here(lines in "([ -~é—]{0,20}\n){1,4}") {
        let signer = StandardSigner::new(PETER_SECRET).unwrap();
        let mut theirs = Note::new(lines.as_bytes(), &[]).unwrap();
        let signers: [&dyn Signer; 1] = [&signer];
        theirs.add_sigs(&signers).unwrap();
        let bytes = theirs.to_bytes();
        let text = str::from_utf8(&bytes).unwrap();
        let note: SignedNote = text.parse().unwrap();
        prop_assert_eq!(&note.text, &lines);
        prop_assert!(note.verified_by(&key(PETER)).is_ok());
        prop_assert_eq!(note.to_string(), text);
    }

    #[test]
    fn what_reads_here_reads_in_signed_note(
        text in "[a\n\u{2014}\t ]{0,9}\n\n(\u{2014} [a+]{0,2} [A]{6}[AE=]{1,2}\n){0,3}[\na]{0,2}",
    ) {
        let theirs = Note::from_bytes(text.as_bytes());
        if let Ok(note) = text.parse::<SignedNote>() {
            let theirs = theirs.unwrap();
            prop_assert_eq!(theirs.text(), note.text.as_bytes());
        }
    }

    #[test]
    fn a_checkpoint_is_a_note_to_others(size: u64, root: [u8; 32], seed: [u8; 32]) {
        let signer = SignerKey::ed25519("log.example/demo", &seed).unwrap();
        let note = Checkpoint::new("log.example/demo", size, Hash::from_bytes(root)).sign(&signer);
        prop_assert!(accepted(&note, &signer.verifier()));
    }
}
