//go:build window && linux

package window

import (
	"os"
	"path/filepath"
)

// dropsFilms drops three files at once: a video of ours, a film from elsewhere, which is copied, and one that is none,
// whose name has a line break.
func (d *desk) dropsFilms() {
	d.t.Helper()
	elsewhere, err := filepath.Abs("../../backend/container/testdata/clip.mov")
	if err != nil {
		d.t.Fatal(err)
	}
	bad := filepath.Join(d.home, "two\nlines.mp4")
	if err := os.WriteFile(bad, nil, 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.drop(d.videos()[0].Path, elsewhere, bad)
	d.sees("lines.mp4” is empty (0 bytes).")
	d.sees("in the library already")
	d.shot("drop-films")
	d.walksTo("Cancel", "Leave in place", "Copy into the library")
	d.sees("1 could not be taken in")
	if all := d.videos(); len(all) != 2 {
		d.t.Fatalf("%d videos", len(all))
	}
	d.key("Escape")
	d.until("the dialog is gone", func() bool { return !d.reads("1 could not be taken in") })
}

// walksTo goes from button to button with the Tab key, and presses the last: WebKitGTK tells assistive technology
// wrong places of what is drawn shifted, as dialogs are, so that the mouse would miss it.
func (d *desk) walksTo(buttons ...string) {
	d.t.Helper()
	for i, name := range buttons {
		if i > 0 {
			d.key("Tab")
		}
		d.writesInto(name)
	}
	d.key("Return")
}
