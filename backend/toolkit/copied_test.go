package toolkit

import (
	"slices"
	"testing"
)

func TestCopiedAddresses(t *testing.T) {
	one, two := "file:///home/a%20b/%E8%B4%9D%E5%A3%B3.png", "file:///home/c.png"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"a list":                {one + "\r\n" + two + "\r\n", []string{one, two}},
		"a list with a remark":  {"# from here\r\n" + one + "\r\n", []string{one}},
		"a list that ends in 0": {one + "\r\n\x00", []string{one}},
		"GNOME's form":          {"copy\n" + one, []string{one}},
		"GNOME's, to be moved":  {"cut\n" + one + "\n" + two, []string{one, two}},
		"an old file manager's": {"x-special/nautilus-clipboard\ncopy\n" + one + "\n", []string{one}},
		"words":                 {"a shell at dawn: slowly", nil},
		"words in lines":        {"copy\nthat", nil},
		"a path":                {"/home/c.png", nil},
		"nothing":               {"", nil},
	} {
		if got := copiedAddresses(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
