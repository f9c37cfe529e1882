//go:build window && linux

package window

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// firstFrame is the picture that demonstrations begin with.
const firstFrame = "testdata/first-frame.png"

// drop drags a file from another window onto the app, in steps as a hand does.
func (d *desk) drop(path string) {
	d.t.Helper()
	full, err := filepath.Abs(path)
	if err != nil {
		d.t.Fatal(err)
	}
	source := d.start("/usr/bin/python3", "testdata/drag-source.py", full)
	var id string
	d.until("the file can be dragged", func() bool {
		id, _ = d.output("xdotool", "search", "--onlyvisible", "--name", "^drag-source$")
		return id != ""
	})
	// The source covers a corner; the hand goes from there to the middle.
	if err := d.run("xdotool", "windowmove", "--sync", id, "20", "560", "windowraise", id, "mousemove", "--window", id, "60", "60", "mousedown", "1"); err != nil {
		d.t.Fatal("take the file: ", err)
	}
	for x := 160; x <= 560; x += 40 {
		if err := d.run("xdotool", "mousemove", "--sync", strconv.Itoa(x), strconv.Itoa(620-x/3), "sleep", "0.12"); err != nil {
			d.t.Fatal("drag: ", err)
		}
	}
	if err := d.run("xdotool", "mouseup", "1"); err != nil {
		d.t.Fatal("drop: ", err)
	}
	d.until("the picture is on the shelf", d.shelved)
	d.stop(source)
}

// focus brings the app's window back under the keyboard.
func (d *desk) focus() {
	d.t.Helper()
	if err := d.run("xdotool", "windowactivate", "--sync", d.window); err != nil {
		d.t.Fatal("focus the window: ", err)
	}
}

func (d *desk) read(path string) string {
	raw, err := os.ReadFile(filepath.Join(d.home, path))
	if err != nil {
		return ""
	}
	return string(raw)
}

// shelved says whether the app has taken a picture in.
func (d *desk) shelved() bool {
	found, _ := filepath.Glob(filepath.Join(d.home, ".local/share/conch/pictures/*.json"))
	return len(found) > 0
}

// TestDemo is the main job without key or network: the welcome screen's way into the demonstration, a picture,
// words, a video that an independent reader opens, and every view on a screenshot.
func TestDemo(t *testing.T) {
	d := newDesk(t, "CONCH_DEMO_SPEED=10")
	_, d.window = d.open()
	d.shot("welcome")
	d.key("shift+Tab", "Return") // the demonstration is the last way on
	d.until("the demonstration began", func() bool { return strings.Contains(d.read(".config/conch/settings.json"), `"demo": true`) })
	d.key("ctrl+n")
	d.drop(firstFrame)
	d.focus()
	d.typeText("The sun sinks behind the ridges, mist drifting between them [Push in]")
	d.drawn("create", func() {})
	d.key("ctrl+Return")
	d.until("the service took the run", func() bool {
		runs, _ := filepath.Glob(filepath.Join(d.home, ".local/share/conch/demo/*.json"))
		return len(runs) == 1
	})
	d.drawn("queue", func() { d.key("ctrl+2") })
	d.until("the video is kept", func() bool { return len(d.videos()) == 1 })
	kept := d.videos()[0]
	facts, err := probe(kept.Path)
	if err != nil || !strings.Contains(facts, "codec_name=h264") || !strings.Contains(facts, "duration=6.0") || !strings.Contains(facts, "The sun sinks") {
		t.Fatal(err, facts)
	}
	d.key("ctrl+3")
	d.until("the poster is made", func() bool {
		found, _ := filepath.Glob(filepath.Join(d.home, ".cache/conch/posters/*.jpg"))
		return len(found) == 1
	})
	d.until("the gallery shows the poster", func() bool { return d.colours() > 400 })
	d.drawn("gallery", func() { d.key("ctrl+f") })
	d.drawn("player", func() { d.key("Tab", "Tab", "Tab") }) // favourites, size, the first tile
	focused, _ := os.ReadFile(d.shotPath("player"))
	d.until("the player opens", func() bool {
		d.key("Return")
		now, err := os.ReadFile(d.shot("player"))
		return err == nil && len(now) > len(focused)*5/4 // the film fills the screen
	})
	d.drawn("player", func() {})
	still, _ := os.ReadFile(d.shotPath("player"))
	d.until("the film plays", func() bool {
		now, err := os.ReadFile(d.shot("player"))
		return err == nil && string(now) != string(still)
	})
	if out := os.Getenv("CONCH_DEMO_OUT"); out != "" {
		raw, err := os.ReadFile(kept.Path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(out, filepath.Base(kept.Path)), raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
