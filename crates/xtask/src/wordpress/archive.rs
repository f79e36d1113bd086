//! A ZIP archive (PKWARE, APPNOTE.TXT 6.3) whose bytes depend on nothing but the names and the contents: one time for all
//! files, no permissions, no comments.

use super::files;
use anyhow::{Context as _, Result};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// The version that reads deflated files (4.4.3).
const VERSION: u16 = 20;
/// The names are UTF-8 (4.4.4, bit 11).
const FLAGS: u16 = 1 << 11;
/// Deflated (4.4.5).
const METHOD: u16 = 8;
/// 1 January 1980, midnight: the first time that the format knows (4.4.6).
const TIME: u16 = 0;
const DATE: u16 = 1 << 5 | 1;

const LOCAL_HEADER: u32 = 0x0403_4b50;
const CENTRAL_HEADER: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;

/// A folder and all its files, below the folder's own name.
pub fn of_folder(folder: &Path) -> Result<Vec<u8>> {
    let root = folder.file_name().and_then(|name| name.to_str());
    let root = root.context("a folder without a name")?;
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    let mut count = 0u16;
    for (name, path) in files(folder)? {
        let name = format!("{root}/{name}");
        let content = fs::read(&path).with_context(|| path.display().to_string())?;
        let start = u32::try_from(archive.len())?;
        let common = common_fields(&name, &content)?;
        archive.extend(LOCAL_HEADER.to_le_bytes());
        archive.extend(&common.fields);
        archive.extend(name.as_bytes());
        archive.extend(&common.packed);
        directory.extend(CENTRAL_HEADER.to_le_bytes());
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&common.fields);
        // No comment, the first disk, no attributes (2, 2, 2 and 4 bytes).
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(name.as_bytes());
        count += 1;
    }
    let start = u32::try_from(archive.len())?;
    let size = u32::try_from(directory.len())?;
    archive.extend(directory);
    archive.extend(END.to_le_bytes());
    archive.extend([0; 4]);
    archive.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    archive.extend(size.to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0; 2]);
    Ok(archive)
}

/// What both headers of a file say alike, and its content.
struct Common {
    fields: Vec<u8>,
    packed: Vec<u8>,
}

fn common_fields(name: &str, content: &[u8]) -> Result<Common> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    let packed = encoder.finish()?;
    let mut crc = Crc::new();
    crc.update(content);
    let mut fields = Vec::new();
    for field in [VERSION, FLAGS, METHOD, TIME, DATE] {
        fields.extend(field.to_le_bytes());
    }
    fields.extend(crc.sum().to_le_bytes());
    for size in [packed.len(), content.len()] {
        fields.extend(u32::try_from(size)?.to_le_bytes());
    }
    fields.extend(u16::try_from(name.len())?.to_le_bytes());
    // No extra field.
    fields.extend([0; 2]);
    Ok(Common { fields, packed })
}

/// The names in an archive, as its directory has them.
#[cfg(test)]
pub fn names(archive: &[u8]) -> Vec<String> {
    let number = |at: usize, size: usize| {
        archive[at..at + size]
            .iter()
            .rev()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let end = archive.len() - 22;
    let mut at = number(end + 16, 4);
    let mut names = Vec::new();
    for _ in 0..number(end + 10, 2) {
        let length = number(at + 28, 2);
        let name = &archive[at + 46..at + 46 + length];
        names.push(String::from_utf8(name.to_vec()).unwrap());
        at += 46 + length;
    }
    names
}
