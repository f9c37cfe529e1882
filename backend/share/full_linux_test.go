package share

import (
	"path/filepath"
	"syscall"
	"testing"

	"conch/backend/fault"
)

func TestAFullDisk(t *testing.T) {
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=96k"); err != nil {
		t.Skipf("only root may mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(small, 0); err != nil {
			t.Error(err)
		}
	})
	var d Desk
	videos := Selection(selection(t), true, nil)
	for kind, export := range map[string]func() error{
		"folder": func() error { return d.Folder(t.Context(), "a", videos, filepath.Join(small, "Conch")) },
		"zip":    func() error { return d.Zip(t.Context(), "a", videos, filepath.Join(small, "out.zip")) },
	} {
		if err := export(); err == nil || fault.Of(err).Rule != "share_unwritable" {
			t.Errorf("%s: %v", kind, err)
		}
		alone(t, small)
	}
}
