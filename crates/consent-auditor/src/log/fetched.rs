//! The files of a log as they are fetched (C2SP tlog-tiles). Only their shape is checked here.

use crate::report::Check;
use crate::report::finding::{Failure, Finding};
use crate::source::Source;
use anyhow::Result;
use consent_log::{BundleId, Hash, TILE_WIDTH, TileId, TileReader, decode_bundle, decode_tile};

/// A log, by where its files are.
#[derive(Clone, Copy)]
pub struct ServedLog<'a> {
    source: &'a dyn Source,
    /// The beginning of its files' paths: empty, or with a slash at its end.
    prefix: &'a str,
}

/// A file of a log.
pub struct FetchedFile {
    /// Its path or address.
    pub place: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl<'a> ServedLog<'a> {
    /// The log whose files are below `prefix`.
    pub const fn new(source: &'a dyn Source, prefix: &'a str) -> Self {
        Self { source, prefix }
    }

    /// The path or address of a file.
    pub fn place(&self, file: &str) -> String {
        self.source.location(&format!("{}{file}", self.prefix))
    }

    /// How many reads in parallel are fastest.
    pub fn parallel_reads(&self) -> usize {
        self.source.parallel_reads()
    }

    fn get(&self, file: &str) -> Result<Option<Vec<u8>>> {
        self.source.get(&format!("{}{file}", self.prefix))
    }

    /// The file `checkpoint`: the newest one.
    pub fn checkpoint(&self) -> Result<FetchedFile, Failure> {
        let bytes = self.get("checkpoint")?.ok_or_else(|| {
            Finding::new(
                Check::Signature,
                self.place("checkpoint"),
                "the log has no checkpoint",
            )
        })?;
        Ok(FetchedFile {
            place: self.place("checkpoint"),
            bytes,
        })
    }

    /// The file `vkey`; nothing if the log serves none.
    pub fn key(&self) -> Result<Option<Vec<u8>>> {
        self.get("vkey")
    }

    /// The bytes of a tile, cut to its width if the log serves only the full tile.
    pub fn tile_bytes(&self, tile: TileId) -> Result<FetchedFile, Failure> {
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

    /// The hashes of a tile: exactly as many as its width.
    pub fn tile(&self, tile: TileId) -> Result<Vec<Hash>, Failure> {
        Ok(read_tile(tile, &self.tile_bytes(tile)?)?)
    }

    /// The bytes of a bundle, cut to its width if the log serves only the full bundle.
    pub fn bundle(&self, bundle: BundleId) -> Result<FetchedFile, Failure> {
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

    /// Fetches a partial file or, if it is not there, the full one, which may have replaced it. Returns whether
    /// the full one was taken.
    fn full_or_partial(
        &self,
        check: Check,
        file: &str,
        full: Option<String>,
    ) -> Result<(FetchedFile, bool), Failure> {
        if let Some(bytes) = self.get(file)? {
            let place = self.place(file);
            return Ok((FetchedFile { place, bytes }, false));
        }
        if let Some(full) = full
            && let Some(bytes) = self.get(&full)?
        {
            let place = self.place(&full);
            return Ok((FetchedFile { place, bytes }, true));
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

/// The hashes of a tile. A finding if there are not as many as its width.
pub fn read_tile(tile: TileId, served: &FetchedFile) -> Result<Vec<Hash>, Box<Finding>> {
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
            .manual_step("wc -c tile")
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

/// The entries of a bundle. A finding if there are not as many as its width.
pub fn read_bundle(bundle: BundleId, served: &FetchedFile) -> Result<Vec<&[u8]>, Box<Finding>> {
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
            .manual_step("xxd bundle | less")
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

/// The index of the bundle (and of the tile of level 0) that an entry is in, and its number there.
pub fn bundle_of(index: u64) -> (u64, usize) {
    let width = u64::from(TILE_WIDTH);
    let number = u16::try_from(index % width).unwrap_or_default();
    (index / width, number.into())
}
