package engine

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"conch/backend/archive"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/scan"
)

// tenHours is a film of ten hours, in ten frames.
func tenHours() []byte {
	box := func(name string, parts ...[]byte) []byte {
		body := slices.Concat(parts...)
		return slices.Concat(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), []byte(name), body)
	}
	words := func(all ...uint32) (out []byte) {
		for _, w := range all {
			out = binary.BigEndian.AppendUint32(out, w)
		}
		return out
	}
	const frames, each, scale = 10, 3600, 1
	head := box("ftyp", []byte("isom\x00\x00\x00\x00"))
	stbl := box("stbl", box("stsd", words(0, 0)), box("stts", words(0, 1, frames, each)), box("stsc", words(0, 1, 1, frames, 1)),
		box("stsz", words(0, 1, frames)), box("stco", words(0, 1, uint32(len(head))+8)))
	mdia := box("mdia", box("mdhd", words(0, 0, 0, scale, frames*each, 0)), box("hdlr", words(0, 0), []byte("vide"), words(0, 0, 0), []byte("v\x00")), box("minf", stbl))
	return slices.Concat(head, box("mdat", bytes.Repeat([]byte("x"), frames)), box("moov", box("trak", mdia)))
}

// oddFolder has films as they come, with names of any script, between files of any kind and links that lead in circles.
// It gives the names of those that can't be taken in, with why.
func oddFolder(t *testing.T, folder string) (bad map[string]string, good []string) {
	t.Helper()
	whole, err := os.ReadFile("../container/testdata/last.mp4")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"empty.mp4": nil, "no index.mp4": whole[:bytes.Index(whole, []byte("moov"))-4], "cut\nshort.mp4": whole[:len(whole)-9], "沒有影片.mov": []byte("words"),
		"ten hours.mp4": tenHours(), "notes.txt": whole, ".hidden.mp4": whole,
	}
	bad = map[string]string{"empty.mp4": "film_empty", "no index.mp4": "film_no_index", "cut\nshort.mp4": "film_incomplete", "沒有影片.mov": "film_not_video"}
	for i := range 300 { // more than are looked at at once
		files[fmt.Sprintf("unrelated %d.dat", i)] = []byte("x")
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, name := range []string{"two\nlines.mp4", "שלום.mp4", "夕陽下的海浪.mp4", "e\u0301 ü 🐚.MP4", strings.Repeat("long ", 48) + ".mp4"} {
		film(t, filepath.Join(folder, name), fmt.Sprintf("odd-%d", i))
		good = append(good, name)
	}
	if err := errors.Join(os.Symlink(folder, filepath.Join(folder, "loop")), os.Symlink("..", filepath.Join(folder, "up")), os.Symlink("self.mp4", filepath.Join(folder, "self.mp4"))); err != nil {
		t.Log("no links here: ", err)
	}
	return bad, append(good, "ten hours.mp4")
}

func TestOddFilesAreToldOfAndTheRestGoesOn(t *testing.T) {
	home := t.TempDir()
	root, away := places(home).Videos, filepath.Join(home, "elsewhere")
	if err := errors.Join(os.MkdirAll(root, 0o755), os.MkdirAll(away, 0o755)); err != nil {
		t.Fatal(err)
	}
	bad, good := oddFolder(t, root)
	e := openUntilTheEnd(t, home, false)
	f, err := e.Rescan(t.Context())
	if err != nil || f.Added != len(good) || len(f.Away) > 0 {
		t.Fatalf("%+v, %v", f, err)
	}
	told := map[string]string{}
	for _, p := range f.Problems {
		told[filepath.Base(p.Path)] = fault.Of(p.Err).Rule
	}
	if fmt.Sprint(told) != fmt.Sprint(bad) {
		t.Errorf("told %q, want %q", told, bad)
	}
	long, err := e.Library.Videos(t.Context(), library.GalleryQuery{Text: "ten hours"}, "", 0, 9)
	if err != nil || len(long) != 1 || long[0].Duration != 36_000_000 {
		t.Errorf("%+v, %v", long, err)
	}
	if f, err := e.Rescan(t.Context()); err != nil || f.Same != len(good) || f.News() || len(f.Problems) > 0 {
		t.Errorf("again: %+v, %v", f, err)
	}

	// The importer, given the folder and what is no film: the same words, and the library has the films already.
	bad, _ = oddFolder(t, away)
	paths := archive.Files(t.Context(), []string{away, filepath.Join(away, "notes.txt"), filepath.Join(away, "self.mp4"), filepath.Join(away, "gone.mp4")})
	steps := 0
	taken, err := e.TakeFilms(t.Context(), paths, false, func(archive.Taking) { steps++ })
	if err != nil || taken.Failed != len(bad)+3 || taken.Duplicates != len(good) || taken.Taken != 0 || steps < len(paths) {
		t.Errorf("%+v of %d, %v", taken, len(paths), err)
	}
	rules := map[string]int{}
	for _, w := range taken.Faults {
		rules[w.Rule]++
	}
	if want := map[string]int{"film_empty": 1, "film_no_index": 1, "film_incomplete": 1, "film_not_video": 2, "film_unreadable": 2}; fmt.Sprint(rules) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", rules, want)
	}
}

// TestAFolderThatVanishesMidway: what was listed can't be read any more. Nothing is marked as gone, and once the folder
// is back, all of it is taken in.
func TestAFolderThatVanishesMidway(t *testing.T) {
	home := t.TempDir()
	root := places(home).Videos
	film(t, filepath.Join(root, "a.mp4"), "a")
	film(t, filepath.Join(root, "b.mp4"), "b")
	e := openUntilTheEnd(t, home, false)
	if f, err := e.Rescan(t.Context()); err != nil || f.Added != 2 {
		t.Fatalf("%+v, %v", f, err)
	}
	film(t, filepath.Join(root, "c.mp4"), "c")
	if err := os.Remove(filepath.Join(root, "b.mp4")); err != nil {
		t.Fatal(err)
	}
	look := Looking(e.Library, e.Places, "")
	look.Passed = &e.passed
	pulled := false
	look.Tell = func(scan.Part) { // the first tells of what is where it was; then the others are read
		if !pulled {
			pulled = true
			if err := os.Rename(root, root+" unplugged"); err != nil {
				t.Error(err)
			}
		}
	}
	f, err := look.Look(t.Context())
	if err != nil || f.Gone != 0 || f.Added != 0 || len(f.Away) != 1 || fault.Of(f.Away[0]).Rule != "folder_away" || len(f.Problems) > 0 {
		t.Fatalf("%+v, %v", f, err)
	}
	for _, id := range []string{"a", "b"} {
		if v, err := e.Library.Video(t.Context(), id); err != nil || v.Missing {
			t.Errorf("%+v, %v", v, err)
		}
	}
	if err := os.Rename(root+" unplugged", root); err != nil {
		t.Fatal(err)
	}
	if f, err := e.Rescan(t.Context()); err != nil || f.Same != 1 || f.Added != 1 || f.Gone != 1 {
		t.Fatalf("it is back: %+v, %v", f, err)
	}
	becomes(t, e, "c", func(v generation.Video) bool { return !v.Missing })
}
