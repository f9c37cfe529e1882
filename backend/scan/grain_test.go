package scan

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A drive that counts in larger steps than the system shows its own times when it comes back.
func TestTimesInLargerSteps(t *testing.T) {
	begun := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		was, now time.Duration // after begun
		reads    int64
	}{
		"FAT, cut off":           {1500 * time.Millisecond, 0, 0},
		"FAT, rounded up":        {1500 * time.Millisecond, 2 * time.Second, 0},
		"exFAT":                  {123456789, 120 * time.Millisecond, 0},
		"written in that second": {1500 * time.Millisecond, 1700 * time.Millisecond, 1},
		"written two steps on":   {1500 * time.Millisecond, 4 * time.Second, 1},
		"written a step on":      {0, 2 * time.Second, 1},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			s := &shelf{t: t, known: map[string]Known{}}
			path := filepath.Join(root, "a.mp4")
			film(t, "fast.mp4", path, "a")
			at := func(after time.Duration) {
				if err := os.Chtimes(path, begun, begun.Add(after)); err != nil {
					t.Fatal(err)
				}
			}
			at(c.was)
			s.scan(root)
			at(c.now)
			s.scan(root)
			if got := s.reads.Load(); got != c.reads {
				t.Errorf("read %d times", got)
			}
			if part := s.scan(root); s.reads.Load() != 0 || part.Same != 1 {
				t.Errorf("not settled: %+v", part)
			}
		})
	}
}
