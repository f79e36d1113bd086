//! A log as it is served (C2SP tlog-tiles): nothing of it is checked here but its shape.

use crate::report::Check;
use crate::report::finding::{Failure, Finding};
use crate::source::Source;
use anyhow::Result;
use consent_log::{BundleId, Hash, TILE_WIDTH, TileId, TileReader, decode_bundle, decode_tile};

/// A log somewhere.
#[derive(Clone, Copy)]
pub struct ServedLog<'a> {
    source: &'a dyn Source,
    /// What its files' paths begin with; empty, or with a slash at its end.
    prefix: &'a str,
}

/// Bytes, and where they are from.
pub struct Served {
    /// For people.
    pub place: String,
    /// What was there.
    pub bytes: Vec<u8>,
}

impl<'a> ServedLog<'a> {
    /// The log whose files are below `prefix`.
    pub const fn new(source: &'a dyn Source, prefix: &'a str) -> Self {
        Self { source, prefix }
    }

    /// Where a file of it is, for people.
    pub fn place(&self, file: &str) -> String {
        self.source.show(&format!("{}{file}", self.prefix))
    }

    /// How many reads at once make it quickest.
    pub fn lanes(&self) -> usize {
        self.source.lanes()
    }

    fn get(&self, file: &str) -> Result<Option<Vec<u8>>> {
        self.source.get(&format!("{}{file}", self.prefix))
    }

    /// Its newest checkpoint.
    pub fn checkpoint(&self) -> Result<Served, Failure> {
        let bytes = self.get("checkpoint")?.ok_or_else(|| {
            Finding::new(
                Check::Signature,
                self.place("checkpoint"),
                "the log has no checkpoint",
            )
        })?;
        Ok(Served {
            place: self.place("checkpoint"),
            bytes,
        })
    }

    /// The key that it serves, as it stands there.
    pub fn key(&self) -> Result<Option<Vec<u8>>> {
        self.get("vkey")
    }

    /// A tile's bytes.
    pub fn tile_bytes(&self, tile: TileId) -> Result<Served, Failure> {
        let full = TileId::full(tile.level, tile.index);
        let (mut served, cut) = self.full_or_partial(
            Check::Tiles,
            &format!("tile/{tile}"),
            (!tile.is_full()).then(|| format!("tile/{full}")),
        )?;
        if cut {
            served
                .bytes
                .truncate(usize::from(tile.width) * Hash::LENGTH);
        }
        Ok(served)
    }

    /// A tile's hashes, exactly as many as it should have.
    pub fn tile(&self, tile: TileId) -> Result<Vec<Hash>, Failure> {
        Ok(read_tile(tile, &self.tile_bytes(tile)?)?)
    }

    /// A bundle's bytes, which may be those of a wider one.
    pub fn bundle(&self, bundle: BundleId) -> Result<Served, Failure> {
        let full = BundleId::full(bundle.index);
        let (mut served, cut) = self.full_or_partial(
            Check::Entries,
            &format!("tile/entries/{bundle}"),
            (!bundle.is_full()).then(|| format!("tile/entries/{full}")),
        )?;
        if cut {
            let entries = read_bundle(full, &served)?;
            let kept = entries.iter().take(bundle.width.into());
            let length = kept.map(|entry| entry.len() + 2).sum();
            served.bytes.truncate(length);
        }
        Ok(served)
    }

    /// A log need not keep a partial tile once the full one is there; whether the full one was taken.
    fn full_or_partial(
        &self,
        check: Check,
        file: &str,
        full: Option<String>,
    ) -> Result<(Served, bool), Failure> {
        if let Some(bytes) = self.get(file)? {
            let place = self.place(file);
            return Ok((Served { place, bytes }, false));
        }
        if let Some(full) = full
            && let Some(bytes) = self.get(&full)?
        {
            let place = self.place(&full);
            return Ok((Served { place, bytes }, true));
        }
        let missing = Finding::new(
            check,
            self.place(file),
            "the checkpoint signs for more than the log serves",
        );
        Err(missing.expected("the file", "nothing there").into())
    }
}

impl TileReader for ServedLog<'_> {
    type Error = Failure;

    fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, Failure> {
        ServedLog::tile(self, tile)
    }
}

/// The hashes of a tile: as many as the tree's size says.
pub fn read_tile(tile: TileId, served: &Served) -> Result<Vec<Hash>, Box<Finding>> {
    let wrong = |found: String| {
        let expected = format!(
            "{} hashes, {} bytes",
            tile.width,
            usize::from(tile.width) * Hash::LENGTH
        );
        let finding = Finding::new(
            Check::Tiles,
            &served.place,
            format!("this is not the tile {tile}"),
        );
        let finding = finding
            .expected(expected, found)
            .by_hand("wc -c tile")
            .file("tile", served.bytes.clone());
        Box::new(finding)
    };
    let hashes = decode_tile(&served.bytes).map_err(|error| wrong(error.to_string()))?;
    if hashes.len() == usize::from(tile.width) {
        Ok(hashes)
    } else {
        Err(wrong(format!("{} hashes", hashes.len())))
    }
}

/// The entries of a bundle: as many as the log's size says.
pub fn read_bundle(bundle: BundleId, served: &Served) -> Result<Vec<&[u8]>, Box<Finding>> {
    let wrong = |found: String| {
        let finding = Finding::new(
            Check::Entries,
            &served.place,
            format!("this is not the bundle {bundle}"),
        );
        let expected = format!(
            "{} entries, each after its length in 16 bits, and nothing else",
            bundle.width
        );
        let finding = finding
            .expected(expected, found)
            .by_hand("xxd bundle | less")
            .file("bundle", served.bytes.clone());
        Box::new(finding)
    };
    let entries = decode_bundle(&served.bytes).map_err(|error| wrong(error.to_string()))?;
    if entries.len() == usize::from(bundle.width) {
        Ok(entries)
    } else {
        Err(wrong(format!("{} entries", entries.len())))
    }
}

/// Which tile of level 0, and which bundle, an entry is in; and its place there.
pub fn bundle_of(place: u64) -> (u64, usize) {
    let width = u64::from(TILE_WIDTH);
    let number = u16::try_from(place % width).unwrap_or_default();
    (place / width, number.into())
}
