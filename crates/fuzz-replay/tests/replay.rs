//! Every fuzz target, on each of its seeds and on mutations of them. A failure names the target and prints its input.

// The targets name the crate of libFuzzer: here that is this one.
extern crate self as libfuzzer_sys;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Mutations of each target's seeds. All targets together take some seconds, without optimisation.
const MUTATIONS: usize = 1_000;
/// The longest input, in bytes, as `cargo xtask fuzz` has it.
const MAX_BYTES: usize = 4096;

/// An input of a target, from bytes; nothing where the bytes are none.
trait Input<'a>: Sized {
    fn of(bytes: &'a [u8]) -> Option<Self>;
}

impl<'a> Input<'a> for &'a [u8] {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        Some(bytes)
    }
}

impl<'a> Input<'a> for &'a str {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok()
    }
}

/// The number comes first here; libFuzzer takes it from elsewhere.
impl<'a> Input<'a> for (u16, &'a [u8]) {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let (number, rest) = bytes.split_first_chunk()?;
        Some((u16::from_le_bytes(*number), rest))
    }
}

/// What libFuzzer makes of a target, without libFuzzer.
#[macro_export]
macro_rules! fuzz_target {
    (|$input:ident: $kind:ty| $body:block) => {
        pub fn run_target(bytes: &[u8]) {
            fn target($input: $kind) $body
            if let Some(input) = $crate::Input::of(bytes) {
                target(input);
            }
        }
    };
}

macro_rules! targets {
    ($($name:ident $path:literal,)*) => {
        $(
            #[path = $path]
            #[allow(
                unused_attributes,
                unused_imports,
                unreachable_pub,
                clippy::pedantic,
                reason = "a target is a program of its own"
            )]
            mod $name;
        )*
        const TARGETS: &[(&str, fn(&[u8]))] = &[$((stringify!($name), $name::run_target),)*];
    };
}

targets! {
    add_checkpoint "../../../fuzz/fuzz_targets/add_checkpoint.rs",
    answer_head "../../../fuzz/fuzz_targets/answer_head.rs",
    bundle_path "../../../fuzz/fuzz_targets/bundle_path.rs",
    checkpoint "../../../fuzz/fuzz_targets/checkpoint.rs",
    classify "../../../fuzz/fuzz_targets/classify.rs",
    configuration "../../../fuzz/fuzz_targets/configuration.rs",
    cookies "../../../fuzz/fuzz_targets/cookies.rs",
    cosignatures "../../../fuzz/fuzz_targets/cosignatures.rs",
    entry_bundle "../../../fuzz/fuzz_targets/entry_bundle.rs",
    handover "../../../fuzz/fuzz_targets/handover.rs",
    log_entry "../../../fuzz/fuzz_targets/log_entry.rs",
    note "../../../fuzz/fuzz_targets/note.rs",
    page "../../../fuzz/fuzz_targets/page.rs",
    query "../../../fuzz/fuzz_targets/query.rs",
    report "../../../fuzz/fuzz_targets/report.rs",
    stored_choice "../../../fuzz/fuzz_targets/stored_choice.rs",
    tile "../../../fuzz/fuzz_targets/tile.rs",
    tile_path "../../../fuzz/fuzz_targets/tile_path.rs",
    tlog_proof "../../../fuzz/fuzz_targets/tlog_proof.rs",
    verifier_key "../../../fuzz/fuzz_targets/verifier_key.rs",
}

/// A sequence of numbers that is the same in each run (xorshift64, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    /// The next number below a limit, which is not zero.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    /// Where something begins and ends in this many bytes.
    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        start..(start + self.below(16)).min(length)
    }

    /// A seed, changed in one to four places.
    fn mutation(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(4) {
            let range = self.range(bytes.len());
            match self.below(5) {
                0 => drop(bytes.drain(range)),
                1 => {
                    let twice = bytes[range.clone()].to_vec();
                    bytes.splice(range.end..range.end, twice);
                }
                2 => {
                    let other = &seeds[self.below(seeds.len())];
                    let piece = other[self.range(other.len())].to_vec();
                    bytes.splice(range, piece);
                }
                3 => {
                    let plain = b"\0\t\n\r \"'&+-./0019:;<=>?@A\\az{|}~\x7f";
                    bytes.insert(range.start, plain[self.below(plain.len())]);
                }
                _ => {
                    if let Some(byte) = bytes.get_mut(range.start) {
                        *byte ^= 1 << self.below(8);
                    }
                }
            }
        }
        bytes.truncate(MAX_BYTES);
        bytes
    }
}

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = fuzz().join("seeds").join(target);
    let read = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{target}: {error}"));
    let mut paths: Vec<_> = read.map(|entry| entry.unwrap().path()).collect();
    // The same order on each machine: what is drawn depends on it.
    paths.sort();
    let read = paths.iter().map(|path| std::fs::read(path).unwrap());
    read.collect()
}

#[test]
fn every_target_is_here_and_has_seeds() {
    let files = std::fs::read_dir(fuzz().join("fuzz_targets")).unwrap();
    let mut names: Vec<_> = files
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .display()
                .to_string()
        })
        .collect();
    names.sort();
    let here: Vec<_> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, here);
    for (name, _) in TARGETS {
        assert!(!seeds(name).is_empty(), "{name} has no seed");
    }
}

#[test]
fn what_is_near_a_seed_breaks_no_parser() {
    for (name, run) in TARGETS {
        let seeds = seeds(name);
        let mut numbers = Numbers(0x7465_6d6f_696e);
        let mutations = (0..MUTATIONS).map(|_| numbers.mutation(&seeds));
        for input in seeds.iter().cloned().chain(mutations) {
            let ended = catch_unwind(AssertUnwindSafe(|| run(&input)));
            assert!(
                ended.is_ok(),
                "{name}: {:?}",
                String::from_utf8_lossy(&input)
            );
        }
    }
}
