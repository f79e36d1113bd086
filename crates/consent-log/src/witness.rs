//! What a log and its witnesses send each other (C2SP tlog-witness).

use crate::canonical::{decimal, excerpt};
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::hash::{Hash, HashError};
use crate::note::{NoteError, Signature, SignedNote, read_signatures};
use crate::proof::{MAX_PROOF_BYTES, read_hashes};
use std::fmt;
use std::str::FromStr;

/// How many hashes a request may have.
pub const MAX_CONSISTENCY_HASHES: usize = 63;

/// The body of `POST add-checkpoint`: a log asks a witness to cosign its newest checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the checkpoint that the witness cosigned last, 0 when it has none.
    pub old_size: u64,
    /// The consistency of that one with the new one.
    pub proof: Vec<Hash>,
    /// The new one, as the log signed it.
    pub checkpoint: SignedNote,
}

/// The text is not a request to cosign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddCheckpointError {
    /// Too large a text.
    #[error("a request has at most 2097152 bytes; found {found}")]
    Length {
        /// How many bytes there are.
        found: usize,
    },
    /// No older size on the first line.
    #[error("a request begins with a line `old SIZE`, without leading zeros; found {found:?}")]
    OldSize {
        /// What stood there, cut when long.
        found: String,
    },
    /// A line that is not a hash.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// More hashes than the specification allows.
    #[error("a request has at most 63 hashes; found more")]
    Hashes,
    /// No empty line before the checkpoint.
    #[error("an empty line stands between a request's hashes and its checkpoint; there is none")]
    NoEmptyLine,
    /// What stands where the checkpoint should is not a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note is not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        self.proof
            .iter()
            .try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for AddCheckpoint {
    type Err = AddCheckpointError;

    fn from_str(text: &str) -> Result<Self, AddCheckpointError> {
        if text.len() > MAX_PROOF_BYTES {
            return Err(AddCheckpointError::Length { found: text.len() });
        }
        let (head, note) = text
            .split_once("\n\n")
            .ok_or(AddCheckpointError::NoEmptyLine)?;
        let mut lines = head.split('\n');
        let old = lines.next().unwrap_or_default();
        let old_size = old.strip_prefix("old ").and_then(decimal).ok_or_else(|| {
            AddCheckpointError::OldSize {
                found: excerpt(old),
            }
        })?;
        let proof =
            read_hashes(lines, MAX_CONSISTENCY_HASHES)?.ok_or(AddCheckpointError::Hashes)?;
        let checkpoint: SignedNote = note.parse()?;
        checkpoint.text.parse::<Checkpoint>()?;
        Ok(Self {
            old_size,
            proof,
            checkpoint,
        })
    }
}

/// The cosignatures in a witness's answer, one a line, 1 to 64 of them. Whether they hold is for
/// [`witnessed_by`](crate::witnessed_by) to say, once they stand under the checkpoint.
pub fn parse_cosignatures(body: &str) -> Result<Vec<Signature>, NoteError> {
    read_signatures(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::SignerKey;

    /// The example of the specification.
    const EXAMPLE: &str = "\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u{2014} example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
";

    #[test]
    fn the_example_of_the_specification_reads() {
        let request: AddCheckpoint = EXAMPLE.parse().unwrap();
        assert_eq!(request.old_size, 20_852_014);
        assert_eq!(request.proof.len(), 4);
        assert_eq!(request.checkpoint.signatures.len(), 2);
        let checkpoint: Checkpoint = request.checkpoint.text.parse().unwrap();
        assert_eq!(checkpoint.size, 20_852_163);
        assert_eq!(request.to_string(), EXAMPLE);
    }

    #[test]
    fn what_is_not_a_request_is_told() {
        let error = |from: &str, to: &str| {
            let text = EXAMPLE.replacen(from, to, 1);
            assert_ne!(text, EXAMPLE);
            text.parse::<AddCheckpoint>().unwrap_err().to_string()
        };
        insta::assert_snapshot!(
            error("old 2", "old 02"),
            @r#"a request begins with a line `old SIZE`, without leading zeros; found "old 020852014""#
        );
        insta::assert_snapshot!(
            error("old 20852014\n", ""),
            @r#"a request begins with a line `old SIZE`, without leading zeros; found "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=""#
        );
        insta::assert_snapshot!(
            error("old 20852014\n", "old 20852014\n\n"),
            @"no line of a checkpoint is empty; line 5 is"
        );
        insta::assert_snapshot!(
            error("kaw=", "kaw"),
            @r#"a hash is 44 characters of padded base64; found "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw""#
        );
        insta::assert_snapshot!(
            error("\n20852163\n", "\n-1\n"),
            @r#"a checkpoint's size is a number without leading zeros; found "-1""#
        );
        insta::assert_snapshot!(
            "old 0\n".parse::<AddCheckpoint>().unwrap_err(),
            @"an empty line stands between a request's hashes and its checkpoint; there is none"
        );
        let bytes = MAX_PROOF_BYTES + 1;
        assert_eq!(
            "x".repeat(bytes).parse::<AddCheckpoint>(),
            Err(AddCheckpointError::Length { found: bytes })
        );
    }

    #[test]
    fn a_request_has_at_most_63_hashes() {
        let mut request: AddCheckpoint = EXAMPLE.parse().unwrap();
        request.proof = vec![Hash::empty_root(); 63];
        assert_eq!(request.to_string().parse(), Ok(request.clone()));
        request.proof.push(Hash::empty_root());
        assert_eq!(
            request.to_string().parse::<AddCheckpoint>(),
            Err(AddCheckpointError::Hashes)
        );
        request.proof.clear();
        request.old_size = 0;
        assert!(request.to_string().starts_with("old 0\n\nexample.com/"));
        assert_eq!(request.to_string().parse(), Ok(request));
    }

    #[test]
    fn an_answer_is_lines_of_cosignatures() {
        let witness = |number| SignerKey::cosigner("witness.example", &[number; 32]).unwrap();
        let (first, second) = (
            witness(1).cosign("text\n", 1),
            witness(2).cosign("text\n", 2),
        );
        let body = format!("{first}\n{second}\n");
        assert_eq!(parse_cosignatures(&body), Ok(vec![first.clone(), second]));

        let error = |body: &str| parse_cosignatures(body).unwrap_err().to_string();
        insta::assert_snapshot!(error(""), @"a note has 1 to 64 signatures; found 0");
        insta::assert_snapshot!(error("x"), @r#"the last signature ends with a newline; found "x""#);
        insta::assert_snapshot!(error("\n"), @r#"a signature is a line `— NAME BASE64`; found """#);
        insta::assert_snapshot!(
            error(&format!("{first}\r\n")).split("; ").next().unwrap(),
            @"a signature is a line `— NAME BASE64`"
        );
        insta::assert_snapshot!(
            error(&format!("{first}\n").repeat(65)),
            @"a note has 1 to 64 signatures; found 65"
        );
    }
}
