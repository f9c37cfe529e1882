package share

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
)

// selection is two videos whose names differ in case alone.
func selection(t testing.TB) []generation.Video {
	t.Helper()
	upper := filepath.Join(t.TempDir(), "CLIP.mp4")
	if err := os.WriteFile(upper, read(t, clip), 0o600); err != nil {
		t.Fatal(err)
	}
	return []generation.Video{
		{ID: "1", Path: clip, Name: "one", Prompt: "海浪", Bytes: 77763, CreatedAt: 1_700_000_000_000, Rating: 4, Tags: []string{"貓"}},
		{ID: "2", Path: upper, Name: "two", Bytes: 77763, CreatedAt: 1_700_000_000_000},
	}
}

func TestFolder(t *testing.T) {
	d := Desk{Notes: filepath.Join(t.TempDir(), "exports")}
	parent := t.TempDir()
	videos := selection(t)
	done, total := int64(0), int64(0)
	to := FreeFolder(parent, "Conch")
	if err := d.Folder(t.Context(), "a", videos, to, true, func(n, of int64) { done, total = n, of }); err != nil {
		t.Fatal(err)
	}
	alone(t, parent, "Conch")
	alone(t, to, "CLIP (2).mp4", "clip.mp4", "videos.csv", "videos.json")
	for _, name := range []string{"clip.mp4", "CLIP (2).mp4"} {
		if !bytes.Equal(read(t, filepath.Join(to, name)), read(t, clip)) {
			t.Errorf("%s differs", name)
		}
	}
	if done != total || done == 0 {
		t.Errorf("%d of %d bytes", done, total)
	}
	if info, err := os.Stat(filepath.Join(to, "clip.mp4")); err != nil || !info.ModTime().Equal(time.UnixMilli(1_700_000_000_000)) {
		t.Errorf("%v, %v", info, err)
	}
	if second := FreeFolder(parent, "Conch"); filepath.Base(second) != "Conch (2)" {
		t.Error(second)
	} else if err := d.Folder(t.Context(), "a", videos, second, false, nil); err != nil {
		t.Error(err)
	} else {
		alone(t, second, "CLIP (2).mp4", "clip.mp4")
	}
	if err := d.Folder(t.Context(), "a", videos, to, true, nil); err == nil || fault.Of(err).Rule != "share_unwritable" {
		t.Error("over a folder that is there: ", err)
	}
	alone(t, to, "CLIP (2).mp4", "clip.mp4", "videos.csv", "videos.json")
	gone := append(videos, generation.Video{ID: "3", Path: "/none.mp4"})
	if err := d.Folder(t.Context(), "a", gone, FreeFolder(parent, "Conch"), true, nil); err == nil || fault.Of(err).Rule != "video_file_missing" {
		t.Error(err)
	}
	stop := func(_, _ int64) { d.Stop("a") }
	if err := d.Folder(t.Context(), "a", videos, FreeFolder(parent, "Conch"), true, stop); err == nil || fault.Of(err).Rule != "share_stopped" {
		t.Error(err)
	}
	alone(t, parent, "Conch", "Conch (2)")
	alone(t, d.Notes)
	if _, err := d.beginFolder(filepath.Join(parent, "killed")); err != nil {
		t.Fatal(err)
	}
	if err := Tidy(d.Notes); err != nil {
		t.Error(err)
	}
	alone(t, parent, "Conch", "Conch (2)")
}

func TestLists(t *testing.T) {
	var d Desk
	folder := t.TempDir()
	videos := append(selection(t), generation.Video{ID: "3", Path: "/none.mp4"}) // a list needs no files
	for _, form := range []string{"csv", "json"} {
		if err := d.List(t.Context(), form, videos, filepath.Join(folder, "out."+form)); err != nil {
			t.Fatal(err)
		}
	}
	var all []generation.Listed
	if err := json.Unmarshal(read(t, filepath.Join(folder, "out.json")), &all); err != nil || len(all) != 3 || all[0].Rating != 4 || all[0].Tags[0] != "貓" {
		t.Errorf("%+v, %v", all, err)
	}
	if rows := bytes.Count(read(t, filepath.Join(folder, "out.csv")), []byte("\n")); rows != 4 {
		t.Errorf("%d rows", rows)
	}
	alone(t, folder, "out.csv", "out.json")
}
