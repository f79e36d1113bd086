//! Which of the known witnesses have cosigned a note.

use crate::note::{KeyKind, NoteError, SignedNote, VerifierKey};

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
