package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"log/slog"

	"conch/backend/activity"
)

func TestTroublesOfThePageAreScrubbedCutAndFew(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "activity.log")
	kept := activity.Open(path, func(string) string { return "" })
	kept.Hide("my-very-own-secret")
	log := slog.New(kept.Handler())
	var all troubles
	now := time.Unix(1_700_000_000, 0)
	all.note(log, "TypeError in "+filepath.Join(home, "Videos", "a.mp4")+" with my-very-own-secret and sk-abcdefgh12345678\nat \x1b]0;owned\x07 "+strings.Repeat("長", 5000), now)
	for range 100 {
		all.note(log, "again", now.Add(time.Second))
	}
	all.note(log, "a minute later", now.Add(time.Minute))
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_ = kept.Close()
	text := string(written)
	for _, private := range []string{home, "my-very-own-secret", "sk-abcdefgh12345678", "\x1b"} {
		if strings.Contains(text, private) {
			t.Errorf("the log tells %q", private)
		}
	}
	if !strings.Contains(text, "TypeError") || !strings.Contains(text, "a minute later") || !utf8.ValidString(text) {
		t.Errorf("the log lacks what happened: %.300s", text)
	}
	if n := strings.Count(text, "\n"); n != mostTroubles+2 {
		t.Errorf("%d lines", n)
	}
	for line := range strings.Lines(text) {
		if len(line) > longestTrouble+200 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}
