package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestNamesWithLineBreaksStayWhole(t *testing.T) {
	root := t.TempDir()
	want := []string{filepath.Join(root, "a.mp4"), filepath.Join(root, "two\n\nlines\n.mp4"), filepath.Join(root, "b.mov")}
	if got := joined(strings.Split(strings.Join(want, "\n"), "\n")); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
