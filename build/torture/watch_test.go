//go:build torture && linux

package torture

import (
	"database/sql"
	"encoding/binary"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// step is one change in a folder as the kernel tells it.
type step struct {
	file string
	what uint32 // unix.IN_*
}

const watched = unix.IN_CREATE | unix.IN_MODIFY | unix.IN_DELETE | unix.IN_MOVED_FROM | unix.IN_MOVED_TO

// watch tells of each change in folders, at once and in order, until stop.
func (l *lane) watch(tell func(step), folders ...string) (stop func()) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, folder := range folders {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			l.t.Fatal(err)
		}
		if _, err := unix.InotifyAddWatch(fd, folder, watched); err != nil {
			l.t.Fatal(err)
		}
	}
	events := os.NewFile(uintptr(fd), "inotify")
	var reader sync.WaitGroup
	reader.Go(func() {
		const head = unix.SizeofInotifyEvent
		for buffer := make([]byte, 64<<10); ; {
			n, err := events.Read(buffer)
			if err != nil {
				return
			}
			for rest := buffer[:n]; len(rest) >= head; {
				length := int(binary.NativeEndian.Uint32(rest[12:]))
				name := strings.TrimRight(string(rest[head:head+length]), "\x00")
				tell(step{name, binary.NativeEndian.Uint32(rest[4:])})
				rest = rest[head+length:]
			}
		}
	})
	return func() {
		_ = events.Close()
		reader.Wait()
	}
}

// onState springs as soon as a generation is recorded in a state that it was not in before.
func (l *lane) onState(state string, pass int, spring func(...*process)) (stop func()) {
	before := map[string]string{}
	for _, g := range l.peek() {
		before[g.id] = g.state
	}
	var db *sql.DB
	sprung := false
	look := func(s step) {
		if sprung || !strings.HasPrefix(s.file, "library.db") {
			return
		}
		if db == nil {
			db = readOnly(l.database())
		}
		for _, g := range rowsOf(db) {
			if g.state != state || before[g.id] == state {
				before[g.id] = g.state
				continue
			}
			before[g.id] = g.state
			if pass--; pass < 0 {
				sprung = true
				spring(l.ownedBy(g.owner)...)
				return
			}
		}
	}
	stopWatching := l.watch(look, filepath.Dir(l.database()))
	return func() {
		stopWatching()
		if db != nil {
			_ = db.Close() // read-only: it leaves the log as it is
		}
	}
}

// ownedBy is the process that an owner is; every one when it can't be told.
func (l *lane) ownedBy(owner string) []*process {
	all := l.running()
	for _, p := range all {
		if ownerOf(p) == owner {
			return []*process{p}
		}
	}
	return all
}

// row is a generation as the database has it.
type row struct {
	id, state, owner, prompt, prediction string
	attempt                              int
}

func readOnly(path string) *sql.DB {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&_pragma=busy_timeout(2000)")
	if err != nil {
		panic(err) // the name of the driver is wrong
	}
	db.SetMaxOpenConns(1)
	return db
}

// rowsOf reads all generations; none while there is no table yet.
func rowsOf(db *sql.DB) []row {
	rows, err := db.Query(`SELECT id, state, owner, coalesce(record ->> '$.request.params.prompt', ''), coalesce(record ->> '$.predictionId', ''),
		coalesce(record ->> '$.attempt', 0) FROM generations ORDER BY created_at`)
	if err != nil {
		return nil
	}
	defer func() { _ = rows.Close() }()
	var all []row
	for rows.Next() {
		var r row
		if rows.Scan(&r.id, &r.state, &r.owner, &r.prompt, &r.prediction, &r.attempt) == nil {
			all = append(all, r)
		}
	}
	return all
}
