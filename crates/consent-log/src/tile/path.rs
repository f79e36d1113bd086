//! The names of tiles and bundles as they stand in addresses (C2SP tlog-tiles).

use crate::canonical::{decimal, excerpt};
use crate::tile::{BundleId, TILE_WIDTH, TileId};
use std::fmt;
use std::str::FromStr;

/// The highest index whose hashes or entries have a place of 64 bits in the log.
const MAX_INDEX: u64 = u64::MAX / TILE_WIDTH as u64;

/// The highest level that an address may have.
const MAX_LEVEL: u8 = 63;

/// The text does not name a tile, or not in its one spelling.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TilePathError {
    /// No slash after the level.
    #[error("a tile is named LEVEL/INDEX; found {found:?}")]
    NoLevel {
        /// What stood there, cut when long.
        found: String,
    },
    /// The level is not a number from 0 to 63.
    #[error("a tile's level is 0 to 63, without leading zeros; found {found:?}")]
    Level {
        /// What stood there, cut when long.
        found: String,
    },
    /// The index is not in groups of three digits.
    #[error(
        "an index is groups of three digits, an `x` before all but the last, the first of them \
         not zero (`x001/x234/067`); found {found:?}"
    )]
    Index {
        /// What stood there, cut when long.
        found: String,
    },
    /// The index is beyond what any log can have.
    #[error("an index is at most 72057594037927935; found {found:?}")]
    IndexTooLarge {
        /// What stood there, cut when long.
        found: String,
    },
    /// The width of a partial tile is not a number from 1 to 255.
    #[error("the width after `.p/` is 1 to 255, without leading zeros; found {found:?}")]
    Width {
        /// What stood there, cut when long.
        found: String,
    },
}

/// Writes `INDEX[.p/WIDTH]`.
fn write_place(f: &mut fmt::Formatter<'_>, index: u64, width: u16) -> fmt::Result {
    // Seven groups hold any 64 bits.
    let groups: [u64; 7] = std::array::from_fn(|group| {
        let below = u32::try_from(6 - group).map_or(1, |exponent| 1000_u64.pow(exponent));
        index / below % 1000
    });
    let first = groups.iter().position(|group| *group != 0).unwrap_or(6);
    let [before @ .., last] = groups;
    for group in before.iter().skip(first) {
        write!(f, "x{group:03}/")?;
    }
    write!(f, "{last:03}")?;
    if width != TILE_WIDTH {
        write!(f, ".p/{width}")?;
    }
    Ok(())
}

/// Reads `INDEX[.p/WIDTH]`.
fn read_place(text: &str) -> Result<(u64, u16), TilePathError> {
    let (index, width) = match text.split_once(".p/") {
        Some((index, width)) => (index, read_width(width)?),
        None => (text, TILE_WIDTH),
    };
    Ok((read_index(index)?, width))
}

fn read_width(text: &str) -> Result<u16, TilePathError> {
    decimal(text)
        .and_then(|width| u16::try_from(width).ok())
        .filter(|width| (1..TILE_WIDTH).contains(width))
        .ok_or_else(|| TilePathError::Width {
            found: excerpt(text),
        })
}

fn read_index(text: &str) -> Result<u64, TilePathError> {
    let spelling = || TilePathError::Index {
        found: excerpt(text),
    };
    let too_large = || TilePathError::IndexTooLarge {
        found: excerpt(text),
    };
    let (before, last) = match text.rsplit_once('/') {
        Some((before, last)) => (Some(before), last),
        None => (None, text),
    };
    let mut index: u64 = 0;
    for group in before.into_iter().flat_map(|before| before.split('/')) {
        let group = group
            .strip_prefix('x')
            .and_then(read_group)
            .ok_or_else(spelling)?;
        index = (index.checked_mul(1000).ok_or_else(too_large)?)
            .checked_add(group)
            .ok_or_else(too_large)?;
        if index == 0 {
            return Err(spelling());
        }
    }
    let last = read_group(last).ok_or_else(spelling)?;
    (index.checked_mul(1000))
        .and_then(|index| index.checked_add(last))
        .filter(|index| *index <= MAX_INDEX)
        .ok_or_else(too_large)
}

fn read_group(text: &str) -> Option<u64> {
    let three_digits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    if three_digits {
        text.parse().ok()
    } else {
        None
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.level)?;
        write_place(f, self.index, self.width)
    }
}

impl FromStr for TileId {
    type Err = TilePathError;

    fn from_str(text: &str) -> Result<Self, TilePathError> {
        let (level, place) = text.split_once('/').ok_or_else(|| TilePathError::NoLevel {
            found: excerpt(text),
        })?;
        let level = decimal(level)
            .and_then(|level| u8::try_from(level).ok())
            .filter(|level| *level <= MAX_LEVEL)
            .ok_or_else(|| TilePathError::Level {
                found: excerpt(level),
            })?;
        let (index, width) = read_place(place)?;
        Ok(Self {
            level,
            index,
            width,
        })
    }
}

impl fmt::Display for BundleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_place(f, self.index, self.width)
    }
}

impl FromStr for BundleId {
    type Err = TilePathError;

    fn from_str(text: &str) -> Result<Self, TilePathError> {
        let (index, width) = read_place(text)?;
        Ok(Self { index, width })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_tile_has_one_name() {
        for (name, level, index, width) in [
            ("0/000", 0, 0, 256),
            ("0/000.p/1", 0, 0, 1),
            ("0/x001/x234/067", 0, 1_234_067, 256),
            ("0/x001/x234/067.p/5", 0, 1_234_067, 5),
            ("1/999", 1, 999, 256),
            ("2/x001/000.p/255", 2, 1_000, 255),
            ("63/x001/x000/000", 63, 1_000_000, 256),
            ("0/x072/x057/x594/x037/x927/935", 0, MAX_INDEX, 256),
        ] {
            let tile = TileId {
                level,
                index,
                width,
            };
            assert_eq!(name.parse(), Ok(tile), "{name}");
            assert_eq!(tile.to_string(), name);
        }
    }

    #[test]
    fn a_tile_by_another_name_is_refused() {
        for level in ["", "00", "01", "64", "256", "-1", "+1", " 0", "x", "0x0"] {
            let name = format!("{level}/000");
            let error = name.parse::<TileId>().unwrap_err();
            assert!(
                matches!(error, TilePathError::Level { .. }),
                "{name}: {error}"
            );
        }
        for index in [
            "",
            "0",
            "67",
            "0000",
            "x000",
            "x001",
            "x000/000",
            "x000/x001/000",
            "001/000",
            "x01/000",
            "x0001/000",
            "x1/000",
            "xx01/000",
            "X001/000",
            "x001/x000",
            "x001//000",
            "x001/000/",
            "/000",
            "x001/+00",
            "x+01/000",
            "00a",
            "٠٠٠",
            "000 ",
            "000.p",
            "000.p5",
            "000.P/5",
            "000p/5",
            "000/5",
            "000.txt",
            "..",
            "%30%30%30",
        ] {
            let name = format!("0/{index}");
            let error = name.parse::<TileId>().unwrap_err();
            assert!(
                matches!(error, TilePathError::Index { .. }),
                "{name}: {error}"
            );
            assert_eq!(index.parse::<BundleId>(), Err(error));
        }
        for width in [
            "", "0", "00", "05", "256", "257", "65537", "-1", "+5", " 5", "5/", "5.p/5", "x",
        ] {
            let name = format!("0/000.p/{width}");
            let error = name.parse::<TileId>().unwrap_err();
            assert!(
                matches!(error, TilePathError::Width { .. }),
                "{name}: {error}"
            );
        }
        for index in [
            "x072/x057/x594/x037/x927/936",
            "x018/x446/x744/x073/x709/x551/615",
            "x018/x446/x744/x073/x709/x551/616",
            "x001/x000/x000/x000/x000/x000/x000/000",
            &format!("{}000", "x999/".repeat(1_000)),
        ] {
            let error = index.parse::<BundleId>().unwrap_err();
            assert!(
                matches!(error, TilePathError::IndexTooLarge { .. }),
                "{index}: {error}"
            );
        }
        for name in ["", "0", "000", "entries"] {
            let error = name.parse::<TileId>().unwrap_err();
            assert!(
                matches!(error, TilePathError::NoLevel { .. }),
                "{name}: {error}"
            );
        }
    }

    #[test]
    fn an_error_says_what_was_wrong() {
        let error = |name: &str| name.parse::<TileId>().unwrap_err().to_string();
        insta::assert_snapshot!(error("000"), @r#"a tile is named LEVEL/INDEX; found "000""#);
        insta::assert_snapshot!(
            error("64/000"),
            @r#"a tile's level is 0 to 63, without leading zeros; found "64""#
        );
        insta::assert_snapshot!(
            error("0/67"),
            @r#"an index is groups of three digits, an `x` before all but the last, the first of them not zero (`x001/x234/067`); found "67""#
        );
        insta::assert_snapshot!(
            error("0/067.p/256"),
            @r#"the width after `.p/` is 1 to 255, without leading zeros; found "256""#
        );
        insta::assert_snapshot!(
            error("0/x999/x999/x999/x999/x999/999"),
            @r#"an index is at most 72057594037927935; found "x999/x999/x999/x999/x999/999""#
        );
    }

    #[test]
    fn a_field_out_of_range_is_still_written() {
        let tile = TileId {
            level: u8::MAX,
            index: u64::MAX,
            width: 0,
        };
        insta::assert_snapshot!(tile, @"255/x018/x446/x744/x073/x709/x551/615.p/0");
    }

    proptest! {
        #[test]
        fn a_name_reads_back(level in 0..=63_u8, bits: u64, shift in 8_u32..64, width in 1_u16..=256) {
            let tile = TileId { level, index: bits >> shift, width };
            prop_assert_eq!(tile.to_string().parse(), Ok(tile));
            let bundle = BundleId { index: bits >> shift, width };
            prop_assert_eq!(bundle.to_string().parse(), Ok(bundle));
        }

        #[test]
        fn what_reads_is_written_back(name in "[0-9]{0,2}/(x[0-9]{3}/){0,3}[0-9]{3}(\\.p/[0-9]{0,3})?") {
            if let Ok(tile) = name.parse::<TileId>() {
                prop_assert_eq!(tile.to_string(), name);
            }
        }

        #[test]
        fn no_text_makes_reading_panic(name in "[0-9x./p]{0,30}", any in ".{0,30}") {
            for name in [name, any] {
                let _ = name.parse::<TileId>();
                let _ = name.parse::<BundleId>();
            }
        }
    }
}
