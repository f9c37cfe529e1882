package sidecar

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWhatIsHalfWrittenGoes: a killed process leaves its temporary file beside the marks; who writes there next, even
// the same, removes it.
func TestWhatIsHalfWrittenGoes(t *testing.T) {
	folder := t.TempDir()
	marks := []Marks{{ID: "a", File: "a.mp4", Rating: 3}}
	known := func(string) bool { return true }
	left := filepath.Join(folder, hidden, "."+marksFile+".123")
	old := time.Now().Add(-2 * time.Hour)
	if err := errors.Join(Write(folder, marks, known), os.WriteFile(left, nil, 0o600), os.Chtimes(left, old, old), Write(folder, marks, known)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Error("left: ", err)
	}
	if all := Read(folder); len(all.Videos()) != 1 {
		t.Errorf("%+v", all)
	}
}
