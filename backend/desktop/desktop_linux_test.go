package desktop

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// opening puts an xdg-open in the way that tells what it is asked for through a pipe: reading waits for it.
func opening(t *testing.T) (asked func() string) {
	t.Helper()
	bin := t.TempDir()
	pipe := filepath.Join(bin, "asked")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\nprintf '%s|' \"$@\" > '" + pipe + "'\n"
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(bin, "no-bus"))
	return func() string {
		data, err := os.ReadFile(pipe)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
}

func TestOpen(t *testing.T) {
	asked := opening(t)
	path := "/videos/a b; $(rm -r ~) 'c'.mp4"
	if err := Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if got := asked(); got != path+"|" {
		t.Errorf("asked for %q", got)
	}
}

// Without a file manager on the bus, the folder is opened.
func TestRevealOpensTheFolder(t *testing.T) {
	asked := opening(t)
	if err := Reveal(t.Context(), "/videos/2026-11/a.mp4"); err != nil {
		t.Fatal(err)
	}
	if got := asked(); got != "/videos/2026-11|" {
		t.Errorf("asked for %q", got)
	}
}

func TestWhatCannotBeOpened(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if err := Open(t.Context(), "/videos/a.mp4"); !errors.Is(err, exec.ErrNotFound) || !strings.Contains(err.Error(), "xdg-open") {
		t.Errorf("no opener: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Open(ctx, "/videos/a.mp4"); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
}
