//go:build window && linux

package window

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLocales is the first way through the app where the system has no language, another one, and another way to write
// numbers; each is left at its statistics and opened again.
func TestLocales(t *testing.T) {
	made := t.TempDir()
	for locale, words := range map[string]struct{ menu, menu2, title string }{
		"C.UTF-8":     {"File", "View", "Statistics"},
		"zh_TW.UTF-8": {"檔案", "檢視", "統計"},
		"de_DE.UTF-8": {"File", "View", "Statistics"},
	} {
		t.Run(locale, func(t *testing.T) {
			extra := []string{"LANG=" + locale, "CONCH_DEMO_SPEED=20"}
			if name, _, _ := strings.Cut(locale, "."); name != "C" {
				if out, err := exec.Command("localedef", "-c", "-i", name, "-f", "UTF-8", filepath.Join(made, locale)).CombinedOutput(); err != nil {
					t.Fatalf("localedef: %v %s", err, out)
				}
				extra = append(extra, "LOCPATH="+made)
			}
			d := newDesk(t, extra...)
			d.prefer(`{"demo":true,"theme":"dark"}`)
			film := d.film()
			app := d.open()
			film.neverShows("a bright flash in the dark", func(r, g, b byte) bool { return r > 0xe0 && g > 0xe0 && b > 0xe0 })
			d.until("the menu has the language", func() bool { return d.reads(words.menu, menu) && d.reads(words.menu2, menu) })
			d.typeText("a boat in the fog")
			d.sees("a boat in the fog")
			d.key("ctrl+Return")
			d.until("the video is kept", func() bool { return len(d.videos()) == 1 })
			for n := 1; n <= 5; n++ {
				d.key("ctrl+" + string(rune('0'+n)))
				d.alive(app, "a view")
			}
			d.until("the statistics are there", func() bool { return d.reads("CSV", pushButton) })
			d.drawn("locale-"+locale, func() {})
			d.quit(app)
			d.open()
			d.until("the statistics are there again", func() bool { return d.reads("CSV", pushButton) && d.reads(words.title, heading) })
			d.key("ctrl+1")
			d.sees("a boat in the fog")
		})
	}
}
