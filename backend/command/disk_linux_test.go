package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"conch/backend/simulator"
)

// smallDisk mounts a disk of so many bytes. Without the right to, the test goes on in a namespace of its own where it has it.
func smallDisk(t *testing.T, at, options string) {
	t.Helper()
	if err := os.MkdirAll(at, 0o755); err != nil {
		t.Fatal(err)
	}
	err := syscall.Mount("tmpfs", at, "tmpfs", 0, options)
	if err == nil {
		t.Cleanup(func() { _ = syscall.Unmount(at, syscall.MNT_DETACH) })
		return
	}
	const inside = "CONCH_TEST_UNSHARED"
	if os.Getenv(inside) != "" {
		t.Skip("no right to mount, not even in a namespace: ", err)
	}
	self := exec.Command("unshare", "-rm", os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
	self.Env = append(os.Environ(), inside+"=1")
	out, err := self.CombinedOutput()
	switch {
	case strings.Contains(string(out), "--- PASS"):
		t.SkipNow() // it passed inside
	case strings.Contains(string(out), "--- FAIL"):
		t.Fatalf("in a namespace: %s", out)
	default:
		t.Skipf("no right to mount: %v: %s", err, out)
	}
}

// TestDiskFull fills a small disk with a video: nothing is lost, and with room the download is taken up again.
func TestDiskFull(t *testing.T) {
	s := newShell(t, simulator.Options{})
	smallDisk(t, s.places.Videos, "size=64k")
	code, out, said := s.run("generate", "--prompt", "x", "--json")
	if code != exitNotKept || !strings.Contains(said, "is full") || !strings.Contains(out, "prediction_id") {
		t.Fatal(code, out, said)
	}
	s.keptAfterwards(t, func() error { return syscall.Mount("tmpfs", s.places.Videos, "tmpfs", syscall.MS_REMOUNT, "size=64m") })
}

// TestFolderReadOnly is a videos folder that may not be written to.
func TestFolderReadOnly(t *testing.T) {
	s := newShell(t, simulator.Options{})
	smallDisk(t, s.places.Videos, "size=64m")
	if err := syscall.Mount("tmpfs", s.places.Videos, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	code, out, said := s.run("generate", "--prompt", "x", "--json")
	if code != exitNotKept || !strings.Contains(said, "no permission to write to") || !strings.Contains(out, "prediction_id") {
		t.Fatal(code, out, said)
	}
	s.keptAfterwards(t, func() error { return syscall.Mount("tmpfs", s.places.Videos, "tmpfs", syscall.MS_REMOUNT, "") })
}

// keptAfterwards mends the disk and takes the download up again: one video, billed once, nothing beside it.
func (s *shell) keptAfterwards(t *testing.T, mend func() error) {
	t.Helper()
	if err := mend(); err != nil {
		t.Fatal(err)
	}
	if code, out, said := s.run("resume"); code != exitDone {
		t.Fatal(code, out, said)
	}
	kept, _ := filepath.Glob(filepath.Join(s.places.Videos, "*", "*.mp4"))
	beside, _ := filepath.Glob(filepath.Join(s.places.Videos, "*", ".*"))
	if len(kept) != 1 || len(beside) != 0 || len(s.sim.Ledger()) != 1 {
		t.Fatal(kept, beside, len(s.sim.Ledger()))
	}
}
