package main

import "testing"

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
