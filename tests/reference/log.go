package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight

	// What is still checked in a day and fits in memory: a signed size can be anything.
	largestSize = 1 << 32
)

// logReader reads the tiles of one tree.
type logReader struct {
	source
	tree tlog.Tree
}

// rootFromEntries hashes every entry and compares every tile of every level with what the entries
// give; then it hashes the roots of the level-0 tiles up to the root of the tree.
func (l *logReader) rootFromEntries(r *report) (tlog.Hash, error) {
	if l.tree.N == 0 {
		return sha256.Sum256(nil), nil // RFC 6962, section 2.1
	}
	if l.tree.N > largestSize {
		return tlog.Hash{}, fmt.Errorf("size %d is too large to check", l.tree.N)
	}
	count := (l.tree.N + tileWidth - 1) / tileWidth
	level := make([]tlog.Hash, l.tree.N/tileWidth) // roots of the full tiles
	var rest []tlog.Hash                           // the leaves after them
	err := inParallel(count, func(n int64) error {
		width := widthOf(l.tree.N, n)
		leaves, err := l.checkedLeaves(n, width)
		if err != nil {
			return err
		}
		if width == tileWidth {
			level[n] = fullTileRoot(leaves)
		} else {
			rest = leaves
		}
		return nil
	})
	if err != nil {
		return tlog.Hash{}, err
	}
	r.Entries, r.Tiles = l.tree.N, count

	// A compact range: complete subtrees from left to right, ever smaller.
	var subtrees []subtree
	for _, root := range level {
		subtrees = appendSubtree(subtrees, subtree{tileHeight, root})
	}
	for _, leaf := range rest {
		subtrees = appendSubtree(subtrees, subtree{0, leaf})
	}

	for above := 1; len(level) > 0; above++ {
		tiles := (int64(len(level)) + tileWidth - 1) / tileWidth
		roots := make([]tlog.Hash, len(level)/tileWidth)
		err := inParallel(tiles, func(n int64) error {
			width := widthOf(int64(len(level)), n)
			data, err := l.hashTile(above, n, width)
			if err != nil {
				return err
			}
			hashes := level[n*tileWidth:][:width]
			for i := range hashes {
				if !bytes.Equal(data[i*tlog.HashSize:][:tlog.HashSize], hashes[i][:]) {
					return fmt.Errorf("%s: hash %d is not the root of the tile below", tilePath(fmt.Sprint(above), n, width), i)
				}
			}
			if width == tileWidth {
				roots[n] = fullTileRoot(append([]tlog.Hash(nil), hashes...))
			}
			return nil
		})
		if err != nil {
			return tlog.Hash{}, err
		}
		r.Tiles += tiles
		level = roots
	}

	root := subtrees[len(subtrees)-1].root
	for i := len(subtrees) - 2; i >= 0; i-- {
		root = tlog.NodeHash(subtrees[i].root, root)
	}
	return root, nil
}

// checkedLeaves hashes a bundle of entries and compares it with the tile of its leaves.
func (l *logReader) checkedLeaves(n int64, width int) ([]tlog.Hash, error) {
	path := tilePath("entries", n, width)
	bundle, err := l.get(path)
	if err != nil {
		return nil, err
	}
	tile, err := l.hashTile(0, n, width)
	if err != nil {
		return nil, err
	}
	leaves := make([]tlog.Hash, width)
	for i := range leaves {
		if len(bundle) < 2 {
			return nil, fmt.Errorf("%s: only %d of %d entries", path, i, width)
		}
		length := int(binary.BigEndian.Uint16(bundle))
		if bundle = bundle[2:]; len(bundle) < length {
			return nil, fmt.Errorf("%s: entry %d is cut short", path, i)
		}
		leaves[i] = tlog.RecordHash(bundle[:length])
		bundle = bundle[length:]
		if !bytes.Equal(tile[i*tlog.HashSize:][:tlog.HashSize], leaves[i][:]) {
			return nil, fmt.Errorf("%s: entry %d is not its leaf", path, n*tileWidth+int64(i))
		}
	}
	if len(bundle) > 0 {
		return nil, fmt.Errorf("%s: %d bytes after the last entry", path, len(bundle))
	}
	return leaves, nil
}

func (l *logReader) hashTile(level int, n int64, width int) ([]byte, error) {
	path := tilePath(fmt.Sprint(level), n, width)
	data, err := l.get(path)
	if err == nil && len(data) != width*tlog.HashSize {
		err = fmt.Errorf("%s: %d bytes where %d hashes belong", path, len(data), width)
	}
	return data, err
}

// hashes reads hashes from tiles, which x/mod authenticates against the root.
func (l *logReader) hashes() tlog.HashReader { return tlog.TileHashReader(l.tree, l) }

func (l *logReader) provesInclusion(place int64) error {
	proof, err := tlog.ProveRecord(l.tree.N, place, l.hashes())
	if err != nil {
		return err
	}
	leaf, err := l.hashes().ReadHashes([]int64{tlog.StoredHashIndex(0, place)})
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, l.tree.N, l.tree.Hash, place, leaf[0])
}

// extends tells whether the log's tree is an older one with entries after it.
func (l *logReader) extends(old tlog.Tree) error {
	switch {
	case old.N > l.tree.N:
		return fmt.Errorf("size %d is more than the log's %d", old.N, l.tree.N)
	case old.N == 0: // Every tree extends the empty one, and x/mod takes none.
		if old.Hash != sha256.Sum256(nil) {
			return fmt.Errorf("%v is not the root of an empty tree", old.Hash)
		}
		return nil
	}
	proof, err := tlog.ProveTree(l.tree.N, old.N, l.hashes())
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, l.tree.N, l.tree.Hash, old.N, old.Hash)
}

// Height, ReadTiles and SaveTiles make it a tlog.TileReader.
func (l *logReader) Height() int { return tileHeight }

func (l *logReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(tiles))
	for i, tile := range tiles {
		var err error
		if all[i], err = l.hashTile(tile.L, tile.N, tile.W); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (l *logReader) SaveTiles([]tlog.Tile, [][]byte) {}

// subtree is the root of 2^height leaves.
type subtree struct {
	height int
	root   tlog.Hash
}

func appendSubtree(subtrees []subtree, next subtree) []subtree {
	for len(subtrees) > 0 && subtrees[len(subtrees)-1].height == next.height {
		left := subtrees[len(subtrees)-1]
		subtrees = subtrees[:len(subtrees)-1]
		next = subtree{next.height + 1, tlog.NodeHash(left.root, next.root)}
	}
	return append(subtrees, next)
}

// fullTileRoot overwrites the hashes that it is given.
func fullTileRoot(hashes []tlog.Hash) tlog.Hash {
	for n := len(hashes) / 2; n > 0; n /= 2 {
		for i := 0; i < n; i++ {
			hashes[i] = tlog.NodeHash(hashes[2*i], hashes[2*i+1])
		}
	}
	return hashes[0]
}

// widthOf is that of the n-th tile of so many hashes.
func widthOf(hashes, n int64) int {
	if left := hashes - n*tileWidth; left < tileWidth {
		return int(left)
	}
	return tileWidth
}

// tilePath is C2SP's; that of tlog.Tile has a height in it.
func tilePath(level string, n int64, width int) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	path = "tile/" + level + "/" + path
	if width < tileWidth {
		path += fmt.Sprintf(".p/%d", width)
	}
	return path
}

// inParallel calls work for every number below count, on all processors, until one fails.
func inParallel(count int64, work func(n int64) error) error {
	var next atomic.Int64
	var failed atomic.Bool
	var failure error
	var once sync.Once
	var workers sync.WaitGroup
	for w := 0; w < runtime.GOMAXPROCS(0); w++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for n := next.Add(1) - 1; n < count && !failed.Load(); n = next.Add(1) - 1 {
				if err := work(n); err != nil {
					once.Do(func() { failure = err })
					failed.Store(true)
				}
			}
		}()
	}
	workers.Wait()
	return failure
}

// source reads what is at a path under the log's address or folder.
type source struct {
	get func(path string) ([]byte, error)
}

func newSource(base string) source {
	if !strings.HasPrefix(base, "http://") && !strings.HasPrefix(base, "https://") {
		folder := strings.TrimPrefix(base, "file://")
		return source{func(path string) ([]byte, error) {
			return os.ReadFile(filepath.Join(folder, filepath.FromSlash(path)))
		}}
	}
	client := &http.Client{Timeout: 30 * time.Second}
	return source{func(path string) ([]byte, error) {
		response, err := client.Get(strings.TrimSuffix(base, "/") + "/" + path)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err == nil && response.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s: %s", path, response.Status)
		}
		return body, err
	}}
}
