package library

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/fsnotify/fsnotify"

	"conch/backend/fault"
	"conch/backend/generation"
)

// Changes are the records written after a version, as they are now.
type Changes struct {
	Generations []generation.Generation
	Videos      []generation.Video
	Many        int  // how many videos changed, when they were too many to be told of one by one
	Collections bool // one was made, renamed or removed, or asks for something else
	Version     int64
}

const manyVideos = 100

// ChangesSince gives what changed after a version.
func (l *Library) ChangesSince(ctx context.Context, version int64) (_ Changes, err error) {
	defer l.notice(&err)
	c := Changes{Version: version}
	// The version is read first: what is written meanwhile comes twice, which does no harm.
	if err := l.db.QueryRowContext(ctx, "SELECT version FROM counter").Scan(&c.Version); err != nil {
		return c, fmt.Errorf("read version: %w", err)
	}
	if c.Version == version {
		return c, nil
	}
	rows, err := l.db.QueryContext(ctx, "SELECT record FROM generations WHERE version > ? ORDER BY version", version)
	if err != nil {
		return c, fmt.Errorf("read changes: %w", err)
	}
	if c.Generations, err = l.scanAll(rows); err != nil {
		return c, err
	}
	if err := l.db.QueryRowContext(ctx, "SELECT count(*) FROM videos WHERE version > ?", version).Scan(&c.Many); err != nil || c.Many > manyVideos {
		return c, err
	}
	c.Many = 0
	rows, err = l.db.QueryContext(ctx, "SELECT "+videoColumns+" FROM "+videoTables+" WHERE v.version > ? ORDER BY v.version", version)
	c.Videos, err = l.scanVideos(rows, err)
	return c, err
}

const (
	gather = 100 * time.Millisecond // what the file system tells so soon after a first notice is looked at with it
	slowly = time.Minute            // how often is looked where it tells nothing
)

// notices are what makes a watcher look, apart from own writes.
type notices struct {
	events <-chan fsnotify.Event
	errors <-chan error     // some were lost
	tick   <-chan time.Time // nil where the file system tells
}

// Watch tells of every change from now on, own ones at once and other processes' as soon as the file system tells of
// them, until ctx ends: no timer runs while nothing happens. Where it can't tell, every minute is looked. Of writers
// on other machines it would not know, but there are none: a -wal is shared through one machine's memory.
func (l *Library) Watch(ctx context.Context, tell func(Changes)) {
	var n notices
	w, err := l.watcher()
	if err == nil {
		defer func() { _ = w.Close() }()
		n.events, n.errors = w.Events, w.Errors
	}
	if err != nil || runtime.GOOS != "linux" { // elsewhere nobody has seen yet that every write is told
		tick := time.NewTicker(slowly)
		defer tick.Stop()
		n.tick = tick.C
	}
	var version int64
	_ = l.db.QueryRowContext(ctx, "SELECT version FROM counter").Scan(&version)
	l.follow(ctx, n, version, tell)
}

// watcher watches the folder: SQLite makes and removes the -wal.
func (l *Library) watcher() (*fsnotify.Watcher, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	if err := w.Add(filepath.Dir(l.path)); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// follow tells of what was written after a version.
func (l *Library) follow(ctx context.Context, n notices, version int64, tell func(Changes)) {
	own := l.Changed()
	named := ""               // what was changed before the first look is told with it
	var soon <-chan time.Time // while a notice waits for those that come with it
	for {
		select {
		case <-ctx.Done():
			return
		case <-own:
			own = l.Changed()
		case e := <-n.events:
			if soon == nil && l.holds(e.Name) {
				soon = time.After(gather)
			}
			continue
		case <-n.errors:
			if soon == nil {
				soon = time.After(gather)
			}
			continue
		case <-soon:
			soon = nil
			l.settle(ctx)
		case <-n.tick:
		}
		if changes, err := l.ChangesSince(ctx, version); err == nil && changes.Version > version {
			version = changes.Version
			now := l.named(ctx)
			changes.Collections, named = now != named, now
			tell(changes)
		}
	}
}

// named is what the collections are called and ask for, as one text: their rows have no version.
func (l *Library) named(ctx context.Context) (all string) {
	_ = l.db.QueryRowContext(ctx, "SELECT json_group_array(json_array(id, name, query) ORDER BY id) FROM collections").Scan(&all)
	return all
}

// holds says whether a file is one that commits are written to.
func (l *Library) holds(file string) bool {
	name, base := filepath.Base(file), filepath.Base(l.path)
	return name == base || name == base+"-wal"
}

// settle returns when no write is under way: the file system tells of a commit before the commit can be seen.
func (l *Library) settle(ctx context.Context) {
	for {
		tx, err := l.db.BeginTx(ctx, nil)
		if err == nil {
			_ = tx.Rollback()
			return
		}
		if fault.Of(faultOf(err, l.path)).Rule != "library_locked" {
			return
		}
	}
}
