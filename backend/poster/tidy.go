package poster

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"conch/backend/atomicfile"
)

type file struct {
	path string
	size int64
	used time.Time
}

// tidy removes what was not used for longest until a tenth of the limit is free. Small ones stay for as long as there is
// a large one: they are what a gallery scrolls through, and many times smaller.
func (c *Cache) tidy() error {
	var sum int64
	if err := c.each(func(f file) { sum += f.size }); err != nil || sum <= c.limit {
		return err
	}
	small := filepath.Join(c.dir, string(Small)) + string(filepath.Separator)
	for _, among := range []bool{false, true} {
		var all []file
		err := c.each(func(f file) {
			if strings.HasPrefix(f.path, small) == among {
				all = append(all, f)
			}
		})
		if err != nil {
			return err
		}
		slices.SortFunc(all, func(a, b file) int { return a.used.Compare(b.used) })
		for _, f := range all {
			if sum <= c.limit-c.limit/10 {
				return nil
			}
			if err := os.Remove(f.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			sum -= f.size
		}
	}
	return nil
}

// each tells of every file. What leaves meanwhile is passed over.
func (c *Cache) each(tell func(file)) error {
	return filepath.WalkDir(c.dir, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && atomicfile.Temporary(entry) && time.Since(info.ModTime()) > time.Hour { // a killed process left it
			return os.Remove(path)
		}
		if err == nil {
			tell(file{path, info.Size(), info.ModTime()})
		}
		return err
	})
}
