// Command reference checks a C2SP transparency log with the Go project's own code for notes and
// trees (golang.org/x/mod/sumdb), which shares nothing with ours.
//
//	reference BASE VKEY [--old FILE]... [--proof FILE --entry HEX] [--cosigner VKEY]... [--bench]
//	reference BASE VKEY --tamper
//
// BASE is an http:// or https:// address, or a folder with the same relative paths (file:// or
// plain); "-" reads no log and checks the proof alone. One JSON line says what holds, with exit
// status 0; otherwise one line says what does not, with exit status 1.
//
// --tamper also verifies every log that differs from this one in one byte: none may verify.
//
// Formats: c2sp.org/tlog-tiles, tlog-checkpoint, signed-note, tlog-proof, tlog-cosignature.
// Debian: apt-get install golang-go golang-golang-x-mod-dev, then
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o reference .
package main

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"sort"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// report is what was verified.
type report struct {
	Origin      string   `json:"origin"`
	Size        int64    `json:"size"`
	Root        string   `json:"root"`
	Entries     int64    `json:"entries"`               // hashed, and compared with their leaves
	Tiles       int64    `json:"tiles"`                 // of all levels, each compared with the level below
	Inclusions  []int64  `json:"inclusions,omitempty"`  // places whose inclusion was proved
	Consistency []int64  `json:"consistency,omitempty"` // older sizes that the log extends
	Old         []int64  `json:"old,omitempty"`         // those of the checkpoints of --old
	Proof       *int64   `json:"proof,omitempty"`       // the place that --proof proves
	Cosigners   []string `json:"cosigners,omitempty"`   // all of whose cosignatures were there
	Seconds     float64  `json:"seconds"`

	// With --tamper: the files, and how many bytes of each were changed, one at a time, and caught.
	Tampered map[string]int `json:"tampered,omitempty"`

	// With --bench.
	Workers          int     `json:"workers,omitempty"`
	TreeSeconds      float64 `json:"tree_seconds,omitempty"`
	ProofSeconds     float64 `json:"proof_seconds,omitempty"`
	EntriesPerSecond float64 `json:"entries_per_second,omitempty"`
}

type options struct {
	base, vkey     string
	old, cosigners []string
	proof, entry   string
	bench, tamper  bool
	witnesses      []note.Verifier
}

func main() {
	arguments, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(2)
	}
	verified, err := verify(arguments)
	if err != nil {
		fmt.Fprintln(os.Stderr, "reference: does not verify:", err)
		os.Exit(1)
	}
	line, err := json.Marshal(verified)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}

func parse(arguments []string) (*options, error) {
	var o options
	flags := flag.NewFlagSet("reference", flag.ContinueOnError)
	list := func(to *[]string) func(string) error {
		return func(value string) error { *to = append(*to, value); return nil }
	}
	flags.Func("old", "an older checkpoint that the log must extend", list(&o.old))
	flags.Func("cosigner", "a witness whose cosignature every newest checkpoint must carry", list(&o.cosigners))
	flags.StringVar(&o.proof, "proof", "", "a C2SP tlog-proof")
	flags.StringVar(&o.entry, "entry", "", "the entry that it proves, in hexadecimal")
	flags.BoolVar(&o.bench, "bench", false, "also tell the time of each part")
	flags.BoolVar(&o.tamper, "tamper", false, "see that no log with a byte changed verifies")
	if len(arguments) < 2 {
		return nil, fmt.Errorf("usage: reference BASE VKEY [options]")
	}
	o.base, o.vkey = arguments[0], arguments[1]
	if err := flags.Parse(arguments[2:]); err != nil {
		return nil, err
	}
	switch {
	case flags.NArg() > 0:
		return nil, fmt.Errorf("too many arguments: %q", flags.Args())
	case (o.proof == "") != (o.entry == ""):
		return nil, fmt.Errorf("--proof and --entry go together")
	case o.base == "-" && o.proof == "":
		return nil, fmt.Errorf("nothing to check: neither a log nor a proof")
	case o.tamper && (o.base == "-" || len(o.old) > 0 || o.proof != ""):
		return nil, fmt.Errorf("--tamper goes with a log, and with nothing else")
	}
	return &o, nil
}

func verify(o *options) (*report, error) {
	start := time.Now()
	key, err := note.NewVerifier(o.vkey)
	if err != nil {
		return nil, fmt.Errorf("the log's key: %w", err)
	}
	r := &report{Origin: key.Name()}
	for _, vkey := range o.cosigners {
		witness, err := newCosigner(vkey)
		if err != nil {
			return nil, fmt.Errorf("the cosigner's key %s: %w", vkey, err)
		}
		o.witnesses = append(o.witnesses, witness)
		r.Cosigners = append(r.Cosigners, witness.Name())
	}

	var read *logReader // nil without a log
	if o.tamper {
		if err := everyByteCounts(o, key, r); err != nil {
			return nil, err
		}
	} else if o.base != "-" {
		if read, err = verifyLog(newSource(o.base), o, key, r); err != nil {
			return nil, err
		}
	}
	for _, file := range o.old {
		if err := verifyOld(file, key, read, r); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	if o.proof != "" {
		if err := verifyProof(o, key, read, r); err != nil {
			return nil, fmt.Errorf("%s: %w", o.proof, err)
		}
	}

	r.Seconds = time.Since(start).Seconds()
	if o.bench {
		r.Workers = runtime.GOMAXPROCS(0)
		r.ProofSeconds = r.Seconds - r.TreeSeconds
		r.EntriesPerSecond = float64(r.Entries) / r.Seconds
	} else {
		r.TreeSeconds = 0
	}
	return r, nil
}

// verifyLog checks everything that the log serves for its newest checkpoint.
func verifyLog(from source, o *options, key note.Verifier, r *report) (*logReader, error) {
	start := time.Now()
	read := &logReader{source: from}
	signed, err := read.get("checkpoint")
	if err != nil {
		return nil, err
	}
	if read.tree, err = openCheckpoint(signed, key, o.witnesses...); err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	r.Size, r.Root = read.tree.N, read.tree.Hash.String()

	root, err := read.rootFromEntries(r)
	if err != nil {
		return nil, err
	}
	if root != read.tree.Hash {
		return nil, fmt.Errorf("the entries give the root %v, the checkpoint says %v", root, read.tree.Hash)
	}
	r.TreeSeconds = time.Since(start).Seconds()

	for _, place := range samples(0, read.tree.N-1) {
		if err := read.provesInclusion(place); err != nil {
			return nil, fmt.Errorf("inclusion of entry %d: %w", place, err)
		}
		r.Inclusions = append(r.Inclusions, place)
	}
	for _, size := range samples(1, read.tree.N) {
		root, err := tlog.TreeHash(size, read.hashes())
		if err != nil {
			return nil, fmt.Errorf("root at size %d: %w", size, err)
		}
		if err := read.extends(tlog.Tree{N: size, Hash: root}); err != nil {
			return nil, fmt.Errorf("consistency with size %d: %w", size, err)
		}
		r.Consistency = append(r.Consistency, size)
	}
	return read, nil
}

func verifyOld(file string, key note.Verifier, read *logReader, r *report) error {
	if read == nil {
		return fmt.Errorf("an older checkpoint needs a log to compare it with")
	}
	signed, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	old, err := openCheckpoint(signed, key)
	if err != nil {
		return err
	}
	if err := read.extends(old); err != nil {
		return err
	}
	r.Old = append(r.Old, old.N)
	return nil
}

func verifyProof(o *options, key note.Verifier, read *logReader, r *report) error {
	text, err := os.ReadFile(o.proof)
	if err != nil {
		return err
	}
	entry, err := hex.DecodeString(o.entry)
	if err != nil {
		return fmt.Errorf("--entry: %w", err)
	}
	index, hashes, signed, err := parseProof(text)
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(signed, key, o.witnesses...)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if err := tlog.CheckRecord(hashes, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return err
	}
	if read != nil {
		// Otherwise it could be the proof of a log that only its holder was shown.
		if err := read.extends(tree); err != nil {
			return fmt.Errorf("its checkpoint and the log's: %w", err)
		}
	} else {
		r.Size, r.Root = tree.N, tree.Hash.String()
	}
	r.Proof = &index
	return nil
}

// samples is both ends, and numbers between them on and beside the edges of subtrees and tiles.
func samples(first, last int64) []int64 {
	if last < first {
		return nil
	}
	chosen := map[int64]bool{first: true, last: true}
	for _, n := range []int64{1, 2, 3, 254, 255, 256, 257, 65535, 65536, last / 3, last / 2, last - 1} {
		if first < n && n < last {
			chosen[n] = true
		}
	}
	var sorted []int64
	for n := range chosen {
		sorted = append(sorted, n)
	}
	sort.Slice(sorted, func(i, j int) bool { return sorted[i] < sorted[j] })
	return sorted
}
