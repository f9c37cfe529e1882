package library

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"conch/backend/fault"
)

// FuzzFlippedPages spoils a page or a byte of a good database: whatever it hits, it opens, and nothing paid is lost.
func FuzzFlippedPages(f *testing.F) {
	f.Add(int64(1), uint16(3), false)
	f.Add(int64(-7), uint16(0), true)
	s := work(f, 6, 3)
	good, err := os.ReadFile(s.path)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, seed int64, at uint16, single bool) {
		path := filepath.Join(t.TempDir(), "library.db")
		bad := append([]byte{}, good...)
		if single {
			bad[(int(at)*257+int(uint64(seed)%4096))%len(bad)] ^= byte(seed>>8) | 1
		} else {
			page := int(at) % (len(bad) / 4096) * 4096
			for i := 0; i < 4096; i += 8 {
				seed = seed*6364136223846793005 + 1442695040888963407
				binary.LittleEndian.PutUint64(bad[page+i:], uint64(seed))
			}
		}
		opensWhole(t, s, path, bad)
	})
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("SQLite format 3\x00"))
	f.Add([]byte{})
	s := work(f, 3, 1)
	good, err := os.ReadFile(s.path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good[:4096])
	f.Fuzz(func(t *testing.T, content []byte) {
		opensWhole(t, s, filepath.Join(t.TempDir(), "library.db"), content)
	})
}

// opensWhole opens a database of this content beside the estate's journal and videos.
func opensWhole(t *testing.T, s estate, path string, content []byte) {
	if err := errors.Join(os.WriteFile(path, content, 0o600), os.WriteFile(suspect(path), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	l, _, err := OpenOrRebuild(t.Context(), path, s.sources())
	if rule := fault.Of(err); err != nil && (rule.Rule == "library_newer" || rule.Rule == "library_unwritable") {
		if kept, err := os.ReadFile(path); err != nil || len(kept) < len(content) {
			t.Fatal("refused, but not left alone", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	books, err := s.book.Attempts()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range books {
		found, err := l.Prediction(t.Context(), "s", g.PredictionID)
		if err != nil || found.PredictionID != g.PredictionID {
			t.Fatal("a paid run is lost", g.PredictionID, err)
		}
	}
}
