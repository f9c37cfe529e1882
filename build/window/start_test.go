//go:build window && linux

package window

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// prefer writes settings before the first start.
func (d *desk) prefer(settings string) {
	d.t.Helper()
	folder := filepath.Join(d.home, ".config/conch")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "settings.json"), []byte(settings), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// geometry is the window's place and size as the display tells them.
func (d *desk) geometry() string {
	d.t.Helper()
	out, err := d.output("xdotool", "getwindowgeometry", "--shell", d.window)
	if err != nil {
		d.t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(out) {
		if name, _, _ := strings.Cut(line, "="); name != "WINDOW" && name != "SCREEN" {
			kept = append(kept, strings.TrimSpace(line))
		}
	}
	return strings.Join(kept, " ")
}

// TestWindow is the window itself: no flash at its start, one instance, native menus, its place kept.
func TestWindow(t *testing.T) {
	d := newDesk(t)
	d.prefer(`{"demo":true,"theme":"dark"}`)
	film := d.film()
	app := d.open()
	d.sees("First frame")
	film.neverShows("a bright flash in the dark", func(r, g, b byte) bool { return r > 0xe0 && g > 0xe0 && b > 0xe0 })

	d.press("View", menu)
	d.press("Queue", menuItem)
	d.sees("Nothing is running")
	d.key("F1")
	d.sees("Shortcuts")
	d.key("Escape")
	d.key("F11") // the page knows nothing of it
	d.until("the window fills the screen", func() bool { return strings.Contains(d.geometry(), "WIDTH=1280 HEIGHT=800") })
	d.key("F11")
	d.until("the window is a window again", func() bool { return !strings.Contains(d.geometry(), "HEIGHT=800") })

	if err := d.run("xdotool", "windowsize", "--sync", d.window, "940", "620", "windowmove", "--sync", d.window, "180", "90"); err != nil {
		t.Fatal(err)
	}
	place := ""
	d.until("the window has its new place", func() bool {
		before := place
		place = d.geometry()
		return strings.Contains(place, "WIDTH=940 HEIGHT=620") && place == before
	})
	if err := d.run("xdotool", "windowminimize", "--sync", d.window); err != nil {
		t.Fatal(err)
	}
	second := d.start(d.binary)
	d.wait(second) // it raised the first and ended
	d.until("the first window came forward, where it was", func() bool {
		active, err := d.output("xdotool", "getactivewindow")
		return err == nil && active == d.window && d.geometry() == place
	})
	d.quit(app)

	app = d.open()
	d.until("the window is where it was: "+place, func() bool { return d.geometry() == place })
	d.quit(app)

	d.prefer(`{"demo":true,"theme":"system"}`) // light here
	film = d.film()
	d.open()
	d.sees("Demonstration")
	film.neverShows("a dark flash in the light", func(r, g, b byte) bool { return r == 0x0e && g == 0x11 && b == 0x18 })
}
