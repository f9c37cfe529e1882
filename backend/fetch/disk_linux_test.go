package fetch

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"conch/backend/fault"
)

const insideVariable = "CONCH_TEST_OWN_MOUNTS"

// mounted is a small file system of its own. Where this process may not mount, the test runs again in one that may,
// in a namespace of its own, and is done here; where that isn't allowed either, it is skipped.
func mounted(t *testing.T, size string) (folder string, again bool) {
	t.Helper()
	folder = t.TempDir()
	err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size="+size)
	if err == nil {
		t.Cleanup(func() {
			if err := syscall.Unmount(folder, 0); err != nil {
				t.Error(err)
			}
		})
		return folder, false
	}
	if os.Getenv(insideVariable) != "" {
		t.Fatalf("mount in a namespace: %v", err)
	}
	if out, err := exec.CommandContext(t.Context(), "unshare", "-rm", "true").CombinedOutput(); err != nil {
		t.Skipf("neither root nor namespaces to mount a small disk in: %v: %s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), "unshare", "-rm", os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), insideVariable+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return "", true
}

func TestFullDisk(t *testing.T) {
	folder, again := mounted(t, "1m")
	if again {
		return
	}
	filler := filepath.Join(folder, "filler")
	if err := os.WriteFile(filler, make([]byte, 512<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	data := content(1, 800<<10)
	s := storing(t, whole(data, v1))
	f, waited := fetcher()
	r := request(t, s)
	r.Path = filepath.Join(folder, "video.part")
	_, err := f.Download(t.Context(), r)
	ruled(t, "full", err, "disk_full")
	if !errors.Is(err, syscall.ENOSPC) || fault.Of(err).Args["folder"] != folder || len(*waited) != 0 {
		t.Errorf("%v, waited %v", err, *waited)
	}
	if have := sizeOf(r.Path); have == 0 || have >= int64(len(data)) {
		t.Fatalf("%d bytes are left to take up", have)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Download(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	holds(t, r.Path, data)
	if got := s.ranges(); len(got) != 2 || got[1][1] != v1 {
		t.Errorf("what was there was not taken up: %v", got)
	}
}

func TestReadOnlyFolder(t *testing.T) {
	folder, again := mounted(t, "1m")
	if again {
		return
	}
	if err := syscall.Mount("", folder, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	s := storing(t, whole(content(1, 10), v1))
	f, _ := fetcher()
	r := request(t, s)
	r.Path = filepath.Join(folder, "video.part")
	_, err := f.Download(t.Context(), r)
	if ruled(t, "read-only", err, "folder_read_only"); !errors.Is(err, syscall.EROFS) || len(s.ranges()) != 0 {
		t.Errorf("%v, asked %d times", err, len(s.ranges()))
	}
}
