//go:build window && linux

package window

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

func (d *desk) shotPath(name string) string {
	dir := os.Getenv("CONCH_DEMO_OUT")
	if dir == "" {
		dir = filepath.Join(filepath.Dir(d.binary), "shots")
	}
	_ = os.MkdirAll(dir, 0o755)
	return filepath.Join(dir, name+".png")
}

func (d *desk) shot(name string) string {
	path := d.shotPath(name)
	if err := d.run("import", "-window", "root", path); err != nil {
		d.t.Logf("screenshot %s: %v", name, err)
	}
	return path
}

// drawn does something and takes the screenshot when the screen has come to rest, as far as films let it.
func (d *desk) drawn(name string, do func()) {
	d.t.Helper()
	do()
	last, looks, same := "", 0, 0
	d.until(name+" is drawn", func() bool {
		raw, err := os.ReadFile(d.shot(name))
		now := string(raw)
		if looks++; err == nil && now == last {
			same++
		} else {
			same = 0
		}
		last = now
		return same >= 2 && looks > 5 || looks > 15
	})
}

// darkAt says whether the display is dark at a place.
func (d *desk) darkAt(x, y int) bool {
	d.t.Helper()
	raw, err := d.output("import", "-window", "root", "-crop", fmt.Sprintf("1x1+%d+%d", x, y), "-depth", "8", "-colorspace", "gray", "txt:-")
	if err != nil {
		return false
	}
	_, value, _ := strings.Cut(raw, "gray(")
	value, _, _ = strings.Cut(value, ")")
	grey, err := strconv.ParseFloat(strings.TrimSuffix(value, "%"), 64)
	return err == nil && grey < 90
}

// film is what the display showed from one moment on, picture by picture, small.
type film struct {
	d        *desk
	recorder *exec.Cmd
	frames   chan []byte
}

// Small pictures are enough for the colour of the ground.
const filmWidth, filmHeight = 64, 40

// film records the display until neverShows looks at it.
func (d *desk) film() *film {
	d.t.Helper()
	cmd := d.command("ffmpeg", "-loglevel", "error", "-f", "x11grab", "-framerate", "25", "-i", d.display,
		"-vf", "scale=64:40:flags=neighbor", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
	out, err := cmd.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	f := &film{d: d, recorder: cmd, frames: make(chan []byte, 10_000)}
	d.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }) // after neverShows it has ended
	started := make(chan struct{})
	begun := sync.OnceFunc(func() { close(started) })
	go func() {
		defer close(f.frames)
		defer begun() // a recorder that shows nothing is told of by neverShows
		for {
			frame := make([]byte, filmWidth*filmHeight*3)
			if _, err := io.ReadFull(out, frame); err != nil {
				return
			}
			begun()
			f.frames <- frame
		}
	}()
	<-started
	return f
}

// neverShows ends the recording; in no two pictures after each other may a quarter of the display have the colour. One
// alone was seen on a busy machine: the window is on the display, and GTK has not painted it yet.
func (f *film) neverShows(what string, colour func(r, g, b byte) bool) {
	f.d.t.Helper()
	_ = f.recorder.Process.Signal(os.Interrupt)
	n, before := 0, false
	for frame := range f.frames {
		found := 0
		for i := 0; i < len(frame); i += 3 {
			if colour(frame[i], frame[i+1], frame[i+2]) {
				found++
			}
		}
		now := found*4 > filmWidth*filmHeight
		if n++; now && before {
			f.d.t.Errorf("%s: pictures %d and %d of the start", what, n-1, n)
		}
		before = now
	}
	if n < 10 {
		f.d.t.Fatalf("the recording has %d pictures", n)
	}
}
