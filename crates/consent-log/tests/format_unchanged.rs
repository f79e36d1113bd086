//! What is written, to the byte. Logs, receipts and pinned keys outlive this code: a change here
//! breaks them, whatever else still passes.

use consent_log::{
    AddCheckpoint, BundleId, Checkpoint, Edge, Hash, SignedNote, SignerKey, TileId, TlogProof,
    decode_bundle, decode_tile, encode_bundle, encode_tile, parse_cosignatures, witnessed_by,
};

const ORIGIN: &str = "demo.temoin.example/relais/2026q4/0";

fn log() -> SignerKey {
    SignerKey::ed25519(ORIGIN, &[1; 32]).unwrap()
}

fn witness() -> SignerKey {
    SignerKey::cosigner("witness.example/w", &[2; 32]).unwrap()
}

fn edge() -> Edge {
    let mut edge = Edge::empty();
    for entry in ["first", "second", "third"] {
        edge.push(Hash::leaf(entry.as_bytes()), &mut Vec::new());
    }
    edge
}

fn checkpoint() -> SignedNote {
    Checkpoint::new(ORIGIN, 3, edge().root()).sign(&log())
}

fn cosigned() -> SignedNote {
    let mut note = checkpoint();
    let cosignature = witness().cosign(&note.text, 1_800_000_000);
    note.signatures.push(cosignature);
    note
}

const CHECKPOINT: &str = "\
demo.temoin.example/relais/2026q4/0
3
w2UeVBcUxT1kjsx7rsp/4sNu9PplvM4ksdcShkN95WY=

\u{2014} demo.temoin.example/relais/2026q4/0 VbESg0nPe5rGoTRY4+rlq28nmH5QRbI6HTa/PT8+gjYAQJHfVc/WvlFCJX1gOBXHStVtxoXKMepOdF3GAaIFX9cLiAk=
";

const COSIGNATURE: &str = "\u{2014} witness.example/w yxOT3AAAAABrSdIAhQZIYypQRWrn7qm5L+xAaruSyQN6VblhBrn4GbcYd2qP+HcQcoHswSfqoffoirlliGIhM5wEfO1zuqndu2ttBA==\n";

#[test]
fn of_a_verifier_key() {
    insta::assert_snapshot!(
        log().verifier(),
        @"demo.temoin.example/relais/2026q4/0+55b11283+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
    );
    insta::assert_snapshot!(
        witness().verifier(),
        @"witness.example/w+cb1393dc+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
    );
}

#[test]
fn of_a_checkpoint() {
    assert_eq!(checkpoint().to_string(), CHECKPOINT);
    assert!(Checkpoint::open(&CHECKPOINT.parse().unwrap(), &log().verifier()).is_ok());
}

#[test]
fn of_a_cosigned_checkpoint() {
    let text = [CHECKPOINT, COSIGNATURE].concat();
    assert_eq!(cosigned().to_string(), text);
    assert_eq!(
        witnessed_by(&text.parse().unwrap(), &[witness().verifier()]),
        [(0, Ok(1_800_000_000))]
    );
}

#[test]
fn of_a_proof() {
    let proof = TlogProof {
        extra: Some(b"extra".to_vec()),
        index: 1,
        hashes: edge().inclusion_proof(1).unwrap(),
        checkpoint: cosigned(),
    };
    let head = "\
c2sp.org/tlog-proof@v1
extra ZXh0cmE=
index 1
oa8DAjHKL9IOzzDFKUuvj2kyHQm7FqxTiFzNF6OFKA0=
ZW0+j1RCOM324y1kD1G6CRSVmxTt16UtC4uZq0yKxsY=

";
    let text = [head, CHECKPOINT, COSIGNATURE].concat();
    assert_eq!(proof.to_string(), text);
    let read: TlogProof = text.parse().unwrap();
    let second = Hash::leaf(b"second");
    assert!(read.verify(second, &log().verifier()).is_ok());
}

#[test]
fn of_a_request_to_a_witness_and_its_answer() {
    let request = AddCheckpoint {
        old_size: 1,
        proof: vec![Hash::leaf(b"second"), Hash::leaf(b"third")],
        checkpoint: checkpoint(),
    };
    let head = "\
old 1
qU3U08LG0lSMpOVg1ycnurXXlVABkfW4VXkTDdOxRgM=
ZW0+j1RCOM324y1kD1G6CRSVmxTt16UtC4uZq0yKxsY=

";
    let text = [head, CHECKPOINT].concat();
    assert_eq!(request.to_string(), text);
    assert_eq!(text.parse(), Ok(request));
    assert_eq!(
        parse_cosignatures(COSIGNATURE).unwrap(),
        cosigned().signatures[1..]
    );
}

#[test]
fn of_the_names_of_tiles_and_bundles() {
    let tile = TileId {
        level: 1,
        index: 1_234_067,
        width: 5,
    };
    insta::assert_snapshot!(tile, @"1/x001/x234/067.p/5");
    insta::assert_snapshot!(TileId::full(0, 0), @"0/000");
    insta::assert_snapshot!(BundleId::full(1_234_067), @"x001/x234/067");
    insta::assert_snapshot!(BundleId::for_size(0, 9).unwrap(), @"000.p/9");
}

#[test]
fn of_a_tile_and_of_a_bundle() {
    let tile = encode_tile(&edge().tile("0/000.p/2".parse().unwrap()).unwrap());
    insta::assert_snapshot!(hex::encode(&tile), @"a1af030231ca2fd20ecf30c5294baf8f69321d09bb16ac53885ccd17a385280da94dd4d3c2c6d2548ca4e560d72727bab5d795500191f5b85579130dd3b14603");
    assert_eq!(
        decode_tile(&tile).unwrap(),
        [Hash::leaf(b"first"), Hash::leaf(b"second")]
    );
    let bundle = encode_bundle([b"first".as_slice(), b"", &[0xff; 256]]).unwrap();
    insta::assert_snapshot!(
        hex::encode(&bundle).trim_end_matches('f'),
        @"0005666972737400000100"
    );
    assert_eq!(bundle.len(), 2 + 5 + 2 + 2 + 256);
    assert_eq!(
        decode_bundle(&bundle).unwrap(),
        [b"first".as_slice(), b"", &[0xff; 256]]
    );
}
