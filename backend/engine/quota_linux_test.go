//go:build !race

// A write to SQLite's mapped -shm faults where btrfs has no room for the copy. The driver turns that into an error, but
// not under the race detector: its atomic operations are C, and Go can't unwind out of them.

package engine

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"conch/backend/generation"
)

// rationed is one person's share of a drive; root has no way past its quota either.
type rationed struct {
	t     *testing.T
	drive string
	at    string
}

// quota mounts a share of btrfs, whose quotas need neither a kernel's quota format nor another user.
func quota(t *testing.T, at string) rationed {
	t.Helper()
	image, drive := filepath.Join(t.TempDir(), "image"), t.TempDir()
	if err := errors.Join(os.MkdirAll(at, 0o755), os.WriteFile(image, nil, 0o600), os.Truncate(image, 128<<20)); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"mkfs.btrfs", "-q", image}, {"mount", "-o", "loop", image, drive}} {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Skipf("needs root, a loop device and btrfs: %v: %v: %s", command, err, out)
		}
	}
	t.Cleanup(func() { _ = syscall.Unmount(drive, syscall.MNT_DETACH) })
	q := rationed{t, drive, at}
	share := filepath.Join(drive, "share")
	q.btrfs("quota", "enable", drive)
	q.btrfs("subvolume", "create", share)
	if err := syscall.Mount(share, at, "", syscall.MS_BIND, ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(at, syscall.MNT_DETACH) })
	return q
}

func (q rationed) btrfs(args ...string) {
	q.t.Helper()
	if out, err := exec.Command("btrfs", args...).CombinedOutput(); err != nil {
		q.t.Errorf("btrfs %v: %v: %s", args, err, out)
	}
}

// limit is asked of the whole drive: a share without room can't even be given more from inside. 256 is the first share's number.
func (q rationed) limit(size string) {
	q.t.Helper()
	q.btrfs("qgroup", "limit", size, "0/256", q.drive)
}

func (q rationed) use() {
	q.t.Helper()
	q.limit("1k")
	if err := os.WriteFile(filepath.Join(q.at, "ballast"), make([]byte, 64<<10), 0o600); !errors.Is(err, syscall.EDQUOT) {
		q.t.Error("the quota isn't kept:", err)
	}
}

func (q rationed) lift() { q.t.Helper(); q.limit("none") }

// TestAQuotaAtEachWrite uses up the person's share of a drive, which is no full drive: its error is another.
func TestAQuotaAtEachWrite(t *testing.T) {
	if !privileged(t) {
		return
	}
	for name, c := range map[string]struct {
		folder  string
		prepare func(s *site, use func())
		told    []string
	}{
		"the database, before the submit": {folder: "data", prepare: func(_ *site, use func()) { use() }, told: []string{"library_unwritable"}},
		"the journal, before the submit": {folder: "data", prepare: func(s *site, use func()) {
			once := sync.OnceFunc(use)
			s.onStage = func(stage generation.Stage) {
				if stage.State == generation.Submitting {
					once()
				}
			}
		}, told: []string{"answer", "journal_unwritable"}},
		"both, after the submit": {folder: "data", prepare: func(s *site, use func()) { s.when("submit", func(int64) { use() }) }, told: []string{"answer", "library_unwritable"}},
		"the download":           {folder: "videos", prepare: func(s *site, use func()) { s.when("output", func(int64) { use() }) }, told: []string{"disk_full"}},
		"the end":                {folder: "data", prepare: func(s *site, use func()) { s.when("output", func(int64) { use() }) }, told: []string{"library_unwritable"}},
	} {
		t.Run(name, func(t *testing.T) {
			var q rationed
			s := newSiteOn(t, func(t *testing.T, at, options string) disk {
				if filepath.Base(at) != c.folder {
					return mounted(t, at, options)
				}
				q = quota(t, at)
				return disk{t, at}
			})
			g := s.generate()
			c.prepare(s, q.use)
			s.run()
			s.held(c.told...)
			q.lift()
			s.Studio.Nudge()
			s.ends(g.ID, 1)
		})
	}
}
