package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// alone says that the folder holds just these names: no temporary file was left.
func alone(t *testing.T, folder string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("left behind: %v, want %v", got, names)
	}
}

func TestWrite(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "settings.json")
	for _, data := range []string{"old", "new and longer", ""} {
		if err := Write(path, []byte(data), 0o640); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != data {
			t.Errorf("%q, %v", got, err)
		}
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
	}
	alone(t, folder, "settings.json")
}

// Whoever reads meanwhile sees one whole version or another.
func TestNeverTorn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	version := func(n int) []byte { return bytes.Repeat([]byte{byte('a' + n%26)}, 1000+n*100) }
	if err := Write(path, version(0), 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		for n := 1; n < 100; n++ {
			if err := Write(path, version(n), 0o600); err != nil {
				done <- fmt.Errorf("version %d: %w", n, err)
				return
			}
		}
		done <- nil
	}()
	for reads := 0; ; reads++ {
		got, err := os.ReadFile(path)
		if err != nil && runtime.GOOS != "windows" { // which may refuse for the moment of the exchange
			t.Fatal(err)
		}
		if err == nil && !bytes.Equal(got, version((len(got)-1000)/100)) {
			t.Fatalf("torn: %d bytes", len(got))
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return
		default:
		}
	}
}

func TestWhatFailsLeavesTheOldFile(t *testing.T) {
	folder := t.TempDir()
	if err := Write(filepath.Join(folder, "none", "x"), nil, 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	inTheWay := filepath.Join(folder, "folder")
	if err := os.MkdirAll(filepath.Join(inTheWay, "kept"), 0o700); err != nil {
		t.Fatal(err)
	}
	err := Write(inTheWay, []byte("new"), 0o600)
	if err == nil || !strings.Contains(err.Error(), inTheWay) {
		t.Errorf("a folder in the way: %v", err)
	}
	alone(t, folder, "folder")
	alone(t, inTheWay, "kept")
}

func TestRename(t *testing.T) {
	folder := t.TempDir()
	from, to := filepath.Join(folder, "a"), filepath.Join(folder, "b")
	if err := errors.Join(os.WriteFile(from, []byte("new"), 0o600), os.WriteFile(to, []byte("old"), 0o600), Rename(from, to)); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(to); err != nil || string(got) != "new" {
		t.Errorf("%q, %v", got, err)
	}
	alone(t, folder, "b")
	if err := Rename(from, to); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing to rename: %v", err)
	}
	if err := SyncFolder(filepath.Join(folder, "none")); runtime.GOOS != "windows" && !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

// TestTidy: what Write had not finished goes, everything else stays.
func TestTidy(t *testing.T) {
	folder := t.TempDir()
	temp, err := os.CreateTemp(folder, ".settings.json.*") // as Write does
	if err != nil {
		t.Fatal(err)
	}
	if err := temp.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".hidden", ".settings.json.bak", "settings.json", "settings.json.1"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, ".folder.1"), 0o700); err != nil {
		t.Fatal(err)
	}
	kept := []string{".folder.1", ".hidden", ".settings.json.bak", "settings.json", "settings.json.1"}
	if err := TidyOld(folder); err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(kept[:2], []string{filepath.Base(temp.Name())}, kept[2:])
	alone(t, folder, all...) // it may be in the making
	old := time.Now().Add(-2 * time.Hour)
	for _, name := range all {
		if err := os.Chtimes(filepath.Join(folder, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if err := TidyOld(folder); err != nil {
		t.Fatal(err)
	}
	alone(t, folder, kept...)
	if err := os.WriteFile(temp.Name(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Tidy(folder); err != nil {
		t.Fatal(err)
	}
	alone(t, folder, kept...)
	if err := errors.Join(Tidy(filepath.Join(folder, "none")), TidyOld(filepath.Join(folder, "none"))); err != nil {
		t.Error("no folder: ", err)
	}
}
