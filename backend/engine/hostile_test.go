package engine

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"conch/backend/fault"
	"conch/backend/generation"
)

// TestOnlyVideosAreLocated: whatever path a library holds, only a plain video file is served to the page or opened.
func TestOnlyVideosAreLocated(t *testing.T) {
	sim, base := simulated(t)
	p := newPerson(t, sim, base)
	dir := t.TempDir()
	film, link, folder, script := filepath.Join(dir, "film.mp4"), filepath.Join(dir, "link.mp4"), filepath.Join(dir, "folder.mp4"), filepath.Join(dir, "film.mp4.desktop")
	for _, err := range []error{
		os.WriteFile(film, []byte("film"), 0o600), os.Symlink("/etc/passwd", link), os.Mkdir(folder, 0o700), os.WriteFile(script, []byte("[Desktop Entry]"), 0o700),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for id, path := range map[string]string{
		"film": film, "passwd": "/etc/passwd", "climbing": filepath.Join(dir, "..", "..", "etc", "passwd"), "link": link, "folder": folder, "script": script,
		"key": p.Places.Settings(), "books": p.Places.Journal(), "relative": "film.mp4", "none": "", "option": "--help.mp4", "address": "https://evil.example/x.mp4",
	} {
		if err := p.Library.AddVideo(t.Context(), generation.Video{ID: id, Path: path}); err != nil {
			t.Fatal(err)
		}
		got, kind, err := p.Locate(t.Context(), "video", id)
		switch {
		case id == "film" && (err != nil || got != film || kind != "video/mp4"):
			t.Error("the film itself: ", got, kind, err)
		case id != "film" && (err == nil || fault.Of(err).Rule != "video_file_missing"):
			t.Errorf("%s: %q is given away (%v)", id, got, err)
		}
	}
}

// TestPostersStayInTheirFolder: an id that is a path leads nowhere else.
func TestPostersStayInTheirFolder(t *testing.T) {
	sim, base := simulated(t)
	p := newPerson(t, sim, base)
	var frame bytes.Buffer
	if err := jpeg.Encode(&frame, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	const id = "../../../../escaped"
	if err := p.Library.AddVideo(t.Context(), generation.Video{ID: id, Path: filepath.Join(t.TempDir(), "x.mp4")}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.SavePoster(t.Context(), id, frame.Bytes()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(p.Places.Posters(), "large", "ed", "escaped.jpg")); err != nil {
		t.Error(err)
	}
}
