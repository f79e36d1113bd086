package main

import (
	"fmt"
	"sort"
	"sync"

	"golang.org/x/mod/sumdb/note"
)

// everyByteCounts verifies a log, and then every log that differs from it in one bit of one byte: of
// each byte of everything that was read, as `temoin` does in its own test (tests/corrupted.rs).
// None of those may verify.
func everyByteCounts(o *options, key note.Verifier, r *report) error {
	honest, err := readWhole(o, key, r)
	if err != nil {
		return err
	}
	var paths []string
	var ends []int64 // how many bytes there are up to the end of each file
	var all int64
	r.Tampered = map[string]int{}
	for path, bytes := range honest {
		paths = append(paths, path)
		r.Tampered[path] = len(bytes)
	}
	sort.Strings(paths)
	for _, path := range paths {
		all += int64(len(honest[path]))
		ends = append(ends, all)
	}
	return inParallel(all, func(n int64) error {
		file := sort.Search(len(ends), func(i int) bool { return n < ends[i] })
		path := paths[file]
		at := n - (ends[file] - int64(len(honest[path])))
		if _, err := verifyLog(honest.changedAt(path, at), o, key, &report{}); err == nil {
			return fmt.Errorf("byte %d of %s was changed, and the log still verifies", at, path)
		}
		return nil
	})
}

// files are what verifying a log reads.
type files map[string][]byte

// readWhole verifies a log and keeps all that this read.
func readWhole(o *options, key note.Verifier, r *report) (files, error) {
	read := files{}
	var mutex sync.Mutex
	from := newSource(o.base)
	keeping := source{func(path string) ([]byte, error) {
		bytes, err := from.get(path)
		if err == nil {
			mutex.Lock()
			defer mutex.Unlock()
			read[path] = bytes
		}
		return bytes, err
	}}
	_, err := verifyLog(keeping, o, key, r)
	return read, err
}

// changedAt is the same log with one bit of one byte flipped.
func (f files) changedAt(changed string, at int64) source {
	return source{func(path string) ([]byte, error) {
		bytes, there := f[path]
		if !there {
			return nil, fmt.Errorf("%s is not there", path)
		}
		if path == changed {
			bytes = append([]byte(nil), bytes...)
			bytes[at] ^= 1 << (at % 8)
		}
		return bytes, nil
	}}
}
