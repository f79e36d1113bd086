//! Checkpoints: the size and the root that a log signs (C2SP tlog-checkpoint).

use crate::canonical::{decimal, excerpt};
use crate::hash::{Hash, HashError};
use crate::note::{NoteError, SignedNote, SignerKey, VerifierKey, check_characters};
use std::fmt;
use std::str::FromStr;

/// A log at one moment; as text it is the text of the note that the log signs.
///
/// None of its strings has a newline or another control character, and none is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log, which is also its key's.
    pub origin: String,
    /// How many leaves its tree has.
    pub size: u64,
    /// The root of the tree.
    pub root: Hash,
    /// Further lines. Their use is discouraged: nobody audits them.
    pub extensions: Vec<String>,
}

/// The text is not a checkpoint, or not one of that log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text does not end with a newline.
    #[error("a checkpoint ends with a newline; found {found:?}")]
    Unfinished {
        /// The last line, cut when long.
        found: String,
    },
    /// Fewer lines than origin, size and root.
    #[error("a checkpoint is an origin, a size and a root, a line each; found {found} lines")]
    Lines {
        /// How many lines there are.
        found: usize,
    },
    /// A line of nothing.
    #[error("no line of a checkpoint is empty; line {line} is")]
    EmptyLine {
        /// Which, counted from 1.
        line: usize,
    },
    /// The second line is not a size.
    #[error("a checkpoint's size is a number without leading zeros; found {found:?}")]
    Size {
        /// What stood there, cut when long.
        found: String,
    },
    /// The third line is not a root.
    #[error(transparent)]
    Root(#[from] HashError),
    /// The note does not hold.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A checkpoint of another log.
    #[error("the checkpoint is to be of {expected}; found {found:?}")]
    Origin {
        /// The name of the key.
        expected: String,
        /// The origin that stood there, cut when long.
        found: String,
    },
}

impl Checkpoint {
    /// A checkpoint without extensions.
    pub fn new(origin: &str, size: u64, root: Hash) -> Self {
        Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions: Vec::new(),
        }
    }

    /// Signs it. The key's name is to be the origin, or nobody can [`open`](Self::open) it.
    pub fn sign(&self, key: &SignerKey) -> SignedNote {
        let text = self.to_string();
        let signatures = vec![key.sign(&text)];
        SignedNote { text, signatures }
    }

    /// The checkpoint in a note that the log with that key has signed.
    pub fn open(note: &SignedNote, key: &VerifierKey) -> Result<Self, CheckpointError> {
        note.verified_by(key)?;
        let checkpoint: Self = note.text.parse()?;
        if checkpoint.origin == key.name() {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Origin {
                expected: key.name().to_owned(),
                found: excerpt(&checkpoint.origin),
            })
        }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)?;
        self.extensions
            .iter()
            .try_for_each(|extension| writeln!(f, "{extension}"))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        check_characters(text)?;
        let lines = text
            .strip_suffix('\n')
            .ok_or_else(|| CheckpointError::Unfinished {
                found: excerpt(text.rsplit('\n').next().unwrap_or(text)),
            })?;
        if let Some(line) = lines.split('\n').position(str::is_empty) {
            return Err(CheckpointError::EmptyLine { line: line + 1 });
        }
        let mut lines = lines.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Lines {
                found: text.matches('\n').count(),
            });
        };
        Ok(Self {
            origin: origin.to_owned(),
            size: decimal(size).ok_or_else(|| CheckpointError::Size {
                found: excerpt(size),
            })?,
            root: root.parse()?,
            extensions: lines.map(str::to_owned).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROOT: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    fn key(name: &str) -> SignerKey {
        SignerKey::ed25519(name, &[1; 32]).unwrap()
    }

    #[test]
    fn a_checkpoint_is_three_lines_and_more() {
        let text = format!("a log\n0\n{ROOT}\nfirst\nsecond +\n");
        let checkpoint: Checkpoint = text.parse().unwrap();
        assert_eq!(
            checkpoint,
            Checkpoint {
                origin: "a log".to_owned(),
                size: 0,
                root: Hash::empty_root(),
                extensions: vec!["first".to_owned(), "second +".to_owned()],
            }
        );
        assert_eq!(checkpoint.to_string(), text);
    }

    #[test]
    fn what_is_not_a_checkpoint_is_told() {
        let error = |text: &str| text.parse::<Checkpoint>().unwrap_err().to_string();
        insta::assert_snapshot!(error(""), @r#"a checkpoint ends with a newline; found """#);
        insta::assert_snapshot!(error("\n"), @"no line of a checkpoint is empty; line 1 is");
        insta::assert_snapshot!(
            error(&format!("log\n0\n{ROOT}")),
            @r#"a checkpoint ends with a newline; found "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=""#
        );
        insta::assert_snapshot!(
            error("log\n0\n"),
            @"a checkpoint is an origin, a size and a root, a line each; found 2 lines"
        );
        insta::assert_snapshot!(
            error(&format!("\n0\n{ROOT}\n")),
            @"no line of a checkpoint is empty; line 1 is"
        );
        insta::assert_snapshot!(
            error(&format!("log\n0\n{ROOT}\n\nmore\n")),
            @"no line of a checkpoint is empty; line 4 is"
        );
        insta::assert_snapshot!(
            error(&format!("log\n0\n{ROOT}\n\n")),
            @"no line of a checkpoint is empty; line 4 is"
        );
        for size in ["00", "01", "+1", "-1", "1 ", "x", "18446744073709551616"] {
            assert_eq!(
                format!("log\n{size}\n{ROOT}\n").parse::<Checkpoint>(),
                Err(CheckpointError::Size {
                    found: size.to_owned()
                })
            );
        }
        insta::assert_snapshot!(
            error("log\n01\nroot\n"),
            @r#"a checkpoint's size is a number without leading zeros; found "01""#
        );
        insta::assert_snapshot!(
            error("log\n1\nroot\n"),
            @r#"a hash is 44 characters of padded base64; found "root""#
        );
        insta::assert_snapshot!(
            error(&format!("log\n1\r\n{ROOT}\n")),
            @r"a note has no control character but the newline; found '\r' at byte 5"
        );
    }

    #[test]
    fn a_checkpoint_opens_under_the_key_of_its_log() {
        let checkpoint = Checkpoint::new("log.example", 7, Hash::leaf(b""));
        let note = checkpoint.sign(&key("log.example"));
        let key = key("log.example").verifier();
        assert_eq!(Checkpoint::open(&note, &key), Ok(checkpoint));
        let reread = note.to_string().parse().unwrap();
        assert!(Checkpoint::open(&reread, &key).is_ok());
    }

    #[test]
    fn a_checkpoint_does_not_open_otherwise() {
        let checkpoint = Checkpoint::new("log.example", 7, Hash::leaf(b""));
        let note = checkpoint.sign(&key("log.example"));
        let other = key("other.example");
        assert_eq!(
            Checkpoint::open(&note, &other.verifier()),
            Err(CheckpointError::Note(NoteError::NotSigned {
                name: "other.example".to_owned()
            }))
        );
        // Signed by a log in the name of another one.
        insta::assert_snapshot!(
            Checkpoint::open(&checkpoint.sign(&other), &other.verifier()).unwrap_err(),
            @r#"the checkpoint is to be of other.example; found "log.example""#
        );
        let key = key("log.example").verifier();
        let larger = note.to_string().replacen("\n7\n", "\n8\n", 1);
        assert_eq!(
            Checkpoint::open(&larger.parse().unwrap(), &key),
            Err(CheckpointError::Note(NoteError::BadSignature {
                name: "log.example".to_owned()
            }))
        );
    }

    #[test]
    fn a_signed_text_is_not_yet_a_checkpoint() {
        let log = key("log.example");
        let text = "log.example\n".to_owned();
        let signatures = vec![log.sign(&text)];
        let note = SignedNote { text, signatures };
        assert_eq!(
            Checkpoint::open(&note, &log.verifier()),
            Err(CheckpointError::Lines { found: 1 })
        );
    }

    proptest! {
        #[test]
        fn a_checkpoint_reads_back(
            origin in "[^\\p{Cc}]{1,30}", size: u64, root: [u8; 32],
            extensions in prop::collection::vec("[^\\p{Cc}]{1,30}", 0..3),
        ) {
            let root = Hash::from_bytes(root);
            let checkpoint = Checkpoint { origin, size, root, extensions };
            prop_assert_eq!(checkpoint.to_string().parse(), Ok(checkpoint));
        }

        #[test]
        fn a_text_that_is_a_checkpoint_is_written_back(text in "[a\n]{0,3}\n[0-9+]{1,3}\n[A]{43}=[\na]{0,4}") {
            if let Ok(checkpoint) = text.parse::<Checkpoint>() {
                prop_assert_eq!(checkpoint.to_string(), text);
            }
        }
    }
}
