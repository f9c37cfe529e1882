package command

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"conch/backend/container"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/simulator"
)

// TestExport gives a library out as a folder and as a zip: two videos whose names differ in case alone, and one whose
// file is gone, which stands in the lists without one.
func TestExport(t *testing.T) {
	s := newShell(t, simulator.Options{})
	for _, dir := range []string{"1", "2"} {
		if err := os.Mkdir(filepath.Join(s.home, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	same, other, gone := s.clip("clip.mp4", "1/same.mp4"), s.clip("clip.mov", "2/SAME.mp4"), filepath.Join(s.home, "gone.mp4")
	if err := container.WriteTags(same, gone, container.Tags{VideoID: "gone", Prompt: "gone"}); err != nil {
		t.Fatal(err)
	}
	if code, _, said := s.run("library", "import", "--reference", same, other, gone); code != 0 {
		t.Fatalf("%d %s", code, said)
	}
	l, err := library.Open(t.Context(), s.places.Database())
	if err != nil {
		t.Fatal(err)
	}
	all, err := l.Videos(t.Context(), library.GalleryQuery{}, "", 0, 9)
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	marked := all[slices.IndexFunc(all, func(v generation.Video) bool { return v.Path == same })].ID
	name, notes := "=1+1", "two\nlines, \"quoted\""
	_, err = l.Mark(t.Context(), []string{marked}, library.Marks{Name: &name, Notes: &notes, AddTags: []string{"貓", "forest"}})
	if err := errors.Join(err, l.Close(), os.Remove(gone)); err != nil {
		t.Fatal(err)
	}
	folder, zipped := filepath.Join(s.home, "out", "folder"), filepath.Join(s.home, "all.zip")
	for _, to := range []string{folder, zipped} {
		if code, out, said := s.run("library", "export", to); code != exitProblems || !strings.Contains(out, "2 exported, 1 with a problem") || !strings.Contains(said, "gone.mp4") {
			t.Fatalf("%d %s %s", code, out, said)
		}
		if code, _, said := s.run("library", "export", to); code != exitInvalid || !strings.Contains(said, "already exists") {
			t.Errorf("%d %s", code, said)
		}
	}
	if code, _, said := s.run("library", "export", filepath.Join(same, "x.zip")); code != exitInternal || !strings.Contains(said, "Conch can’t write to") {
		t.Errorf("%d %s", code, said)
	}
	z, err := zip.OpenReader(zipped)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	var names []string
	for _, f := range z.File {
		names = append(names, strings.ToLower(f.Name))
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		packed, err := io.ReadAll(in)
		plain, unread := os.ReadFile(filepath.Join(folder, f.Name))
		if err := errors.Join(err, unread); err != nil || string(packed) != string(plain) {
			t.Errorf("%s differs: %v", f.Name, err)
		}
	}
	if slices.Sort(names); !slices.Equal(names, []string{"same (2).mp4", "same.mp4", "videos.csv", "videos.json"}) {
		t.Fatalf("%q", names)
	}
	var listed []generation.Listed
	data, err := os.ReadFile(filepath.Join(folder, "videos.json"))
	if err == nil {
		err = json.Unmarshal(data, &listed)
	}
	if err != nil || len(listed) != 3 {
		t.Fatalf("%+v, %v", listed, err)
	}
	for _, v := range listed {
		if (v.File == "") != (v.Path == gone) || v.ID == marked && (v.Notes != notes || len(v.Tags) != 2) {
			t.Errorf("%+v", v)
		}
	}
	table, err := os.Open(filepath.Join(folder, "videos.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Close() }()
	rows, err := csv.NewReader(table).ReadAll()
	if err != nil || len(rows) != 4 || !slices.ContainsFunc(rows, func(row []string) bool { return slices.Contains(row, "'=1+1") && slices.Contains(row, notes) }) {
		t.Fatalf("%q, %v", rows, err)
	}
}
