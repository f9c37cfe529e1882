package engine

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// privileged says that this process may mount. Another user's process runs the test again in a namespace of its own,
// where it may; where there is no such thing the test is skipped with the reason.
func privileged(t *testing.T) bool {
	t.Helper()
	try := t.TempDir()
	err := syscall.Mount("tmpfs", try, "tmpfs", 0, "size=64k")
	if err == nil {
		if err := syscall.Unmount(try, 0); err != nil {
			t.Fatal(err)
		}
		return true
	}
	if os.Getenv("CONCH_TEST_NAMESPACE") != "" {
		t.Skip("needs to mount a tmpfs, which isn't allowed even in a namespace of its own:", err)
	}
	again(t, "CONCH_TEST_NAMESPACE", "unshare", "-rm")
	return false
}

// again runs this test once more behind a tool that changes what the process may do.
func again(t *testing.T, mark string, tool ...string) {
	t.Helper()
	if _, err := exec.LookPath(tool[0]); err != nil {
		t.Skip("needs", tool[0], "or root:", err)
	}
	if out, err := exec.Command(tool[0], append(tool[1:], "true")...).CombinedOutput(); err != nil {
		t.Skipf("%s isn't allowed here: %v: %s", tool[0], err, out)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(tool[0], append(tool[1:], self, "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$", "-test.v")...)
	child.Env = append(os.Environ(), mark+"=1")
	out, err := child.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if strings.Contains(string(out), "--- SKIP") {
		t.Skipf("%s", out)
	}
}

// disk is a small drive mounted for the test.
type disk struct {
	t  *testing.T
	at string
}

func mounted(t *testing.T, at, options string) disk {
	t.Helper()
	if err := errors.Join(os.MkdirAll(at, 0o755), syscall.Mount("tmpfs", at, "tmpfs", 0, options)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(at, syscall.MNT_DETACH) })
	return disk{t, at}
}

func (d disk) ballast() string { return filepath.Join(d.at, "ballast") }

// fill leaves so many bytes free.
func (d disk) fill(leave int64) {
	d.t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(d.at, &s); err != nil {
		d.t.Error(err)
		return
	}
	file, err := os.OpenFile(d.ballast(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		d.t.Error(err)
		return
	}
	for left := int64(s.Bavail)*s.Bsize - leave; left > 0; {
		n, err := file.Write(make([]byte, min(left, 64<<10)))
		left -= int64(n)
		if errors.Is(err, syscall.ENOSPC) {
			break
		}
		if err != nil {
			d.t.Error(err)
			break
		}
	}
	_ = file.Close()
}

func (d disk) free() {
	d.t.Helper()
	if err := os.Remove(d.ballast()); err != nil {
		d.t.Error(err)
	}
}

func (d disk) remount(flags uintptr) {
	d.t.Helper()
	if err := syscall.Mount("", d.at, "", syscall.MS_REMOUNT|flags, ""); err != nil {
		d.t.Error(err)
	}
}
