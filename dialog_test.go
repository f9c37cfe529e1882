package main

import (
	"context"
	"path/filepath"
	"reflect"
	"testing"

	"conch/backend/settings"
)

func TestOneDialogAtATime(t *testing.T) {
	a := &App{}
	outer, err := asking(a, func() (string, error) {
		inner, err := asking(a, func() (string, error) { t.Error("a second dialog"); return "second", nil })
		if inner != "" || err != nil {
			t.Errorf("%q %v", inner, err)
		}
		return "first", nil
	})
	if outer != "first" || err != nil {
		t.Errorf("%q %v", outer, err)
	}
	if again, _ := asking(a, func() (string, error) { return "again", nil }); again != "again" {
		t.Error("no dialog after the first")
	}
}

func TestDialogsShowWhatIsInAName(t *testing.T) {
	store, err := settings.Open(filepath.Join(t.TempDir(), "settings.json"))
	if err != nil {
		t.Fatal(err)
	}
	a := &App{ctx: context.Background(), settings: store}
	for name, want := range map[string]string{
		"plain":                     "plain.mp4",
		"two\nlines":                "two lines.mp4",
		"esc\x1b]0;owned\a":         "esc␛]0;owned␇.mp4",
		"turned \u202e4pm.exe":      "turned ⟨U+202E⟩4pm.exe.mp4",
		"isolated \u2066a\u2069 日本": "isolated ⟨U+2066⟩a⟨U+2069⟩ 日本.mp4",
	} {
		if got := proposed(name, "mp4"); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	for locale := range menuLabels {
		words := reflect.ValueOf(dialogLabels[locale])
		for i := range words.NumField() {
			if words.Field(i).String() == "" {
				t.Errorf("%s: %s has no word", locale, words.Type().Field(i).Name)
			}
		}
	}
	if a.dialogs().save == "" {
		t.Error("no words")
	}
}
