//go:build window && linux

package window

import (
	"image"
	"image/color"
	_ "image/png"
	"os"
	"path/filepath"
	"strings"
)

// savesStatistics has a chart and the figures written by the system's own dialog, and puts another theme on while the
// charts are shown.
func (d *desk) savesStatistics() {
	d.t.Helper()
	d.key("ctrl+5")
	d.press("Save “Spending by model” as an image…")
	light := colours(d.t.Fatal, d.savesAs("chart.png"))
	d.press("Export CSV…")
	if said, err := os.ReadFile(d.savesAs("runs.csv")); err != nil || !strings.HasPrefix(string(said), "\ufeffday,model,runs,done,") {
		d.t.Fatalf("%q, %v", said, err)
	}
	bright, dark := color.RGBA{0xea, 0x6a, 0x3e, 0xff}, color.RGBA{0xff, 0x84, 0x68, 0xff} // --chart-1
	if light[bright] < 1000 || light[dark] > 0 {
		d.t.Errorf("the chart has %d and %d points", light[bright], light[dark])
	}
	d.key("ctrl+k")
	d.writesInto("Create Ctrl N") // the first that is offered
	d.typeText("theme dark")
	d.writesInto("Theme: Dark")
	d.key("Return")
	d.until("the charts are in the theme's colours", func() bool {
		now := colours(d.t.Fatal, d.shot("statistics-dark"))
		return now[dark] > 1000 && now[bright] == 0
	})
}

// savesAs writes another name into the system's dialog, and gives the place of the file.
func (d *desk) savesAs(name string) string {
	d.t.Helper()
	place := filepath.Join(d.home, name)
	d.until("the dialog asks for a name", func() bool {
		for _, t := range d.things() {
			if t.is(focused) && (t.role == text || t.role == entry) && strings.HasSuffix(t.text, filepath.Ext(name)) {
				return true
			}
		}
		return false
	})
	d.shot("save-" + name)
	d.key("ctrl+a")
	d.typeText(place)
	d.until("the place stands in its field", func() bool { return d.reads(place, text, entry) })
	d.key("Return")
	d.sees("Saved as " + place)
	return place
}

// colours counts the points of each colour of a picture.
func colours(fatal func(...any), path string) map[color.RGBA]int {
	file, err := os.Open(path)
	if err != nil {
		fatal(err)
	}
	defer func() { _ = file.Close() }()
	img, _, err := image.Decode(file)
	if err != nil {
		fatal(err)
	}
	found := map[color.RGBA]int{}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			r, g, b, _ := img.At(x, y).RGBA()
			found[color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0xff}]++
		}
	}
	return found
}
