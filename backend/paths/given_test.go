package paths

import (
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestGiven(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the paths below are Unix's")
	}
	dir := t.TempDir()
	for _, name := range []string{"plain.png", "a b 貓 #1?.png", "50%25.png", "'quoted'.png", `back\slash.png`} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		address := (&url.URL{Scheme: "file", Path: path}).String()
		for _, written := range []string{
			path, address, strings.Replace(address, "file://", "file://localhost", 1), strings.Replace(address, "file://", "FILE:", 1),
			`"` + path + `"`, "'" + path + "'", " " + path + "\n", `"` + address + `"`, strings.NewReplacer(`\`, `\\`, " ", `\ `, "'", `\'`).Replace(path),
		} {
			if got := Given(written); got != path {
				t.Errorf("Given(%q) = %q, want %q", written, got, path)
			}
		}
	}
	encoded := filepath.Join(dir, "a%20b%20%E8%B2%93%20%231%3F.png")
	if got := Given(encoded); got != filepath.Join(dir, "a b 貓 #1?.png") {
		t.Errorf("percent-encoded: %q", got)
	}
	for written, want := range map[string]string{
		"nowhere.png": "nowhere.png", "": "", "file:": "file:", "file://": "file://", "file://other-machine/x.png": "file://other-machine/x.png", "file:x.png": "file:x.png", `"`: `"`,
	} {
		if got := Given(written); got != want {
			t.Errorf("Given(%q) = %q, want %q", written, got, want)
		}
	}
}

func FuzzGiven(f *testing.F) {
	f.Add("file:///a%20b")
	f.Add(`"'\`)
	f.Fuzz(func(_ *testing.T, text string) { Given(text) })
}
