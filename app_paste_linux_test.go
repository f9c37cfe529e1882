package main

import (
	"slices"
	"testing"

	"conch/backend/fault"
)

func TestFilesOnTheClipboard(t *testing.T) {
	none := func(string) string { return "" }
	for name, c := range map[string]struct {
		addresses []string
		want      []string
		rule      string
	}{
		"a picture":              {addresses: []string{"file:///home/a%20b/%E8%B4%9D%E5%A3%B3%231.png"}, want: []string{"/home/a b/贝壳#1.png"}},
		"several":                {addresses: []string{"file:///a.png", "file:///b.png"}, want: []string{"/a.png", "/b.png"}},
		"a link":                 {addresses: []string{"https://example.com/a.png"}},
		"a mail's address":       {addresses: []string{"mailto:a@example.com"}},
		"a file and a link":      {addresses: []string{"file:///a.png", "https://example.com/"}, rule: "drop_mixed"},
		"of an unmounted server": {addresses: []string{"smb://nas/a.png"}, rule: "drop_elsewhere"},
		"nothing":                {},
	} {
		got, err := filesAmong(c.addresses, none)
		if c.rule == "" && (err != nil || !slices.Equal(got, c.want)) || c.rule != "" && fault.Of(err).Rule != c.rule {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}
