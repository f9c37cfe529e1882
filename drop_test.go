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

func TestWhatComesBackToTheWindowIsItsOwn(t *testing.T) {
	a := &App{given: []string{"/a.mp4", "/b.mp4"}}
	if !a.own([]string{"/b.mp4", "/a.mp4"}) {
		t.Error("dragged out and dropped here")
	}
	if a.own([]string{"/a.mp4", "/b.mp4"}) {
		t.Error("from another program, later")
	}
	a.given = []string{"/a.mp4"}
	if a.own([]string{"/a.mp4", "/c.mp4"}) || a.own(nil) {
		t.Error("others")
	}
}
