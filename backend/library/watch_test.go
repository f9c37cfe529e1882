package library

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// pair is one library as two processes have it open.
func pair(t *testing.T) (mine, theirs *Library) {
	t.Helper()
	mine = opened(t)
	theirs, err := Open(t.Context(), mine.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = theirs.Close() })
	return mine, theirs
}

// following follows a library from its beginning, by the file system's notices where none are given, until stop.
func following(t *testing.T, l *Library, n *notices, tell func(Changes)) (stop func()) {
	t.Helper()
	if n == nil {
		w, err := l.watcher()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = w.Close() })
		n = &notices{events: w.Events, errors: w.Errors}
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.follow(ctx, *n, 0, tell)
	}()
	stop = func() { cancel(); <-ended }
	t.Cleanup(stop)
	return stop
}

func has(c Changes, id string) bool {
	for _, v := range c.Videos {
		if v.ID == id {
			return true
		}
	}
	return false
}

func TestWatchTellsWhatAnotherProcessWrites(t *testing.T) {
	mine, theirs := pair(t)
	ctx, stop := context.WithCancel(t.Context())
	told := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		heard := false
		mine.Watch(ctx, func(c Changes) {
			if has(c, "theirs") && !heard {
				heard = true
				close(told)
			}
		})
	}()
	add(t, theirs, "theirs", "x", 1)
	for n := 0; ; n++ { // the watcher may begin after any of these
		if _, err := theirs.SetFavourite(t.Context(), "theirs", n%2 == 0); err != nil {
			t.Fatal(err)
		}
		select {
		case <-told:
			stop()
			<-ended
			return
		default:
		}
	}
}

func TestWatchTellsEachWriteOfAnotherProcess(t *testing.T) {
	mine, theirs := pair(t)
	told := make(chan Changes, 1)
	following(t, mine, nil, func(c Changes) { told <- c })
	for n := range 5 { // nothing follows that could make up for a look that came before its commit
		id := fmt.Sprint("theirs ", n)
		add(t, theirs, id, "x", int64(n))
		for !has(<-told, id) {
		}
	}
}

// A collection without videos changes none; the page hears of it all the same, and of nothing when nothing changed.
func TestWatchTellsOfCollections(t *testing.T) {
	mine, theirs := pair(t)
	told := make(chan Changes, 1)
	following(t, mine, nil, func(c Changes) { told <- c })
	until := func(id string) (collections bool) {
		add(t, theirs, id, "x", 1)
		for {
			c := <-told
			if collections = collections || c.Collections; has(c, id) {
				return collections
			}
		}
	}
	until("first")
	if until("second") {
		t.Error("told of collections, of which there are none")
	}
	c, err := theirs.SaveCollection(t.Context(), Collection{Name: "Smart", Smart: true, Query: "x"})
	must(t, err)
	if !until("third") {
		t.Error("a new one was not told of")
	}
	c.Name = "Smarter"
	_, err = theirs.SaveCollection(t.Context(), c)
	must(t, err)
	if !until("fourth") {
		t.Error("a new name was not told of")
	}
	_, err = theirs.RemoveCollection(t.Context(), c.ID)
	must(t, err)
	if !until("fifth") {
		t.Error("its end was not told of")
	}
}

func TestWatchTellsABurstAtOnce(t *testing.T) {
	mine, theirs := pair(t)
	const burst = 300
	first, over := make(chan struct{}), make(chan struct{})
	times, told := 0, 0
	whole := make(chan struct{})
	complete := sync.OnceFunc(func() { close(whole) })
	stop := following(t, mine, nil, func(c Changes) {
		if times++; times == 1 {
			close(first)
			<-over // the page is busy all the while
		}
		if told += len(c.Videos) + c.Many; told >= burst+1 {
			complete()
		}
	})
	add(t, theirs, "first", "x", 1)
	<-first
	if _, err := theirs.db.ExecContext(t.Context(), "PRAGMA synchronous = OFF"); err != nil { // a test of the notices, not of the disk
		t.Fatal(err)
	}
	for n := range burst {
		add(t, theirs, fmt.Sprint(n), "x", int64(n))
	}
	close(over)
	<-whole
	stop()
	if times != 2 {
		t.Errorf("%d writes while the watcher was busy were told in %d parts", burst, times-1)
	}
}

func TestALookWaitsForTheCommitThatItWasToldOf(t *testing.T) {
	mine, theirs := pair(t)
	tx, err := theirs.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	order := make(chan string, 2)
	begun := make(chan struct{})
	go func() {
		close(begun)
		mine.settle(t.Context())
		order <- "looked"
	}()
	<-begun
	for n := range 500 { // more than enough for a look that doesn't wait
		if _, err := tx.ExecContext(t.Context(), "INSERT INTO owners (id, beat) VALUES (?, 1)", n); err != nil {
			t.Fatal(err)
		}
	}
	order <- "committed"
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if first := <-order; first != "committed" {
		t.Error("the look came first")
	}
	<-order
}

func TestWatchLooksWhereTheFileSystemTellsNothing(t *testing.T) {
	mine, theirs := pair(t)
	add(t, theirs, "theirs", "x", 1)
	tick, lost, told := make(chan time.Time), make(chan error), make(chan Changes, 1)
	following(t, mine, &notices{tick: tick, errors: lost}, func(c Changes) { told <- c })
	tick <- time.Time{}
	if !has(<-told, "theirs") {
		t.Error("the tick told nothing")
	}
	add(t, theirs, "theirs too", "x", 2)
	lost <- fmt.Errorf("the queue ran over")
	if !has(<-told, "theirs too") {
		t.Error("lost notices were not made up for")
	}
}

func TestWatchOutlivesTheFile(t *testing.T) {
	for _, what := range []string{"removed", "replaced", "folder removed"} {
		t.Run(what, func(t *testing.T) {
			mine := opened(t)
			mine.db.SetMaxOpenConns(1) // a further one would open what stands there then
			told := make(chan Changes, 1)
			stop := following(t, mine, nil, func(c Changes) { told <- c })
			add(t, mine, "before", "x", 1)
			<-told
			switch what {
			case "removed":
				for _, end := range []string{"", "-wal", "-shm"} {
					if err := os.Remove(mine.path + end); err != nil {
						t.Fatal(err)
					}
				}
			case "replaced":
				other := filepath.Join(t.TempDir(), "other.db")
				l, err := Open(t.Context(), other)
				if err != nil {
					t.Fatal(err)
				}
				if err := l.Close(); err != nil {
					t.Fatal(err)
				}
				if err := os.Rename(other, mine.path); err != nil {
					t.Fatal(err)
				}
			case "folder removed":
				if err := os.RemoveAll(filepath.Dir(mine.path)); err != nil {
					t.Fatal(err)
				}
			}
			add(t, mine, "after", "x", 2) // what is open stays open
			if !has(<-told, "after") {
				t.Error("own writes are no longer told")
			}
			stop()
		})
	}
}
