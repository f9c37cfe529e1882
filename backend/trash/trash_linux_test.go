package trash

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// homeTrash gives a person's home with an empty trash.
func homeTrash(t *testing.T) (home, trash string) {
	t.Helper()
	data := t.TempDir()
	t.Setenv("XDG_DATA_HOME", data)
	return t.TempDir(), filepath.Join(data, "Trash")
}

func find(t *testing.T, path string) (File, bool) {
	t.Helper()
	found, err := Find([]Item{{Path: path}})
	if err != nil {
		t.Fatal(err)
	}
	f, is := found[path]
	return f, is
}

func TestFilesGoAndComeBack(t *testing.T) {
	home, trash := homeTrash(t)
	items := []Item{}
	for _, name := range []string{"2026-11-24 雪夜 50% 1a.mp4", "other/2026-11-24 雪夜 50% 1a.mp4", "a+b #1?=;.mov", strings.Repeat("長", 83) + ".mp4"} {
		items = append(items, Item{Path: filepath.Join(home, name)})
		write(t, items[len(items)-1].Path, name)
	}
	items = append(items, Item{Path: filepath.Join(home, "never there.mp4")})
	for i, err := range Put(items) {
		if gone := i == len(items)-1; gone != errors.Is(err, fs.ErrNotExist) || !gone && err != nil {
			t.Error(items[i].Path, err)
		}
	}
	notes, err := os.ReadDir(filepath.Join(trash, "info"))
	if err != nil || len(notes) != 4 {
		t.Fatal(len(notes), "notes of 4 files:", err)
	}
	found, err := Find(items)
	if err != nil || len(found) != 4 {
		t.Fatal(found, err)
	}
	for _, item := range items[:4] {
		name, _ := filepath.Rel(home, item.Path)
		if f := found[item.Path]; f.Size != int64(len(name)) || f.Restore() != nil || read(item.Path) != name {
			t.Error(item.Path, f.Size, read(item.Path))
		}
	}
	if left, err := os.ReadDir(filepath.Join(trash, "info")); err != nil || len(left) != 0 {
		t.Error("notes that are left:", left, err)
	}
}

func TestTheNewestComesBack(t *testing.T) {
	home, trash := homeTrash(t)
	path := filepath.Join(home, "雪.mp4")
	for name, at := range map[string]string{"old": "2026-11-24T10:00:00", "new": "2026-11-24T11:00:00", "gone": "2026-11-24T12:00:00"} {
		write(t, filepath.Join(trash, "info", name+".trashinfo"), "[Trash Info]\nPath="+home+"/%E9%9B%AA.mp4\nDeletionDate="+at+"\n")
		if name != "gone" {
			write(t, filepath.Join(trash, "files", name), name)
		}
	}
	write(t, filepath.Join(trash, "info", "strange.trashinfo"), "Path=%zz\nwhat is this")
	f, is := find(t, path)
	if !is {
		t.Fatal("not found")
	}
	write(t, path, "another")
	if err := f.Restore(); !errors.Is(err, fs.ErrExist) || read(path) != "another" {
		t.Fatal("a file was written over:", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := f.Restore(); err != nil || read(path) != "new" {
		t.Fatal(err, read(path))
	}
	if f, is = find(t, path); !is || f.Remove() != nil {
		t.Fatal("the older one")
	}
	for _, left := range []string{"files/old", "info/old.trashinfo", "info/new.trashinfo"} {
		if _, err := os.Lstat(filepath.Join(trash, left)); !errors.Is(err, fs.ErrNotExist) {
			t.Error(left, err)
		}
	}
	if _, is := find(t, path); is {
		t.Error("what is gone for good is found")
	}
}

func TestNoNoteIsLeftOfWhatDidNotMove(t *testing.T) {
	home, trash := homeTrash(t)
	path := filepath.Join(home, "a.mp4")
	write(t, path, "a")
	write(t, trash, "no folder")
	if err := Put([]Item{{Path: path}})[0]; err == nil || read(path) != "a" {
		t.Fatal(err, read(path))
	}
}

// mounted gives a small drive, where this process may mount.
func mounted(t *testing.T, options string) string {
	t.Helper()
	at := t.TempDir()
	if err := syscall.Mount("tmpfs", at, "tmpfs", 0, options); err != nil {
		t.Skip("needs to mount a tmpfs:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(at, 0); err != nil {
			t.Error(err)
		}
	})
	return at
}

func TestAnotherDriveHasItsOwnTrash(t *testing.T) {
	homeTrash(t)
	top := mounted(t, "size=1m")
	path := filepath.Join(top, "clips", "雪.mp4")
	write(t, path, "snow")
	own := filepath.Join(top, fmt.Sprintf(".Trash-%d", os.Getuid()))
	goes := func(bin string) {
		t.Helper()
		if err := Put([]Item{{Path: path}})[0]; err != nil {
			t.Fatal(err)
		}
		if info := read(filepath.Join(bin, "info", "雪.mp4.trashinfo")); !strings.Contains(info, "\nPath=clips/%E9%9B%AA.mp4\n") || read(filepath.Join(bin, "files", "雪.mp4")) != "snow" {
			t.Fatal(info)
		}
		if f, is := find(t, path); !is || f.Restore() != nil || read(path) != "snow" {
			t.Fatal(f, is)
		}
	}
	goes(own)
	if err := os.Mkdir(filepath.Join(top, ".Trash"), 0o777); err != nil {
		t.Fatal(err)
	}
	goes(own) // without the sticky bit anybody could take files from it
	if err := os.Chmod(filepath.Join(top, ".Trash"), 0o777|fs.ModeSticky); err != nil {
		t.Fatal(err)
	}
	goes(filepath.Join(top, ".Trash", fmt.Sprint(os.Getuid())))
	if err := errors.Join(os.RemoveAll(filepath.Join(top, ".Trash")), os.RemoveAll(own), os.Symlink(t.TempDir(), own)); err != nil {
		t.Fatal(err)
	}
	if err := Put([]Item{{Path: path}})[0]; !errors.Is(err, ErrNone) || read(path) != "snow" {
		t.Fatal("a trash that is a link was used:", err)
	}
}

// On a full disk nothing moves without a note: it could never be taken back.
func TestAFullDrive(t *testing.T) {
	homeTrash(t)
	top := mounted(t, "size=64k")
	path := filepath.Join(top, "a.mp4")
	write(t, path, "a")
	own := filepath.Join(top, fmt.Sprintf(".Trash-%d", os.Getuid()))
	for _, folder := range []string{"files", "info"} {
		if err := os.MkdirAll(filepath.Join(own, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	filler := make([]byte, 1<<20)
	if err := os.WriteFile(filepath.Join(top, "full"), filler, 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := Put([]Item{{Path: path}})[0]; !errors.Is(err, syscall.ENOSPC) || read(path) != "a" {
		t.Fatal(err, read(path))
	}
	if notes, err := os.ReadDir(filepath.Join(own, "info")); err != nil || len(notes) != 0 {
		t.Fatal(notes, err)
	}
}

func TestAnIDLeadsNowhereElse(t *testing.T) {
	if link := keptBeside(Item{Path: "/videos/x.mp4", ID: "../../../../escaped"}); link != "/videos/.conch-undo/escaped.mp4" {
		t.Error(link)
	}
}

// TestAFolderThatIsALink: files behind it go to the trash of the drive they are on, where a file manager looks, and
// come back by the name they were asked for.
func TestAFolderThatIsALink(t *testing.T) {
	homeTrash(t)
	drive := mounted(t, "")
	deep := filepath.Join(drive, "films", "2026-11")
	path := filepath.Join(t.TempDir(), "Videos", "a.mp4")
	write(t, filepath.Join(deep, "a.mp4"), "a film")
	if err := os.Symlink(deep, filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	if err := Put([]Item{{Path: path}})[0]; err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(drive, fmt.Sprintf(".Trash-%d", os.Getuid()))
	if got := read(filepath.Join(bin, "files", "a.mp4")); got != "a film" {
		t.Error("not in the trash of its drive:", got)
	}
	if note := read(filepath.Join(bin, "info", "a.mp4.trashinfo")); !strings.Contains(note, "Path=films/2026-11/a.mp4\n") {
		t.Errorf("a file manager would not know where it was: %q", note)
	}
	f, is := find(t, path)
	if !is || f.Size != 6 {
		t.Fatal(f, is)
	}
	if err := f.Restore(); err != nil || read(path) != "a film" {
		t.Error(err, read(path))
	}
}
