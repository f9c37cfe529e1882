//go:build torture && linux

package torture

import (
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// plan is how a round is to be killed.
type plan struct {
	arm    func() (disarm func())
	framed bool // it needs a first frame
}

// The recorded transitions.
var states = []string{"waiting", "uploading", "submitting", "processing", "downloading", "done"}

type point struct {
	on, at string
	bills  bool
	pass   int
}

func (p point) kind() string {
	if p.bills {
		return p.on + " " + p.at + ", billed"
	}
	return p.on + " " + p.at
}

func atState(s string) string { return "at " + s }

const atFile, atRandom = "at a file's step", "at random"

// The points of the wire, with how many requests may pass first.
var points = []point{
	{on: "submit", at: "before", pass: 3}, {on: "submit", at: "before", bills: true, pass: 3}, {on: "submit", at: "billed", pass: 3},
	{on: "submit", at: "half", pass: 3}, {on: "submit", at: "answered", pass: 3},
	{on: "upload", at: "before"}, {on: "upload", at: "bytes"}, {on: "upload", at: "billed"}, {on: "upload", at: "answered"},
	{on: "prediction", at: "before", pass: 4}, {on: "prediction", at: "half", pass: 4}, {on: "prediction", at: "answered", pass: 4},
	{on: "output", at: "before", pass: 2}, {on: "output", at: "bytes", pass: 2}, {on: "output", at: "bytes", pass: 2},
	{on: "other", at: "billed", pass: 2},
}

// The changes of files at which a process dies: each is a step between two of Conch's own.
var files = []struct {
	suffix string
	what   uint32
	most   int // of how many occurrences one is chosen
	framed bool
}{
	{"library.db", unix.IN_CREATE, 1, false}, {"library.db", unix.IN_MODIFY, 6, false}, {"library.db-wal", unix.IN_MODIFY, 60, false},
	{"library.db-wal", unix.IN_MODIFY, 15, false}, {"library.db-wal", unix.IN_DELETE, 1, false}, {"library.db-shm", unix.IN_CREATE, 1, false},
	{"journal.jsonl", unix.IN_MODIFY, 6, false}, {".lock", unix.IN_CREATE, 2, false}, {".lock", unix.IN_DELETE, 2, false},
	{".part", unix.IN_CREATE, 2, false}, {".part", unix.IN_MODIFY, 8, false}, {".part", unix.IN_DELETE, 2, false},
	{".etag", unix.IN_CREATE, 2, false}, {".etag", unix.IN_DELETE, 2, false}, {".tagged", unix.IN_CREATE, 2, false},
	{".tagged", unix.IN_MODIFY, 8, false}, {".mp4", unix.IN_MOVED_TO, 2, false},
	{"", unix.IN_CREATE, 40, true}, {"", unix.IN_MODIFY, 60, true}, {"", unix.IN_MOVED_TO, 3, true},
}

// plan chooses by the lane's own dice.
func (l *lane) plan() plan {
	switch dice := l.rng.IntN(20); {
	case dice < 6:
		state, pass := states[l.rng.IntN(len(states))], l.rng.IntN(3)
		return plan{framed: state == "uploading", arm: func() func() {
			return l.onState(state, pass, func(victims ...*process) { l.kill(atState(state), victims...) })
		}}
	case dice < 13:
		return l.wirePlan()
	case dice < 18:
		return l.filePlan()
	}
	return l.randomPlan()
}

func (l *lane) wirePlan() plan {
	p := points[l.rng.IntN(len(points))]
	t := &trap{on: p.on, at: p.at, bills: p.bills, share: l.rng.Float64(), spring: func(by *process) { l.kill(p.kind(), by) }}
	if p.pass > 0 {
		t.pass = l.rng.IntN(p.pass)
	}
	return plan{framed: p.on == "upload", arm: func() func() {
		l.wire.arm(t)
		return l.wire.disarm
	}}
}

func (l *lane) filePlan() plan {
	f := files[l.rng.IntN(len(files))]
	left, everybody := 1+l.rng.IntN(f.most), l.rng.IntN(3) == 0
	return plan{framed: f.framed, arm: func() func() {
		return l.watch(func(s step) {
			if s.what&f.what == 0 || !strings.HasSuffix(s.file, f.suffix) {
				return
			}
			if left--; left == 0 {
				l.kill(atFile, l.having(s.file, everybody)...)
			}
		}, l.data(), filepath.Join(l.data(), "owners"), filepath.Join(l.data(), "pictures"), l.videos())
	}}
}

// having is the process that has a file open, or one that may have; everybody when they are to die together.
func (l *lane) having(file string, everybody bool) []*process {
	all := l.running()
	if everybody {
		return all
	}
	for _, p := range all {
		for _, link := range links(p) {
			if filepath.Base(link) == file {
				return []*process{p}
			}
		}
	}
	return all[:min(1, len(all))]
}

func (l *lane) randomPlan() plan {
	after, everybody := time.Duration(l.rng.Int64N(int64(2*time.Second))), l.rng.IntN(2) == 0
	return plan{arm: func() func() {
		t := time.AfterFunc(after, func() {
			all := l.running()
			if !everybody {
				all = all[:min(1, len(all))]
			}
			l.kill(atRandom, all...)
		})
		return func() { t.Stop() }
	}}
}
