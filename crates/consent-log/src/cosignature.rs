//! Cosignatures: others say that they have seen a checkpoint, and when (C2SP tlog-cosignature,
//! the Ed25519 kind).

use crate::note::{KeyKind, NoteError, SignedNote, VerifierKey};

/// The latest time that a cosignature can have, in seconds since 1970.
pub const MAX_TIME: u64 = i64::MAX.unsigned_abs();

/// What a cosigner signs: two lines of its own, then the whole text of the checkpoint's note.
pub fn message(checkpoint_body: &str, time_seconds: u64) -> String {
    format!("cosignature/v1\ntime {time_seconds}\n{checkpoint_body}")
}

/// The bytes of a cosignature: the time, then the signature.
pub(crate) fn join(time_seconds: u64, signature: &[u8]) -> Vec<u8> {
    let mut bytes = time_seconds.to_be_bytes().to_vec();
    bytes.extend_from_slice(signature);
    bytes
}

/// The opposite of [`join`].
pub(crate) fn split(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (time, signature) = bytes.split_first_chunk()?;
    let time = u64::from_be_bytes(*time);
    (time <= MAX_TIME).then_some((time, signature))
}

/// Which of the witnesses have cosigned a note, and when, in seconds since 1970: for each one in
/// whose name there is a cosignature, its place among `witnesses` and whether it holds. A witness
/// that has not signed is left out. How many make a quorum, and how old a cosignature may be, is
/// for the caller to say.
pub fn witnessed_by(
    note: &SignedNote,
    witnesses: &[VerifierKey],
) -> Vec<(usize, Result<u64, NoteError>)> {
    let mut seen = Vec::new();
    for (place, witness) in witnesses.iter().enumerate() {
        let not_cosigner = || NoteError::NotCosigner {
            name: witness.name().to_owned(),
        };
        let time = match note.verified_by(witness) {
            Err(NoteError::NotSigned { .. }) => continue,
            // A signature of a log is no testimony of a witness.
            _ if witness.kind() != KeyKind::Cosigner => Err(not_cosigner()),
            Ok(verified) => verified.time.ok_or_else(not_cosigner),
            Err(error) => Err(error),
        };
        seen.push((place, time));
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Checkpoint;
    use crate::hash::Hash;
    use crate::note::SignerKey;

    fn log() -> SignerKey {
        SignerKey::ed25519("log.example", &[1; 32]).unwrap()
    }

    fn witness(number: u8) -> SignerKey {
        SignerKey::cosigner(&format!("witness.example/{number}"), &[number; 32]).unwrap()
    }

    #[test]
    fn two_lines_come_before_the_checkpoint() {
        let checkpoint = Checkpoint::new("log.example", 3, Hash::empty_root());
        insta::assert_snapshot!(message(&checkpoint.to_string(), 1_679_315_147), @r"
        cosignature/v1
        time 1679315147
        log.example
        3
        47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
        ");
    }

    #[test]
    fn witnesses_are_counted_one_by_one() {
        let mut note = Checkpoint::new("log.example", 3, Hash::empty_root()).sign(&log());
        let forged = witness(4).cosign("another checkpoint\n", 30);
        note.signatures.extend([
            witness(3).cosign(&note.text, 10),
            witness(1).cosign(&note.text, 20),
            forged,
            // Nobody has asked for this one.
            witness(9).cosign(&note.text, 40),
        ]);
        let witnesses = [1, 2, 3, 4].map(|number| witness(number).verifier());
        assert_eq!(
            witnessed_by(&note, &witnesses),
            [
                (0, Ok(20)),
                (2, Ok(10)),
                (
                    3,
                    Err(NoteError::BadSignature {
                        name: "witness.example/4".to_owned()
                    })
                ),
            ]
        );
        assert_eq!(witnessed_by(&note, &[]), []);
    }

    #[test]
    fn a_log_is_no_witness_of_itself() {
        let note = Checkpoint::new("log.example", 3, Hash::empty_root()).sign(&log());
        assert_eq!(
            witnessed_by(&note, &[log().verifier()]),
            [(
                0,
                Err(NoteError::NotCosigner {
                    name: "log.example".to_owned()
                })
            )]
        );
    }
}
