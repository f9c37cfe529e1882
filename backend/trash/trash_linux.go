package trash

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// The freedesktop trash specification, 1.0. wastebasket moves a file before it writes down from where: on a full disk
// the file is in the trash and nobody knows of what. Nor does it find a name with a space or a Chinese character again.

const (
	atOnce      = 256 // files that are written down before they are moved
	longestName = 240 // bytes; .trashinfo and a number follow
	stamp       = "2006-01-02T15:04:05"
)

// Put moves files to the trash and gives what went wrong with each; fs.ErrNotExist of one that is not there.
func Put(items []Item) []error {
	all := make([]error, 0, len(items))
	places := placer{}
	for some := range slices.Chunk(items, atOnce) {
		all = append(all, put(some, places)...)
	}
	return all
}

func put(items []Item, places placer) []error {
	errs, noted := make([]error, len(items)), make([]note, len(items))
	for i, item := range items {
		noted[i], errs[i] = reserve(item.Path, places)
	}
	flush(noted)
	for i, item := range items {
		if errs[i] != nil {
			continue
		}
		if errs[i] = os.Rename(item.Path, noted[i].file()); errs[i] != nil {
			if errors.Is(errs[i], unix.EXDEV) {
				errs[i] = fmt.Errorf("%w: %w", ErrNone, errs[i])
			}
			_ = os.Remove(noted[i].info()) // it would be a note of nothing
		}
	}
	return errs
}

// flush brings the notes to the disk, many at once: a file that is moved without one can't be taken back. It is no
// trouble where that doesn't work.
func flush(noted []note) {
	var group sync.WaitGroup
	turns := make(chan struct{}, 32)
	for _, n := range noted {
		if n.name == "" {
			continue
		}
		turns <- struct{}{}
		group.Go(func() {
			defer func() { <-turns }()
			if info, err := os.OpenFile(n.info(), os.O_WRONLY, 0); err == nil {
				_ = info.Sync()
				_ = info.Close()
			}
		})
	}
	group.Wait()
}

// reserve writes down where a file was, under a name that is free.
func reserve(path string, places placer) (note, error) {
	if _, err := os.Lstat(path); err != nil {
		return note{}, err
	}
	path = straight(path)
	b, err := places.of(path)
	if err != nil {
		return note{}, err
	}
	origin := path
	if b.base != "" {
		if origin, err = filepath.Rel(b.base, path); err != nil {
			return note{}, err
		}
	}
	text := fmt.Sprintf("[Trash Info]\nPath=%s\nDeletionDate=%s\n", (&url.URL{Path: origin}).EscapedPath(), time.Now().Format(stamp))
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(filepath.Base(path), ext)
	for len(stem)+len(ext) > longestName {
		_, last := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-last]
	}
	for i := 1; ; i++ {
		n := note{b, stem + ext}
		if i > 1 {
			n.name = fmt.Sprintf("%s.%d%s", stem, i, ext)
		}
		info, err := os.OpenFile(n.info(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return note{}, err
		}
		_, err = info.WriteString(text)
		if err = errors.Join(err, info.Close()); err != nil {
			return note{}, errors.Join(err, os.Remove(n.info()))
		}
		if _, err := os.Lstat(n.file()); errors.Is(err, fs.ErrNotExist) {
			return n, nil
		}
		if err := os.Remove(n.info()); err != nil { // a file without a note has the name
			return note{}, err
		}
	}
}

// straight is a path without the links that lead to its folder: the trash of a drive knows its files by where they are.
func straight(path string) string {
	rest := filepath.Base(path)
	for folder := filepath.Dir(path); ; folder = filepath.Dir(folder) {
		if at, err := filepath.EvalSymlinks(folder); err == nil {
			return filepath.Join(at, rest)
		}
		if folder == filepath.Dir(folder) {
			return path
		}
		rest = filepath.Join(filepath.Base(folder), rest) // it went since
	}
}

// bin is one trash. The paths in it are absolute, or start at base.
type bin struct{ folder, base string }

// note is a file in a bin and what is written down of it.
type note struct {
	bin
	name string
}

func (n note) file() string { return filepath.Join(n.folder, "files", n.name) }
func (n note) info() string { return filepath.Join(n.folder, "info", n.name+".trashinfo") }

func home() bin {
	folder, _ := os.UserHomeDir()
	return bin{folder: filepath.Join(cmp.Or(os.Getenv("XDG_DATA_HOME"), filepath.Join(folder, ".local", "share")), "Trash")}
}

// placer remembers which bin the files of a folder go to.
type placer map[string]bin

func (p placer) of(path string) (bin, error) {
	folder := filepath.Dir(path)
	if b, known := p[folder]; known {
		return b, nil
	}
	b, err := binFor(folder)
	if err == nil {
		p[folder] = b
	}
	return b, err
}

// binFor finds or makes the bin of a folder: the home's, or one of its own drive.
func binFor(folder string) (bin, error) {
	own := home()
	if driveOf(own.folder) == driveOf(folder) {
		return own, own.make()
	}
	bins := binsOn(topOf(folder))
	shared, alone := bins[0], bins[1]
	if all, err := os.Lstat(filepath.Dir(shared.folder)); err == nil && all.IsDir() && all.Mode()&fs.ModeSticky != 0 && shared.make() == nil {
		return shared, nil
	}
	if err := alone.make(); err != nil {
		return alone, fmt.Errorf("%w: %w", ErrNone, err)
	}
	return alone, nil
}

func (b bin) make() error {
	if at, err := os.Lstat(b.folder); err == nil && b.base != "" && !at.IsDir() { // a link may lead anywhere
		return fs.ErrInvalid
	}
	for _, inside := range []string{"files", "info"} {
		if err := os.MkdirAll(filepath.Join(b.folder, inside), 0o700); err != nil {
			return err
		}
	}
	return nil
}

// binsOn are those that a drive may have: one shared by all its users, and one's own.
func binsOn(top string) []bin {
	uid := os.Getuid()
	return []bin{{filepath.Join(top, ".Trash", fmt.Sprint(uid)), top}, {filepath.Join(top, fmt.Sprintf(".Trash-%d", uid)), top}}
}

// drive is a file system where it is mounted: nothing is renamed from one to another.
type drive struct {
	major, minor uint32
	mount        uint64
}

// driveOf is that of a path or, where it isn't there yet, of what is above it.
func driveOf(path string) drive {
	for {
		var at unix.Statx_t
		err := unix.Statx(unix.AT_FDCWD, path, 0, unix.STATX_MNT_ID, &at)
		if err == nil {
			return drive{at.Dev_major, at.Dev_minor, at.Mnt_id}
		}
		above := filepath.Dir(path)
		if above == path {
			return drive{}
		}
		path = above
	}
}

// topOf is the highest folder above one, or itself, on the same drive.
func topOf(folder string) string {
	here := driveOf(folder)
	for above := filepath.Dir(folder); above != folder && driveOf(above) == here; above = filepath.Dir(folder) {
		folder = above
	}
	return folder
}

// Find gives the newest file in the trash from each of these places. Each bin is read once.
func Find(items []Item) (map[string]File, error) {
	wanted, folders := map[string]trashed{}, map[string]bool{}
	bins := []bin{home()}
	for _, i := range items {
		for _, path := range []string{i.Path, straight(i.Path)} { // as it was asked for, and as it is noted where a link leads
			wanted[path] = trashed{}
			if folder := filepath.Dir(path); !folders[folder] {
				folders[folder] = true
				bins = append(bins, binsOn(topOf(folder))...)
			}
		}
	}
	slices.SortFunc(bins, func(a, b bin) int { return strings.Compare(a.folder, b.folder) })
	for _, b := range slices.Compact(bins) {
		if err := b.look(wanted); err != nil {
			return nil, err
		}
	}
	found := map[string]File{}
	for _, i := range items {
		t := wanted[i.Path]
		if behind := wanted[straight(i.Path)]; behind.date > t.date {
			t = behind
		}
		if t.name != "" {
			found[i.Path] = t.asFile(i.Path)
		}
	}
	return found, nil
}

type trashed struct {
	note
	date string // one form, so that it sorts as text
	size int64
}

// look takes in what a bin has of the wanted. What other programs left unreadable there is passed over.
func (b bin) look(wanted map[string]trashed) error {
	infos, err := os.ReadDir(filepath.Join(b.folder, "info"))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENOTDIR) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	for _, info := range infos {
		name, is := strings.CutSuffix(info.Name(), ".trashinfo")
		if !is {
			continue
		}
		t := trashed{note: note{b, name}}
		origin := t.read()
		if was, want := wanted[origin]; !want || t.date < was.date {
			continue
		}
		if at, err := os.Lstat(t.file()); err == nil && !at.IsDir() {
			t.size = at.Size()
			wanted[origin] = t
		}
	}
	return err
}

// read gives where the file was, "" when that can't be read.
func (t *trashed) read() (origin string) {
	raw, err := os.ReadFile(t.info())
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(raw)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch name {
		case "Path":
			if origin, err = url.PathUnescape(value); err != nil {
				return ""
			}
		case "DeletionDate":
			t.date = value
		}
	}
	if origin == "" || filepath.IsAbs(origin) {
		return origin
	}
	return filepath.Join(cmp.Or(t.base, filepath.Dir(t.folder)), origin) // wastebasket's in the home start at its folder
}

func (t trashed) asFile(path string) File {
	done := func() error { // the note of a file that is not there is nothing to anybody
		if err := os.Remove(t.info()); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	return File{
		Size: t.size,
		Restore: func() error {
			if _, err := os.Lstat(path); err == nil {
				return fs.ErrExist
			}
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			if err := os.Rename(t.file(), path); err != nil {
				return err
			}
			_ = done()
			return nil
		},
		Remove: func() error {
			if err := os.Remove(t.file()); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			return done()
		},
	}
}

// Release gives up what is kept beside for files that will not come back: nothing here.
func Release([]Item) error { return nil }
