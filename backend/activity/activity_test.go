package activity

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func none(string) string { return "" }

func TestNoKeyAndNoHomeIsWritten(t *testing.T) {
	t.Setenv("HOME", "/home/mei-ling")
	path := filepath.Join(t.TempDir(), "state", "activity.log")
	l := Open(path, none)
	const key = "atlas-0123456789-secret"
	l.Hide(key)
	l.Hide(key)
	var beside bytes.Buffer
	log := slog.New(l.Beside(&beside, slog.LevelWarn))
	log.Info("kept", "path", "/home/mei-ling/Videos/Conch/a.mp4", "header", "Authorization: Bearer abc.def")
	log.Warn("odd", "error", os.ErrPermission, "said", key+" in the middle", "url", "https://out/x?Signature=s3cr3t&a=1", "other", "/Users/mei-ling/x", "env", "ATLASCLOUD_API_KEY=sk-aaaaaaaaaaaa")
	log.Debug("not asked for")
	text, err := l.Text("1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{key, "mei-ling", "abc.def", "s3cr3t", "sk-aaaa", "not asked for"} {
		if strings.Contains(text+beside.String(), secret) {
			t.Errorf("%q stands in\n%s\n%s", secret, text, beside.String())
		}
	}
	for _, kept := range []string{"Conch 1.2.3", "~/Videos/Conch/a.mp4", "permission denied", "a=1"} {
		if !strings.Contains(text, kept) {
			t.Errorf("%q is missing in\n%s", kept, text)
		}
	}
	if strings.Contains(beside.String(), "kept") || !strings.Contains(beside.String(), "odd") {
		t.Error(beside.String())
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestItIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "activity.log")
	l := Open(path, func(string) string { return "debug" })
	log := slog.New(l.Handler())
	for range 4000 {
		log.Debug("a line", "filling", strings.Repeat("海", 300))
	}
	text, err := l.Text("x")
	if err != nil || len(text) > most+200 || !strings.Contains(text, "a line") {
		t.Fatal(len(text), err)
	}
	var size int64
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		info, err := file.Info()
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if len(files) > 2 || size > 3<<20 {
		t.Fatal(len(files), size)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWithoutAFileNothingIsKept(t *testing.T) {
	l := Open("", none)
	slog.New(l.Handler()).Error("x")
	if text, err := l.Text("1"); err != nil || strings.Count(text, "\n") != 1 {
		t.Fatal(text, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("Bearer ", "x")
	f.Add("a token=", "海")
	f.Fuzz(func(t *testing.T, before, after string) {
		l := &Log{}
		const key = "k3y-of-somebody-9z"
		l.Hide(key)
		if got := l.Redact(before + key + after); strings.Contains(got, key) {
			t.Fatalf("%q", got)
		}
	})
}
