package paths

import (
	"path/filepath"
	"runtime"
	"testing"
)

// The variables are honoured on every system, and afresh at each call.
func TestVariables(t *testing.T) {
	for range 2 {
		root := t.TempDir()
		at := func(names ...string) string { return filepath.Join(append([]string{root}, names...)...) }
		t.Setenv("XDG_DATA_HOME", at("data"))
		t.Setenv("XDG_CONFIG_HOME", at("config"))
		t.Setenv("XDG_CACHE_HOME", at("cache"))
		t.Setenv("XDG_STATE_HOME", at("state"))
		t.Setenv("XDG_VIDEOS_DIR", at("videos"))
		got := Default()
		want := Places{Data: at("data", "conch"), Config: at("config", "conch"), Cache: at("cache", "conch"), State: at("state", "conch"), Videos: at("videos", "Conch")}
		if got != want {
			t.Errorf("%+v", got)
		}
		for made, name := range map[string]string{
			got.Database(): at("data", "conch", "library.db"), got.Pictures(): at("data", "conch", "pictures"), got.Demo(): at("data", "conch", "demo"),
			got.Journal(): at("data", "conch", "journal.jsonl"), got.Owners(): at("data", "conch", "owners"), got.Activity(): at("state", "conch", "activity.log"),
			got.Settings(): at("config", "conch", "settings.json"), got.Posters(): at("cache", "conch", "posters"), got.Catalog(): at("cache", "conch", "catalog"),
		} {
			if made != name {
				t.Errorf("%s, want %s", made, name)
			}
		}
		if entries, err := filepath.Glob(at("*")); err != nil || len(entries) != 0 {
			t.Errorf("made %v, %v", entries, err)
		}
	}
}

func TestHomeWithoutVariables(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems have other places")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	for _, name := range []string{"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_VIDEOS_DIR"} {
		t.Setenv(name, "")
	}
	want := Places{
		Data: filepath.Join(home, ".local", "share", "conch"), Config: filepath.Join(home, ".config", "conch"),
		Cache: filepath.Join(home, ".cache", "conch"), State: filepath.Join(home, ".local", "state", "conch"), Videos: filepath.Join(home, "Videos", "Conch"),
	}
	if got := Default(); got != want {
		t.Errorf("%+v", got)
	}
	t.Setenv("XDG_DATA_HOME", "relative/path") // which the XDG specification says to ignore
	if got := Default(); got != want {
		t.Errorf("%+v", got)
	}
}

func TestWithoutALog(t *testing.T) {
	if got := (Places{}).Activity(); got != "" {
		t.Errorf("%q", got)
	}
}
