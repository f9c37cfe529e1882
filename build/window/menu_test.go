//go:build window && linux

package window

import (
	"slices"
	"strings"
	"testing"
)

// alive fails the test when the app has ended.
func (d *desk) alive(app *process, after string) {
	d.t.Helper()
	select {
	case <-app.ended:
		d.t.Fatalf("the window is gone after %s: %v %s", after, app.ProcessState, app.noise.String())
	default:
	}
}

// commands chooses a command in the palette by words that find it.
func (d *desk) commands(words, name string) {
	d.t.Helper()
	d.key("ctrl+k")
	d.writesInto("Create Ctrl N") // the first that is offered
	d.typeText(words)
	d.writesInto(name)
	d.key("Return")
}

// choice is a menu's item, and what the screen says once it was chosen; "" of the two that fill the screen and quit.
type choice struct{ menu, item, says string }

// TestMenu changes theme and language while the window is open, and then uses every item by mouse and every shortcut.
func TestMenu(t *testing.T) {
	d := newDesk(t)
	d.prefer(`{"demo":true,"theme":"light","locale":"en"}`)
	app := d.open()
	d.sees("First frame")
	d.chooses(app, []choice{{"View", "Queue", "Nothing is running"}, {"View", "Create", "First frame"}})

	d.commands("theme dark", "Theme: Dark")
	d.until("the menu bar is dark", func() bool { return d.darkAt(400, 35) })
	d.alive(app, "a theme")
	d.keys(app)

	d.key("ctrl+comma")
	d.sees("Monthly budget")
	d.until("keys go to the language", func() bool {
		now := slices.ContainsFunc(d.things(), func(t thing) bool { return t.name == "Language: English" && t.is(focused) })
		if !now {
			d.key("Tab")
		}
		return now
	})
	d.key("Return")
	d.sees("简体中文")
	d.key("Down", "Return")
	d.until("the menu has the other language", func() bool { return d.reads("檔案", menu) && !d.reads("File", menu) })
	d.alive(app, "a language")
	d.drawn("menu-zh-Hant", func() { d.press("檢視", menu) })
	d.key("Escape")
	d.chooses(app, []choice{
		{"檔案", "創作", ""}, {"檔案", "開啟圖片…", "Open"}, {"檔案", "匯入影片…", "Open"}, {"檔案", "以任務 ID 加入…", ""}, {"檔案", "設定…", ""},
		{"檢視", "創作", ""}, {"檢視", "佇列", ""}, {"檢視", "影片庫", ""}, {"檢視", "支出", ""}, {"檢視", "統計", ""},
		{"檢視", "搜尋", ""}, {"檢視", "指令面板…", ""}, {"說明", "鍵盤快速鍵", ""},
	})
	d.keys(app)
	d.press("檢視", menu)
	d.press("全螢幕", menuItem)
	d.until("the window fills the screen", func() bool { return strings.Contains(d.geometry(), "WIDTH=1280 HEIGHT=800") })
	d.key("F11")
	d.until("the window is a window again", func() bool { return !strings.Contains(d.geometry(), "HEIGHT=800") })
	d.press("檔案", menu)
	d.press("結束", menuItem)
	d.wait(app)
	if code := app.ProcessState.ExitCode(); code != 0 {
		t.Errorf("ended with %d: %s", code, app.noise.String())
	}
}

// chooses uses items by mouse; whatever opens is closed again.
func (d *desk) chooses(app *process, all []choice) {
	d.t.Helper()
	for _, c := range all {
		d.press(c.menu, menu)
		d.press(c.item, menuItem)
		d.alive(app, c.item)
		if c.says != "" {
			d.sees(c.says)
		}
		d.key("Escape")
		d.focus()
	}
}

// keys presses every shortcut of the menu, but for the one that quits.
func (d *desk) keys(app *process) {
	d.t.Helper()
	for _, key := range []string{"ctrl+n", "ctrl+1", "ctrl+2", "ctrl+3", "ctrl+4", "ctrl+5", "ctrl+f", "ctrl+k", "ctrl+comma", "F1", "ctrl+o", "ctrl+i", "F11", "F11", "ctrl+1"} {
		d.key(key)
		d.alive(app, key)
		d.key("Escape")
		d.focus()
		d.alive(app, key)
	}
}

// fillsTheScreen has the player fill the screen: black, without the menu bar, which comes back with the window.
func (d *desk) fillsTheScreen(app *process) {
	d.t.Helper()
	bar := func() bool {
		return slices.ContainsFunc(d.things(), func(t thing) bool { return t.name == "File" && t.role == menu && t.is(showing) })
	}
	d.until("the menu bar is there", bar)
	d.key("f")
	d.until("the film fills the screen", func() bool {
		return strings.Contains(d.geometry(), "WIDTH=1280 HEIGHT=800") && !bar() && d.darkAt(1270, 6)
	})
	d.shot("full-screen")
	d.key("Escape")
	d.until("the window is a window again", func() bool { return !strings.Contains(d.geometry(), "HEIGHT=800") && bar() })
	d.alive(app, "full screen")
}
