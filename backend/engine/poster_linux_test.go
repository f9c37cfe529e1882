package engine

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"conch/backend/fault"
	"conch/backend/generation"
)

// TestAPosterOnAFullDisk: the person is told where there is no room, nothing half written stays, and the next try keeps it.
func TestAPosterOnAFullDisk(t *testing.T) {
	sim, base := simulated(t)
	p := newPerson(t, sim, base)
	room := mounted(t, p.Places.Posters(), "size=1m")
	noise := image.NewGray(image.Rect(0, 0, 400, 400))
	for i := range noise.Pix {
		noise.Pix[i] = byte(i * i >> 3)
	}
	var frame bytes.Buffer
	if err := jpeg.Encode(&frame, noise, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	if err := p.Library.AddVideo(t.Context(), generation.Video{ID: "heron", Path: filepath.Join(t.TempDir(), "x.mp4")}); err != nil {
		t.Fatal(err)
	}
	room.fill(int64(frame.Len() / 2))
	if _, err := p.SavePoster(t.Context(), "heron", frame.Bytes()); fault.Of(err).Rule != "library_unwritable" || !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if v, err := p.Library.Video(t.Context(), "heron"); err != nil || v.HasPoster {
		t.Fatal("it counts as kept", err)
	}
	err := filepath.WalkDir(p.Places.Posters(), func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), ".") {
			t.Error("left: ", path)
		}
		return err
	})
	if err := errors.Join(err, os.Remove(room.ballast())); err != nil {
		t.Fatal(err)
	}
	if v, err := p.SavePoster(t.Context(), "heron", frame.Bytes()); err != nil || !v.HasPoster {
		t.Fatal(err)
	}
}
