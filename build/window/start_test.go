//go:build window && linux

package window

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
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

// placed moves and sizes the window and waits until it rests there.
func (d *desk) placed(x, y, width, height int) string {
	d.t.Helper()
	n := strconv.Itoa
	if err := d.run("xdotool", "windowsize", "--sync", d.window, n(width), n(height), "windowmove", "--sync", d.window, n(x), n(y)); err != nil {
		d.t.Fatal(err)
	}
	return d.rests(fmt.Sprintf("WIDTH=%d HEIGHT=%d", width, height))
}

// rests waits until the window has a size and moves no more.
func (d *desk) rests(size string) string {
	d.t.Helper()
	place := ""
	d.until("the window has its place: "+size, func() bool {
		before := place
		place = d.geometry()
		return strings.Contains(place, size) && place == before
	})
	return place
}

// TestScreens closes the window on a screen that is not at the desktop's corner, also maximised and in full screen, and
// opens it where that screen is gone and another is smaller.
func TestScreens(t *testing.T) {
	d := newDeskOn(t, "2880x900", "1600x900+1280+0")
	d.prefer(`{"demo":true,"theme":"dark","locale":"en"}`)
	app := d.open()
	d.sees("First frame")
	place := d.placed(1500, 120, 1300, 700)
	d.quit(app)
	app = d.open()
	d.until("it is on the second screen: "+place, func() bool { return d.geometry() == place })

	d.key("F11")
	d.rests("WIDTH=1600 HEIGHT=900")
	d.quit(app)
	app = d.open()
	d.until("closed in full screen, it is a window again: "+place, func() bool { return d.geometry() == place })
	d.maximises()
	d.until("it fills the second screen", func() bool {
		return strings.Contains(d.geometry(), "WIDTH=1598") || strings.Contains(d.geometry(), "WIDTH=1600")
	})
	whole := d.geometry()
	d.quit(app)
	app = d.open()
	d.until("it fills the second screen again: "+whole, func() bool { return d.geometry() == whole })
	d.maximises()
	d.until("and goes back to its place", func() bool { return strings.Contains(d.geometry(), "WIDTH=1300 HEIGHT=700") })
	d.quit(app)
	home := d.read(".config/conch/settings.json")

	one := newDeskOn(t, "1024x700", "")
	one.prefer(home)
	one.open()
	one.sees("First frame")
	one.until("it is within the one screen that is left", func() bool {
		var x, y, width, height int
		_, err := fmt.Sscanf(one.geometry(), "X=%d Y=%d WIDTH=%d HEIGHT=%d", &x, &y, &width, &height)
		return err == nil && x < 10 && y < 60 && width > 900 && width <= 1022 && height > 600 && height <= 675 // openbox has a frame of 2 and 25
	})
	one.shot("smaller-screen")
}

// maximises has the window manager maximise the window, or take that back.
func (d *desk) maximises() {
	d.t.Helper()
	bus := d.command("/usr/bin/python3", "-c", `
import gi, sys
gi.require_version("Gdk", "3.0"); gi.require_version("GdkX11", "3.0")
from gi.repository import Gdk, GdkX11
display = Gdk.Display.get_default()
window = GdkX11.X11Window.foreign_new_for_display(display, int(sys.argv[1]))
if window.get_state() & Gdk.WindowState.MAXIMIZED or sys.argv[2] == "back": window.unmaximize()
else: window.maximize()
display.sync()`, d.window, map[bool]string{true: "back", false: "there"}[strings.Contains(d.state(), "MAXIMIZED")])
	if out, err := bus.CombinedOutput(); err != nil {
		d.t.Fatal(err, string(out))
	}
}

// state is what the window manager says of the window.
func (d *desk) state() string {
	said, _ := d.output("xprop", "-id", d.window, "_NET_WM_STATE")
	return said
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

	place := d.placed(180, 90, 940, 620)
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
	d.sees("Demo")
	film.neverShows("a dark flash in the light", func(r, g, b byte) bool { return r == 0x0e && g == 0x11 && b == 0x18 })
}
