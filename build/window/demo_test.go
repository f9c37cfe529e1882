//go:build window && linux

package window

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// firstFrame is the picture that demonstrations begin with.
const firstFrame = "testdata/first-frame.png"

// TestDemo is the main job without key or network: the welcome screen's way into the demonstration, a picture,
// words, a video that an independent reader opens, and every view on a screenshot.
func TestDemo(t *testing.T) {
	d := newDesk(t, "CONCH_DEMO_SPEED=4")
	d.open()
	d.drawn("welcome", func() {})
	d.press("Start demo")
	d.sees("First frame")
	full, err := filepath.Abs(firstFrame)
	if err != nil {
		t.Fatal(err)
	}
	d.drop(full)
	d.sees("first-frame.png")
	d.typeText("The sun sinks behind the ridges, mist drifting between them [Push in]")
	d.sees("drifting between them [Push in]") // keys wait their turn in the page; the menu's shortcuts don't
	d.drawn("create", func() {})
	d.key("ctrl+Return")
	d.until("the run is accepted", func() bool { return d.reads("running", pushButton) })
	d.key("ctrl+2")
	d.sees("Generating")
	d.shot("queue")
	d.until("the video is kept", func() bool { return len(d.videos()) == 1 })
	kept := d.videos()[0]
	facts, err := probe(kept.Path)
	if err != nil || !strings.Contains(facts, "codec_name=h264") || !strings.Contains(facts, "duration=6.0") || !strings.Contains(facts, "The sun sinks") {
		t.Fatal(err, facts)
	}
	d.key("ctrl+3")
	d.until("the poster is made", func() bool {
		found, _ := filepath.Glob(filepath.Join(d.home, ".cache/conch/posters/large/*/*.jpg"))
		return len(found) == 1
	})
	d.drawn("gallery", func() { d.key("ctrl+f") })
	d.plays("The sun sinks behind the ridges", "player")
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
