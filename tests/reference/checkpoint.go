package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// openCheckpoint reads a checkpoint that the log signed under its origin, and that every cosigner
// cosigned.
func openCheckpoint(signed []byte, key note.Verifier, cosigners ...note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(append([]note.Verifier{key}, cosigners...)...))
	if err != nil {
		return tlog.Tree{}, err
	}
	for _, wanted := range append([]note.Verifier{key}, cosigners...) {
		if !signedBy(opened, wanted) {
			return tlog.Tree{}, fmt.Errorf("no signature of %s", wanted.Name())
		}
	}
	origin, tree, err := parseCheckpoint(opened.Text)
	if err == nil && origin != key.Name() {
		err = fmt.Errorf("its origin is %q, the key is that of %q", origin, key.Name())
	}
	return tree, err
}

func signedBy(opened *note.Note, key note.Verifier) bool {
	for _, signature := range opened.Sigs { // those that hold
		if signature.Name == key.Name() && signature.Hash == key.KeyHash() {
			// x/mod takes any bits after the last byte; we want one way to write a signature.
			_, err := base64.StdEncoding.Strict().DecodeString(signature.Base64)
			return err == nil
		}
	}
	return false
}

// parseCheckpoint reads the text of c2sp.org/tlog-checkpoint; tlog.ParseTree wants the name of
// Go's own log on the first line.
func parseCheckpoint(text string) (origin string, tree tlog.Tree, err error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 3 {
		return "", tree, fmt.Errorf("%d lines where three belong", len(lines))
	}
	for i, line := range lines {
		if line == "" {
			return "", tree, fmt.Errorf("line %d is empty", i+1)
		}
	}
	if tree.N, err = parseNumber(lines[1]); err != nil {
		return "", tree, fmt.Errorf("size: %w", err)
	}
	if tree.Hash, err = parseHash(lines[2]); err != nil {
		return "", tree, fmt.Errorf("root: %w", err)
	}
	return lines[0], tree, nil
}

// parseProof reads the parts of a c2sp.org/tlog-proof.
func parseProof(text []byte) (index int64, hashes tlog.RecordProof, checkpoint []byte, err error) {
	head, tail, found := strings.Cut(string(text), "\n\n")
	if !found {
		return 0, nil, nil, fmt.Errorf("no empty line before the checkpoint")
	}
	lines := strings.Split(head, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return 0, nil, nil, fmt.Errorf("begins with %q", lines[0])
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:] // anything: nothing vouches for it
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return 0, nil, nil, fmt.Errorf("no index")
	}
	if index, err = parseNumber(strings.TrimPrefix(lines[0], "index ")); err != nil {
		return 0, nil, nil, fmt.Errorf("index: %w", err)
	}
	for _, line := range lines[1:] {
		hash, err := parseHash(line)
		if err != nil {
			return 0, nil, nil, err
		}
		hashes = append(hashes, hash)
	}
	return index, hashes, []byte(tail), nil
}

func parseNumber(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err == nil && (n < 0 || strconv.FormatInt(n, 10) != text) {
		err = fmt.Errorf("%q is not how a number is written", text)
	}
	return n, err
}

func parseHash(text string) (hash tlog.Hash, err error) {
	decoded, err := base64.StdEncoding.Strict().DecodeString(text)
	if err == nil && len(decoded) != len(hash) {
		err = fmt.Errorf("%d bytes where %d belong", len(decoded), len(hash))
	}
	copy(hash[:], decoded)
	return hash, err
}

// cosigner verifies the Ed25519 cosignatures of c2sp.org/tlog-cosignature, which x/mod lacks.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

const cosignatureType = 0x04

func newCosigner(vkey string) (*cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 || parts[0] == "" {
		return nil, fmt.Errorf("a key is NAME+ID+KEY")
	}
	typed, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil {
		return nil, err
	}
	if len(typed) != 1+ed25519.PublicKeySize || typed[0] != cosignatureType {
		return nil, fmt.Errorf("not an Ed25519 key for cosignatures")
	}
	digest := sha256.Sum256(append([]byte(parts[0]+"\n"), typed...))
	hash := binary.BigEndian.Uint32(digest[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, fmt.Errorf("its ID is not %s", parts[1])
	}
	return &cosigner{parts[0], hash, typed[1:]}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }

func (c *cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	return ed25519.Verify(c.key, []byte(message), signature[8:])
}
