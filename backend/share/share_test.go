package share

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"image"
	"image/gif"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/generation"
)

const clip = "../container/testdata/clip.mp4"

func frame(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 32, 18))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// alone says that a folder has nothing but these files.
func alone(t testing.TB, folder string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != len(names) {
		t.Fatalf("%v, %v", entries, err)
	}
}

// TestStoppedBeforeItBegan stops work whose place is not yet asked for.
func TestStoppedBeforeItBegan(t *testing.T) {
	var d Desk
	folder := t.TempDir()
	d.Stop("film")
	d.Stop("reel")
	if err := d.Video(t.Context(), "film", Cut{Kind: "copy", Files: []string{clip}}, filepath.Join(folder, "out.mp4"), nil); !fault.Is(err, fault.Canceled) {
		t.Error(err)
	}
	if err := d.Begin(t.Context(), "reel", "gif", filepath.Join(folder, "out.gif")); !fault.Is(err, fault.Canceled) {
		t.Error(err)
	}
	alone(t, folder)
}

func TestVideos(t *testing.T) {
	var d Desk
	for kind, frames := range map[string]float64{"copy": 6000, "trim": 1000, "join": 12000} {
		to := filepath.Join(t.TempDir(), "out.mp4")
		done, total := int64(0), int64(0)
		cut := Cut{Kind: kind, Files: []string{clip}, From: time.Second, To: 2 * time.Second, Title: "both"}
		if kind == "join" {
			cut.Files = []string{clip, clip}
		}
		if err := d.Video(t.Context(), "a", cut, to, func(n, of int64) { done, total = n, of }); err != nil {
			t.Fatal(err)
		}
		if facts, err := container.Check(to); err != nil || !facts.HasVideo || done != total || total == 0 {
			t.Errorf("%s: %+v, %v, %d of %d bytes", kind, facts, err, done, total)
		} else if kind != "trim" && float64(facts.Duration) != frames {
			t.Errorf("%s: %d ms", kind, facts.Duration)
		}
		if kind == "copy" && !bytes.Equal(read(t, to), read(t, clip)) {
			t.Error("the copy differs")
		}
		alone(t, filepath.Dir(to), "out.mp4")
	}
}

func TestStoppedWorkLeavesNothing(t *testing.T) {
	var d Desk
	folder := t.TempDir()
	to := filepath.Join(folder, "out.mp4")
	if err := os.WriteFile(to, []byte("older"), 0o600); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(t.TempDir(), "long.mp4")
	if err := errors.Join(os.WriteFile(long, nil, 0o600), os.Truncate(long, 40<<20)); err != nil {
		t.Fatal(err)
	}
	last := int64(0)
	err := d.Video(t.Context(), "a", Cut{Kind: "copy", Files: []string{long}}, to, func(n, _ int64) { d.Stop("a"); last = n })
	if err == nil || fault.Of(err).Rule != "share_stopped" || last != 8<<20 {
		t.Fatalf("%v, after %d bytes", err, last)
	}
	alone(t, folder, "out.mp4")
	if string(read(t, to)) != "older" {
		t.Error("what was there is gone")
	}
}

func TestAPaidVideoIsNotWrittenOver(t *testing.T) {
	var d Desk
	folder := t.TempDir()
	paid, own := filepath.Join(folder, "paid.mp4"), filepath.Join(folder, "own.mp4")
	if err := container.WriteTags(clip, paid, container.Tags{VideoID: "v", GenerationID: "g", PredictionID: "p"}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(own, read(t, clip), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{paid, own} {
		before := read(t, to)
		if err := d.Video(t.Context(), "", Cut{Kind: "trim", Files: []string{own}, To: time.Second}, to, nil); err == nil || fault.Of(err).Rule != "share_over" {
			t.Error(err)
		}
		if !bytes.Equal(read(t, to), before) {
			t.Error("it was")
		}
	}
	if err := d.Begin(t.Context(), "a", "gif", paid); err == nil || fault.Of(err).Rule != "share_over" {
		t.Error(err)
	}
	if err := d.Still(t.Context(), paid, frame(t)); err == nil || fault.Of(err).Rule != "share_over" {
		t.Error(err)
	}
	// A piece that was exported before may be.
	if err := d.Video(t.Context(), "", Cut{Kind: "trim", Files: []string{paid}, To: time.Second}, own, nil); err != nil {
		t.Error(err)
	}
	if err := d.Video(t.Context(), "", Cut{Kind: "trim", Files: []string{paid}, To: 2 * time.Second}, own, nil); err != nil {
		t.Error(err)
	}
}

func TestMovingPicture(t *testing.T) {
	var d Desk
	to := filepath.Join(t.TempDir(), "out.gif")
	if err := d.Begin(t.Context(), "a", "gif", to); err != nil {
		t.Fatal(err)
	}
	if err := d.Begin(t.Context(), "a", "gif", to); err == nil {
		t.Error("one token for two")
	}
	for range 3 {
		if err := d.Frame("a", frame(t), 40); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
		t.Error("it is in its place before it is whole")
	}
	if err := d.End("a"); err != nil {
		t.Fatal(err)
	}
	if all, err := gif.DecodeAll(bytes.NewReader(read(t, to))); err != nil || len(all.Image) != 3 {
		t.Fatal(err)
	}
	alone(t, filepath.Dir(to), "out.gif")
	if err := d.Frame("a", frame(t), 40); err == nil || fault.Of(err).Rule != "share_stopped" {
		t.Error(err)
	}
}

func TestMovingPictureThatBreaksOff(t *testing.T) {
	for name, breakOff := range map[string]func(*Desk, context.CancelFunc){
		"stopped":   func(d *Desk, _ context.CancelFunc) { d.Stop("a") },
		"closed":    func(_ *Desk, close context.CancelFunc) { close() },
		"bad frame": func(d *Desk, _ context.CancelFunc) { _ = d.Frame("a", []byte("none"), 40) },
	} {
		synctest.Test(t, func(t *testing.T) {
			var d Desk
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			folder := t.TempDir()
			if err := d.Begin(ctx, "a", "webp", filepath.Join(folder, "out.webp")); err != nil {
				t.Fatal(err)
			}
			if err := d.Frame("a", frame(t), 40); err != nil {
				t.Fatal(err)
			}
			breakOff(&d, cancel)
			synctest.Wait()
			alone(t, folder)
			if err := d.End("a"); err == nil || fault.Of(err).Rule != "share_stopped" {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

func TestWhereNothingCanBeWritten(t *testing.T) {
	var d Desk
	to := filepath.Join(t.TempDir(), "gone", "out.png")
	if err := d.Still(t.Context(), to, frame(t)); err == nil || fault.Of(err).Rule != "share_unwritable" {
		t.Error(err)
	}
	if err := d.Still(t.Context(), filepath.Join(t.TempDir(), "a.png"), []byte("no picture")); err == nil || fault.Of(err).Rule != "picture_broken" {
		t.Error(err)
	}
}

func TestArchive(t *testing.T) {
	var d Desk
	to := filepath.Join(t.TempDir(), "out.zip")
	cost := generation.Money(230_000)
	videos := []generation.Video{
		{ID: "1", Path: clip, Name: "one", Prompt: "=SUM(A1)\n海浪", Model: "m", Bytes: 77763, Cost: &cost, Duration: 6000},
		{ID: "2", Path: clip, Name: "two", Params: map[string]any{"duration": 6}},
	}
	if err := d.Zip(t.Context(), "a", Selection(videos, true, nil), to); err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(to)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	inside := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if inside[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	if len(inside) != 4 || !bytes.Equal(inside["clip.mp4"], read(t, clip)) || !bytes.Equal(inside["clip (2).mp4"], read(t, clip)) {
		t.Fatalf("%d files", len(inside))
	}
	table, marked := bytes.CutPrefix(inside["videos.csv"], []byte(generation.ByteOrderMark))
	if !marked {
		t.Error("Excel would not read the list as UTF-8")
	}
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil || len(rows) != 3 || rows[1][4] != "'=SUM(A1)\n海浪" || rows[1][14] != "0.23" || rows[2][0] != "clip (2).mp4" {
		t.Errorf("%q, %v", rows, err)
	}
	var lists []generation.Listed
	if err := json.Unmarshal(inside["videos.json"], &lists); err != nil || lists[0].Prompt != "=SUM(A1)\n海浪" || lists[1].File != "clip (2).mp4" {
		t.Errorf("%+v, %v", lists, err)
	}
	videos[1].Path = "/none.mp4"
	if err := d.Zip(t.Context(), "a", Selection(videos, true, nil), to); err == nil || fault.Of(err).Rule != "video_file_missing" {
		t.Error(err)
	}
	alone(t, filepath.Dir(to), "out.zip")
}

// TestNotesOfWhatIsUnderWay: an export that ends well, and one that fails, leaves nothing.
func TestNotesOfWhatIsUnderWay(t *testing.T) {
	d, folder := Desk{Notes: filepath.Join(t.TempDir(), "drafts")}, t.TempDir()
	for _, kind := range []string{"copy", "none"} {
		_ = d.Video(t.Context(), "", Cut{Kind: kind, Files: []string{clip}}, filepath.Join(folder, "out.mp4"), func(done, total int64) {
			if done < total {
				return
			}
			if left, err := os.ReadDir(d.Notes); err != nil || len(left) != 2 { // the note and its lock
				t.Errorf("%v, %v", left, err)
			}
		})
	}
	alone(t, folder, "out.mp4")
	alone(t, d.Notes)
}

// TestAZipIsNotWrittenOverWhatItHolds: a film of one's own has no run that would tell that it is one.
func TestAZipIsNotWrittenOverWhatItHolds(t *testing.T) {
	var d Desk
	own := filepath.Join(t.TempDir(), "own.mp4")
	if err := os.WriteFile(own, read(t, clip), 0o600); err != nil {
		t.Fatal(err)
	}
	err := d.Zip(t.Context(), "", Selection([]generation.Video{{ID: "1", Path: own}}, true, nil), own)
	if err == nil || fault.Of(err).Rule != "share_over" || !bytes.Equal(read(t, own), read(t, clip)) {
		t.Error(err)
	}
	alone(t, filepath.Dir(own), "own.mp4")
}
