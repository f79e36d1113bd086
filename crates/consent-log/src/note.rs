//! Notes: a text and the signatures under it (C2SP signed-note).

use crate::canonical::{base64, excerpt, to_base64};
use std::fmt;
use std::str::FromStr;

mod key;

pub use key::{KeyKind, SignerKey, VerifierKey};

/// How many signatures a note may have. The specification asks for at least 16.
pub const MAX_SIGNATURES: usize = 64;

/// How many bytes a note may have.
pub const MAX_NOTE_BYTES: usize = 1 << 20;

/// What begins a line with a signature: an em dash and a space.
const SIGNATURE_MARK: &str = "\u{2014} ";

/// A note, a key or a signature is not one, or does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// A key without a name that can stand in a note.
    #[error("a key's name has at least a character, no space, no `+`; found {found:?}")]
    Name {
        /// What stood there, cut when long.
        found: String,
    },
    /// The text is not `NAME+ID+KEY`.
    #[error(
        "a verifier key is NAME+ID+KEY, the id in 8 lower-case hexadecimal digits, the key in padded base64; found {found:?}"
    )]
    VerifierKey {
        /// What stood there, cut when long.
        found: String,
    },
    /// A key of a kind not known here.
    #[error("a key's type is 1 (Ed25519) or 4 (cosignature/v1); found {found}")]
    KeyKind {
        /// Its first byte.
        found: u8,
    },
    /// A key that is not 32 bytes.
    #[error("an Ed25519 key is 32 bytes; found {found}")]
    KeyLength {
        /// How many bytes it has.
        found: usize,
    },
    /// Not a public key of Ed25519, or one under which a signature proves nothing.
    #[error("the 32 bytes are not a public key of Ed25519")]
    Key,
    /// A key's id is not what its name and bytes give.
    #[error("the id of the key is {expected:08x}; found {found:08x}")]
    KeyId {
        /// What name, type and bytes give.
        expected: u32,
        /// What stood there.
        found: u32,
    },
    /// A line that is not a signature.
    #[error("a signature is a line `\u{2014} NAME BASE64`; found {found:?}")]
    Signature {
        /// What stood there, cut when long.
        found: String,
    },
    /// Too large a note.
    #[error("a note has at most 1048576 bytes; found {found}")]
    Length {
        /// How many bytes there are.
        found: usize,
    },
    /// A control character other than a newline.
    #[error("a note has no control character but the newline; found {found:?} at byte {position}")]
    Control {
        /// The character.
        found: char,
        /// Where it stands.
        position: usize,
    },
    /// No empty line between a text and its signatures.
    #[error("a note is a text, an empty line and lines with signatures; there is no empty line")]
    NoEmptyLine,
    /// No signature, or too many.
    #[error("a note has 1 to 64 signatures; found {found}")]
    Signatures {
        /// How many there are; 65 stands for any number above 64.
        found: usize,
    },
    /// The last line does not end.
    #[error("the last signature ends with a newline; found {found:?}")]
    Unfinished {
        /// What stood there, cut when long.
        found: String,
    },
    /// No signature by that key.
    #[error("not signed by {name}")]
    NotSigned {
        /// The name of the key.
        name: String,
    },
    /// A signature in the key's name that the key did not make.
    #[error("the signature of {name} does not hold")]
    BadSignature {
        /// The name of the key.
        name: String,
    },
    /// The key does not make cosignatures.
    #[error("{name} is not the key of a cosigner")]
    NotCosigner {
        /// The name of the key.
        name: String,
    },
}

/// A signature under a note; as text it is its line, without the newline.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// The name of the key.
    pub name: String,
    /// The id of the key.
    pub id: u32,
    /// What the algorithm gave: 64 bytes for Ed25519, 72 with a time for a cosignature.
    pub bytes: Vec<u8>,
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.id.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.bytes);
        write!(f, "{SIGNATURE_MARK}{} {}", self.name, to_base64(&bytes))
    }
}

impl FromStr for Signature {
    type Err = NoteError;

    fn from_str(line: &str) -> Result<Self, NoteError> {
        read_signature(line).ok_or_else(|| NoteError::Signature {
            found: excerpt(line),
        })
    }
}

fn read_signature(line: &str) -> Option<Signature> {
    let (name, signature) = line.strip_prefix(SIGNATURE_MARK)?.split_once(' ')?;
    let signature = base64(signature)?;
    let (id, bytes) = signature.split_first_chunk()?;
    (is_key_name(name) && !bytes.is_empty()).then(|| Signature {
        name: name.to_owned(),
        id: u32::from_be_bytes(*id),
        bytes: bytes.to_vec(),
    })
}

/// Whether a key can have that name: no space of any script, no `+`, and nothing that a note does
/// not allow.
fn is_key_name(name: &str) -> bool {
    let forbidden = |char: char| char.is_whitespace() || char == '+' || char < ' ';
    !name.is_empty() && !name.contains(forbidden)
}

/// Reads lines with signatures, each ended by a newline.
pub(crate) fn read_signatures(lines: &str) -> Result<Vec<Signature>, NoteError> {
    if lines.is_empty() {
        return Err(NoteError::Signatures { found: 0 });
    }
    let lines = lines
        .strip_suffix('\n')
        .ok_or_else(|| NoteError::Unfinished {
            found: excerpt(lines.rsplit('\n').next().unwrap_or(lines)),
        })?;
    let mut signatures = Vec::new();
    for line in lines.split('\n') {
        if signatures.len() == MAX_SIGNATURES {
            return Err(NoteError::Signatures {
                found: MAX_SIGNATURES + 1,
            });
        }
        signatures.push(line.parse()?);
    }
    Ok(signatures)
}

/// A text, signed. Nothing in it is to be believed before [`verified_by`](Self::verified_by) says
/// so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    /// The text, its last newline included. It has no control character but newlines.
    pub text: String,
    /// The signatures, at least one, in the order in which they stand.
    pub signatures: Vec<Signature>,
}

/// What a signature that holds says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// When a cosigner signed, in seconds since 1970; the newest when it signed more than once.
    /// Other keys do not date what they sign.
    pub time: Option<u64>,
}

impl SignedNote {
    /// Checks every signature in that key's name; there must be one, and all must hold.
    pub fn verified_by(&self, key: &VerifierKey) -> Result<Verified, NoteError> {
        let mut verified = None;
        for signature in &self.signatures {
            if signature.name == key.name() && signature.id == key.id() {
                let time = key.verify(&self.text, &signature.bytes)?;
                verified = verified.max(Some(time));
            }
        }
        verified
            .map(|time| Verified { time })
            .ok_or_else(|| NoteError::NotSigned {
                name: key.name().to_owned(),
            })
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl FromStr for SignedNote {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteError::Length { found: note.len() });
        }
        check_characters(note)?;
        // The text may have empty lines; the last one ends it.
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(NoteError::NoEmptyLine)?;
        Ok(Self {
            text: format!("{text}\n"),
            signatures: read_signatures(signatures)?,
        })
    }
}

/// Refuses what no note may have in it.
pub(crate) fn check_characters(text: &str) -> Result<(), NoteError> {
    match text
        .char_indices()
        .find(|(_, char)| *char < ' ' && *char != '\n')
    {
        Some((position, found)) => Err(NoteError::Control { found, position }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIGNATURE: &str = "\u{2014} a AAAAAAE=";

    fn error(note: &str) -> String {
        note.parse::<SignedNote>().unwrap_err().to_string()
    }

    #[test]
    fn the_last_empty_line_ends_the_text() {
        for text in [
            "text\n",
            "two\n\nparagraphs\n",
            "\n",
            "\n\n",
            "ends empty\n\n\n",
            "\u{7f}é\u{2028}\n",
        ] {
            let written = format!("{text}\n{SIGNATURE}\n");
            let note: SignedNote = written.parse().unwrap();
            assert_eq!(note.text, text);
            assert_eq!(note.signatures, [SIGNATURE.parse().unwrap()]);
            assert_eq!(note.to_string(), written);
        }
    }

    #[test]
    fn what_is_not_a_note_is_told() {
        insta::assert_snapshot!(
            error(""),
            @"a note is a text, an empty line and lines with signatures; there is no empty line"
        );
        insta::assert_snapshot!(
            error(&format!("text\n{SIGNATURE}\n")),
            @"a note is a text, an empty line and lines with signatures; there is no empty line"
        );
        insta::assert_snapshot!(
            error(&format!("\n{SIGNATURE}\n")),
            @"a note is a text, an empty line and lines with signatures; there is no empty line"
        );
        insta::assert_snapshot!(error("text\n\n"), @"a note has 1 to 64 signatures; found 0");
        insta::assert_snapshot!(
            error(&format!("text\n\n{SIGNATURE}\n\n")),
            @"a note has 1 to 64 signatures; found 0"
        );
        insta::assert_snapshot!(
            error(&format!("text\n\n{SIGNATURE}")),
            @r#"the last signature ends with a newline; found "— a AAAAAAE=""#
        );
        insta::assert_snapshot!(
            error(&format!("text\n\n{SIGNATURE}\nmore\n")),
            @r#"a signature is a line `— NAME BASE64`; found "more""#
        );
        insta::assert_snapshot!(
            error(&format!("text\r\n\n{SIGNATURE}\n")),
            @r"a note has no control character but the newline; found '\r' at byte 4"
        );
        insta::assert_snapshot!(
            error(&format!("te\txt\n\n{SIGNATURE}\n")),
            @r"a note has no control character but the newline; found '\t' at byte 2"
        );
    }

    #[test]
    fn a_note_has_up_to_64_signatures() {
        let note = |signatures: usize| {
            let lines = format!("{SIGNATURE}\n").repeat(signatures);
            format!("text\n\n{lines}")
        };
        let read: SignedNote = note(MAX_SIGNATURES).parse().unwrap();
        assert_eq!(read.signatures.len(), MAX_SIGNATURES);
        insta::assert_snapshot!(
            error(&note(MAX_SIGNATURES + 1)),
            @"a note has 1 to 64 signatures; found 65"
        );
    }

    #[test]
    fn a_note_has_up_to_a_mebibyte() {
        let end = format!("\n\n{SIGNATURE}\n");
        let note = |length: usize| "x".repeat(length - end.len()) + &end;
        assert!(note(MAX_NOTE_BYTES).parse::<SignedNote>().is_ok());
        insta::assert_snapshot!(
            error(&note(MAX_NOTE_BYTES + 1)),
            @"a note has at most 1048576 bytes; found 1048577"
        );
    }

    #[test]
    fn a_signature_has_one_spelling() {
        for bad in [
            "",
            "\u{2014}",
            "\u{2014} ",
            "\u{2014} a",
            "\u{2014} a ",
            // Another dash, no space after it, two of them, none before the bytes.
            "- a AAAAAAE=",
            "\u{2013} a AAAAAAE=",
            "\u{2014}a AAAAAAE=",
            "\u{2014}  a AAAAAAE=",
            "\u{2014} a  AAAAAAE=",
            "\u{2014} aAAAAAAE=",
            " \u{2014} a AAAAAAE=",
            "\u{2014} a AAAAAAE= ",
            "\u{2014} a b AAAAAAE=",
            // A name with a plus or a space of another script.
            "\u{2014} a+b AAAAAAE=",
            "\u{2014} a\u{a0}b AAAAAAE=",
            "\u{2014} a\u{3000}b AAAAAAE=",
            "\u{2014} a\u{2028}b AAAAAAE=",
            // No padding, bits left over, an id cut short, an id alone.
            "\u{2014} a AAAAAAE",
            "\u{2014} a AAAAAAF=",
            "\u{2014} a AAAA",
            "\u{2014} a AAAAAA==",
            "\u{2014} a AAAAAAE=\n",
        ] {
            assert_eq!(
                bad.parse::<Signature>(),
                Err(NoteError::Signature {
                    found: bad.to_owned()
                })
            );
        }
    }

    #[test]
    fn a_signature_is_of_any_length() {
        let signature: Signature = "\u{2014} é/\u{2014}\u{7f} AQIDBAU=".parse().unwrap();
        assert_eq!(signature.name, "é/\u{2014}\u{7f}");
        assert_eq!(signature.id, 0x0102_0304);
        assert_eq!(signature.bytes, [5]);
        let long = Signature {
            // As long as a post-quantum signature.
            bytes: vec![7; 5_000],
            ..signature
        };
        assert_eq!(long.to_string().parse(), Ok(long));
    }

    proptest! {
        #[test]
        fn a_note_reads_back(
            lines in prop::collection::vec("[^\\p{Cc}]{0,20}", 1..6),
            names in prop::collection::vec("[^\\p{Z}\\p{Cc}+]{1,12}", 1..5),
            id: u32, bytes in prop::collection::vec(any::<u8>(), 1..80),
        ) {
            let note = SignedNote {
                text: lines.join("\n") + "\n",
                signatures: names
                    .into_iter()
                    .map(|name| Signature { name, id, bytes: bytes.clone() })
                    .collect(),
            };
            prop_assert_eq!(note.to_string().parse(), Ok(note));
        }

        #[test]
        fn a_text_that_is_a_note_is_written_back(
            text in "[a\n\u{2014} ]{0,9}\n\n(\u{2014} [a+\n ]{0,3} [A=]{0,8}\n){0,3}",
        ) {
            if let Ok(note) = text.parse::<SignedNote>() {
                prop_assert_eq!(note.to_string(), text);
            }
        }
    }
}
