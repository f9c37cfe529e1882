package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/wailsapp/wails/v2/pkg/menu"

	"conch/backend/activity"
	"conch/backend/paths"
	"conch/backend/settings"
)

func TestMenuSpeaksTheLanguagesOfThePage(t *testing.T) {
	folders, err := fs.Glob(os.DirFS("frontend/messages"), "*")
	if err != nil || len(folders) != len(menuLabels) {
		t.Fatalf("the page speaks %v, the menu %d languages (%v)", folders, len(menuLabels), err)
	}
	english := reflect.ValueOf(menuLabels["en"])
	for _, locale := range folders {
		own := reflect.ValueOf(menuLabels[locale])
		for i := range own.NumField() {
			name, text := own.Type().Field(i).Name, own.Field(i).String()
			if text == "" || locale != "en" && text == english.Field(i).String() {
				t.Errorf("%s: %q is not translated: %q", locale, name, text)
			}
		}
	}
}

func TestMenuFollowsTheSettings(t *testing.T) {
	store, err := settings.Open(filepath.Join(t.TempDir(), "settings.json"))
	if err != nil {
		t.Fatal(err)
	}
	app := newApp(paths.Default(), store, activity.Open("", os.Getenv), os.Getenv)
	for locale, l := range menuLabels {
		if _, err := store.Update(func(s *settings.Settings) { s.Locale = locale }); err != nil {
			t.Fatal(err)
		}
		shown := map[string]bool{}
		var walk func(*menu.Menu)
		walk = func(m *menu.Menu) {
			for _, item := range m.Items {
				shown[item.Label] = true
				if item.SubMenu != nil {
					walk(item.SubMenu)
				}
			}
		}
		walk(app.menu())
		for _, label := range []string{l.file, l.create, l.films, l.adopt, l.view, l.queue, l.gallery, l.money, l.statistics, l.search, l.palette, l.settings, l.fullscreen, l.help, l.shortcuts} {
			if !shown[label] {
				t.Errorf("%s: no item %q", locale, label)
			}
		}
	}
}

func TestEachShortcutMeansOneThing(t *testing.T) {
	meaning := map[string]string{}
	for command, keys := range shortcutsOf() {
		for _, key := range keys {
			if other, taken := meaning[key]; taken {
				t.Errorf("%s is %s and %s", key, other, command)
			}
			meaning[key] = command
		}
	}
	if key := shortcut("palette", 0); key.Key != "k" || len(key.Modifiers) != 1 {
		t.Errorf("the palette's key is %+v", key)
	}
	if key := shortcut("help", 1); key.Key != "f1" || len(key.Modifiers) != 0 {
		t.Errorf("the help's key is %+v", key)
	}
}

func TestNoticesSpeakTheLanguagesOfThePage(t *testing.T) {
	for locale := range menuLabels {
		for state, english := range noticeLabels["en"] {
			if text := noticeLabels[locale][state]; text == "" || locale != "en" && text == english {
				t.Errorf("%s: no notice for %s: %q", locale, state, text)
			}
		}
	}
	if len(noticeLabels) != len(menuLabels) {
		t.Errorf("%d languages of notices, %d of the menu", len(noticeLabels), len(menuLabels))
	}
}
