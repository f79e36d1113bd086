//! The bytes of a cosignature, by which others say that they have seen a checkpoint, and when (C2SP tlog-cosignature,
//! the Ed25519 kind). Not who may give one: see `witnessed`.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Checkpoint;
    use crate::hash::Hash;

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
}
