//! What a log serves over HTTP, by the paths below its address (C2SP tlog-tiles, "Parameters").

use crate::tile::{BundleId, TileId};
use std::fmt;
use std::str::FromStr;

/// A resource of a log: [`fmt::Display`] gives its path below the log's address, and [`FromStr`]
/// reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogResource {
    /// `checkpoint`
    Checkpoint,
    /// `vkey`: the log's verifier key. No C2SP resource; a convenience for whoever reads the log.
    Key,
    /// `tile/L/N[.p/W]`
    Tile(TileId),
    /// `tile/entries/N[.p/W]`
    Entries(BundleId),
}

impl LogResource {
    /// Splits the path `ORIGIN/RESOURCE` into a log's origin and a resource of it. An origin may
    /// have slashes.
    pub fn split(path: &str) -> Option<(&str, Self)> {
        let (origin, resource) = path.rsplit_once('/')?;
        let (origin, resource) = if let "checkpoint" | "vkey" = resource {
            (origin, resource)
        } else {
            // A tile's own path has no `tile/` in it, and a site may be called `tile`.
            let (origin, place) = path.rsplit_once("/tile/")?;
            return Some((origin, format!("tile/{place}").parse().ok()?));
        };
        Some((origin, resource.parse().ok()?))
    }
}

impl fmt::Display for LogResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint => f.write_str("checkpoint"),
            Self::Key => f.write_str("vkey"),
            Self::Tile(tile) => write!(f, "tile/{tile}"),
            Self::Entries(bundle) => write!(f, "tile/entries/{bundle}"),
        }
    }
}

/// The path names no resource of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a log has a checkpoint, a vkey, tiles (tile/L/N) and bundles of entries (tile/entries/N)")]
pub struct UnknownResource;

impl FromStr for LogResource {
    type Err = UnknownResource;

    fn from_str(path: &str) -> Result<Self, UnknownResource> {
        match path {
            "checkpoint" => return Ok(Self::Checkpoint),
            "vkey" => return Ok(Self::Key),
            _ => {}
        }
        let tile = path.strip_prefix("tile/").ok_or(UnknownResource)?;
        match tile.strip_prefix("entries/") {
            Some(bundle) => bundle.parse().map(Self::Entries),
            None => tile.parse().map(Self::Tile),
        }
        .map_err(|_| UnknownResource)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_a_log() {
        let origin = "temoin.example/relais/2026q4/0";
        let split = |tail: &str| {
            let full = format!("{origin}/{tail}");
            let (found, resource) = LogResource::split(&full)?;
            assert_eq!(found, origin);
            assert_eq!(resource.to_string(), tail);
            Some(resource)
        };
        assert_eq!(split("checkpoint"), Some(LogResource::Checkpoint));
        assert_eq!(split("vkey"), Some(LogResource::Key));
        let tile = TileId {
            level: 1,
            index: 1_234_067,
            width: 5,
        };
        assert_eq!(
            split("tile/1/x001/x234/067.p/5"),
            Some(LogResource::Tile(tile))
        );
        let bundle = BundleId {
            index: 0,
            width: 256,
        };
        assert_eq!(
            split("tile/entries/000"),
            Some(LogResource::Entries(bundle))
        );
        for none in [
            "",
            "checkpoint/",
            "tile",
            "tile/",
            "tile/0",
            "tile/64/000",
            "tile/0/0",
            "tile/0/000.p/0",
            "tile/entries/000.p/256",
        ] {
            assert_eq!(split(none), None, "{none}");
        }
    }

    #[test]
    fn an_origin_may_have_tile_in_it() {
        let resource = "tile/0/000".parse().unwrap();
        for origin in ["temoin.example/tile/2026q4/0", "a.example/tile/tile"] {
            let path = format!("{origin}/tile/0/000");
            assert_eq!(LogResource::split(&path), Some((origin, resource)));
        }
    }
}
