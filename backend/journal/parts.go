package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// longest is when the journal is set aside and begun anew: some thousand runs.
const longest = 4 << 20

const stampForm = "20060102T150405Z"

// part is what was written before a moment.
type part struct {
	path   string
	before time.Time
}

// parts are what was set aside, oldest first.
func (j *Journal) parts() []part {
	head, tail := strings.TrimSuffix(filepath.Base(j.path), filepath.Ext(j.path))+"-", filepath.Ext(j.path)
	entries, err := os.ReadDir(filepath.Dir(j.path))
	if err != nil {
		return nil
	}
	var all []part
	for _, e := range entries {
		stamp, named := strings.CutPrefix(e.Name(), head)
		if before, err := time.Parse(stampForm+tail, stamp); named && err == nil {
			all = append(all, part{filepath.Join(filepath.Dir(j.path), e.Name()), before})
		}
	}
	slices.SortFunc(all, func(a, b part) int { return a.before.Compare(b.before) })
	return all
}

// Shorten sets a long journal aside and removes the parts that ended a day before a moment: that of the oldest copy of
// the library, which has all they tell. Other processes may append meanwhile.
func (j *Journal) Shorten(copied time.Time) error {
	if info, err := os.Stat(j.path); err == nil && info.Size() > longest {
		aside := strings.TrimSuffix(j.path, filepath.Ext(j.path)) + "-" + time.Now().UTC().Format(stampForm) + filepath.Ext(j.path)
		if _, err := os.Stat(aside); errors.Is(err, fs.ErrNotExist) {
			if err := os.Rename(j.path, aside); err != nil {
				return fmt.Errorf("shorten journal: %w", err)
			}
		}
	}
	for _, p := range j.parts() {
		if p.before.After(copied.AddDate(0, 0, -1)) {
			break
		}
		if err := os.Remove(p.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("shorten journal: %w", err)
		}
	}
	return nil
}
