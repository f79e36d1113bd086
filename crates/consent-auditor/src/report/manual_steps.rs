//! Shell commands that show a finding without this program.

/// Prints the root over the hashes in the file `tile`, in hexadecimal.
pub const TILE_ROOT: &str = r#"python3 -c '
import hashlib
b = open("tile", "rb").read()
row = [b[i:i+32] for i in range(0, len(b), 32)]
while len(row) > 1:
    row = [hashlib.sha256(b"\1" + row[i] + row[i+1]).digest() if i + 1 < len(row) else row[i]
           for i in range(0, len(row), 2)]
print(row[0].hex())'"#;

/// Prints the leaf hash of the file `entry`, in hexadecimal.
pub const LEAF: &str = r"{ printf '\0'; cat entry; } | sha256sum";

/// Prints the hash at an index of a tile, in hexadecimal.
pub fn hash_of(tile: &str, index: usize) -> String {
    format!(
        "dd if={tile} bs=32 skip={index} count=1 status=none | xxd -p -c 32    # hash {index} of the tile"
    )
}
