package engine

import (
	"cmp"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const canRestore = true

// takeOut moves the file that was trashed last from path back there: freedesktop's trash specification, in the home
// and on the file's own drive. wastebasket's Query finds no name with a space or a Chinese character in it, since it
// compares the escaped form, and gives up at the first file of another program's that it can't read.
func takeOut(path string) error {
	var newest trashed
	for _, bin := range bins(path) {
		infos, err := filepath.Glob(filepath.Join(bin.folder, "info", "*.trashinfo"))
		if err != nil {
			return err
		}
		for _, info := range infos {
			if t, ok := readTrashed(info, bin); ok && t.origin == path && t.date >= newest.date {
				newest = t
			}
		}
	}
	if newest.file == "" {
		return fs.ErrNotExist
	}
	if err := os.Rename(newest.file, path); err != nil {
		return err
	}
	return os.Remove(newest.info)
}

// bin is one trash; the paths in it are absolute or start at base.
type bin struct{ folder, base string }

func bins(path string) []bin {
	home, _ := os.UserHomeDir()
	data := cmp.Or(os.Getenv("XDG_DATA_HOME"), filepath.Join(home, ".local", "share"))
	top, uid := topOf(path), os.Getuid()
	return []bin{
		{filepath.Join(data, "Trash"), data},
		{filepath.Join(top, ".Trash", fmt.Sprint(uid)), top},
		{filepath.Join(top, fmt.Sprintf(".Trash-%d", uid)), top},
	}
}

// topOf is the highest folder above path on the same drive.
func topOf(path string) string {
	top := filepath.Dir(path)
	for {
		above := filepath.Dir(top)
		here, err := os.Stat(top)
		there, errAbove := os.Stat(above)
		if above == top || errAbove != nil || err == nil && device(here) != device(there) {
			return top
		}
		top = above
	}
}

func device(info fs.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(stat.Dev)
	}
	return 0
}

type trashed struct{ origin, date, file, info string }

// readTrashed reads a .trashinfo whose file is still there.
func readTrashed(info string, from bin) (trashed, bool) {
	raw, err := os.ReadFile(info)
	if err != nil {
		return trashed{}, false
	}
	t := trashed{info: info, file: filepath.Join(from.folder, "files", strings.TrimSuffix(filepath.Base(info), ".trashinfo"))}
	for line := range strings.Lines(string(raw)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch name {
		case "Path":
			if t.origin, err = url.PathUnescape(value); err != nil {
				return trashed{}, false
			}
			if !filepath.IsAbs(t.origin) {
				t.origin = filepath.Join(from.base, t.origin)
			}
		case "DeletionDate": // one form, so that it sorts as text
			t.date = value
		}
	}
	_, err = os.Lstat(t.file)
	return t, err == nil && t.origin != ""
}
