package share

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
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
	if err := d.Folder(t.Context(), "a", Selection(videos, true, func(n, of int64) { done, total = n, of }), to); err != nil {
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
	} else if err := d.Folder(t.Context(), "a", Selection(videos, false, nil), second); err != nil {
		t.Error(err)
	} else {
		alone(t, second, "CLIP (2).mp4", "clip.mp4")
	}
	if err := d.Folder(t.Context(), "a", Selection(videos, true, nil), to); err == nil || fault.Of(err).Rule != "export_exists" {
		t.Error("over a folder that is there: ", err)
	}
	alone(t, to, "CLIP (2).mp4", "clip.mp4", "videos.csv", "videos.json")
	gone := append(videos, generation.Video{ID: "3", Path: "/none.mp4"})
	if err := d.Folder(t.Context(), "a", Selection(gone, true, nil), FreeFolder(parent, "Conch")); err == nil || fault.Of(err).Rule != "video_file_missing" {
		t.Error(err)
	}
	stop := func(_, _ int64) { d.Stop("a") }
	if err := d.Folder(t.Context(), "a", Selection(videos, true, stop), FreeFolder(parent, "Conch")); err == nil || fault.Of(err).Rule != "share_stopped" {
		t.Error(err)
	}
	alone(t, parent, "Conch", "Conch (2)")
	alone(t, d.Notes)
}

// TestAnEmptyFolderIsFilled: whole or not at all, also where nothing can be written beside it.
func TestAnEmptyFolderIsFilled(t *testing.T) {
	d := Desk{Notes: filepath.Join(t.TempDir(), "drafts")}
	to := t.TempDir()
	videos := selection(t)
	stop := func(_, _ int64) { d.Stop("a") }
	if err := d.Folder(t.Context(), "a", Selection(videos, true, stop), to); err == nil || fault.Of(err).Rule != "share_stopped" {
		t.Error(err)
	}
	alone(t, to)
	if err := d.Folder(t.Context(), "a", Selection(videos, true, nil), to); err != nil {
		t.Fatal(err)
	}
	alone(t, to, "CLIP (2).mp4", "clip.mp4", "videos.csv", "videos.json")
	alone(t, d.Notes)
}

// TestOneThatIsMissingKeepsNoOtherOut where somebody is told of each.
func TestOneThatIsMissingKeepsNoOtherOut(t *testing.T) {
	var d Desk
	videos := append([]generation.Video{{ID: "3", Path: "/none.mp4"}, {ID: "4", Path: t.TempDir()}}, selection(t)...)
	for to, write := range map[string]func(context.Context, string, Bundle, string) error{"out": d.Folder, "out.zip": d.Zip} {
		var told []string
		b := Selection(videos, true, nil)
		b.Each = func(v generation.Video, file string, missing error) {
			rule := ""
			if missing != nil {
				rule = fault.Of(missing).Rule
			}
			told = append(told, v.ID+" "+file+rule)
		}
		if err := write(t.Context(), "a", b, filepath.Join(t.TempDir(), to)); err != nil {
			t.Fatal(err)
		}
		if want := []string{"3 video_file_missing", "4 video_file_missing", "1 clip.mp4", "2 CLIP (2).mp4"}; !slices.Equal(told, want) {
			t.Errorf("%s: %q", to, told)
		}
	}
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
