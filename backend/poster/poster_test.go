package poster

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func frame(t *testing.T, width, height int) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i * 7)
	}
	var data bytes.Buffer
	if err := jpeg.Encode(&data, picture, nil); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func dimensions(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	config, err := jpeg.DecodeConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d x %d", config.Width, config.Height)
}

func must(t *testing.T) func(string, error) string {
	return func(path string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
}

func TestBothSizesAreKept(t *testing.T) {
	c := Open(filepath.Join(t.TempDir(), "posters"), 1<<30)
	for id, want := range map[string][2]string{"wide": {"960 x 540", "320 x 180"}, "tall": {"600 x 800", "320 x 427"}, "tiny": {"200 x 100", "200 x 100"}, "x": {"400 x 400", "320 x 320"}} {
		var width, height int
		_, _ = fmt.Sscanf(want[0], "%d x %d", &width, &height)
		if err := c.Save(id, frame(t, width, height)); err != nil {
			t.Fatal(err)
		}
		for i, size := range []Size{Large, Small} {
			if got := dimensions(t, must(t)(c.Path(id, size))); got != want[i] {
				t.Errorf("%s %s is %s, want %s", id, size, got, want[i])
			}
		}
	}
	if err := c.Save("words", []byte("no picture")); err == nil {
		t.Error("words were kept")
	}
	if _, err := c.Path("words", Small); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a poster of nothing: %v", err)
	}
}

func TestASmallPosterIsMadeAgain(t *testing.T) {
	c := Open(t.TempDir(), 1<<30)
	if err := c.Save("heron", frame(t, 960, 540)); err != nil {
		t.Fatal(err)
	}
	small := must(t)(c.Path("heron", Small))
	if err := os.Remove(small); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 20 { // a screen asks for many at once
		all.Go(func() {
			if path, err := c.Path("heron", Small); err != nil || path != small {
				t.Errorf("asked again: %s, %v", path, err)
			}
		})
	}
	all.Wait()
	if got := dimensions(t, small); got != "320 x 180" {
		t.Errorf("made anew: %s", got)
	}
}

func TestAPosterOfAnEarlierVersionIsFound(t *testing.T) {
	c := Open(t.TempDir(), 1<<30)
	if err := os.WriteFile(filepath.Join(c.dir, "old.jpg"), frame(t, 640, 360), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := dimensions(t, must(t)(c.Path("old", Small))); got != "320 x 180" {
		t.Errorf("small: %s", got)
	}
	if got := dimensions(t, must(t)(c.Path("old", Large))); got != "640 x 360" {
		t.Errorf("large: %s", got)
	}
}

func TestWhatIsNoPlainFileIsNoPoster(t *testing.T) {
	c := Open(t.TempDir(), 1<<30)
	if err := c.Save("heron", frame(t, 400, 300)); err != nil {
		t.Fatal(err)
	}
	path := must(t)(c.Path("heron", Large))
	secret := filepath.Join(t.TempDir(), "secret")
	if err := errors.Join(os.WriteFile(secret, []byte("secret"), 0o600), os.Remove(path), os.Symlink(secret, path)); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Path("heron", Large); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("gave %s, %v", got, err)
	}
}

// The least recently used go first, the large ones before any small one, until there is room; the rest stays.
func TestTheCacheKeepsToItsLimit(t *testing.T) {
	c := Open(t.TempDir(), 1<<30)
	data := frame(t, 960, 540)
	ids := []string{"a0", "b1", "c2", "d3"}
	for at, id := range ids {
		if err := c.Save(id, data); err != nil {
			t.Fatal(err)
		}
		used := time.Now().Add(time.Duration(at-100) * time.Hour)
		for _, size := range []Size{Large, Small} {
			if err := os.Chtimes(c.path(id, size), used, used); err != nil {
				t.Fatal(err)
			}
		}
	}
	must(t)(c.Path("a0", Large)) // seen now: the oldest is the newest
	var sum int64
	if err := c.each(func(f file) { sum += f.size }); err != nil {
		t.Fatal(err)
	}
	there := func() (large, small string) {
		for _, id := range ids {
			if _, err := os.Stat(c.path(id, Large)); err == nil {
				large += id + " "
			}
			if _, err := os.Stat(c.path(id, Small)); err == nil {
				small += id + " "
			}
		}
		return large, small
	}
	c.limit = sum - 1 // a little too much: one goes
	if err := c.tidy(); err != nil {
		t.Fatal(err)
	}
	if large, small := there(); large != "a0 c2 d3 " || small != "a0 b1 c2 d3 " {
		t.Errorf("a little too much left %q and %q", large, small)
	}
	c.limit = 2 * int64(len(data)) // room for one large one beside the small ones
	if err := c.tidy(); err != nil {
		t.Fatal(err)
	}
	if large, small := there(); large != "a0 " || small != "a0 b1 c2 d3 " {
		t.Errorf("much too much left %q and %q", large, small)
	}
	c.limit = 1
	if err := c.tidy(); err != nil {
		t.Fatal(err)
	}
	if large, small := there(); large+small != "" {
		t.Errorf("no room at all left %q and %q", large, small)
	}
}

func TestSavingTidies(t *testing.T) {
	c := Open(t.TempDir(), 1) // nothing fits: whether it was tidied shows
	if err := c.Save("first", frame(t, 40, 30)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Path("first", Large); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the first save of a session did not tidy: %v", err)
	}
	for range tidyEvery - 1 {
		if err := c.Save("second", frame(t, 40, 30)); err != nil {
			t.Fatal(err)
		}
	}
	must(t)(c.Path("second", Large))
	if err := c.Save("third", frame(t, 40, 30)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Path("second", Large); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%d more saves did not tidy: %v", tidyEvery, err)
	}
}

// TestTidyingRemovesWhatAKilledProcessLeft: a file that nobody finishes goes, one that may be in the making stays.
func TestTidyingRemovesWhatAKilledProcessLeft(t *testing.T) {
	c := Open(t.TempDir(), 1<<30)
	folder := filepath.Dir(c.path("heron", Large))
	left, fresh := filepath.Join(folder, ".heron.jpg.123"), filepath.Join(folder, ".heron.jpg.456")
	old := time.Now().Add(-2 * time.Hour)
	if err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(left, nil, 0o600), os.WriteFile(fresh, nil, 0o600), os.Chtimes(left, old, old)); err != nil {
		t.Fatal(err)
	}
	if err := c.Save("heron", frame(t, 400, 300)); err != nil { // the first of a session tidies
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Error("left: ", err)
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error(err)
	}
}
