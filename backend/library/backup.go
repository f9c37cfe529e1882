package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"conch/backend/atomicfile"
)

// BackupEvery is how often a library that changes is copied.
const BackupEvery = 24 * time.Hour

const (
	backupsKept = 5
	stampForm   = "20060102T150405Z"
)

// Backup is a dated copy of the library.
type Backup struct {
	Path string
	At   time.Time
}

func backupsOf(path string) string { return filepath.Join(filepath.Dir(path), "backups") }

// Backups lists the copies of the library at path, newest first.
func Backups(path string) []Backup {
	entries, err := os.ReadDir(backupsOf(path))
	if err != nil {
		return nil
	}
	var all []Backup
	for _, e := range entries {
		stamp, named := strings.CutPrefix(e.Name(), "library-")
		at, err := time.Parse(stampForm+".db", stamp)
		if named && err == nil {
			all = append(all, Backup{filepath.Join(backupsOf(path), e.Name()), at})
		}
	}
	slices.SortFunc(all, func(a, b Backup) int { return b.At.Compare(a.At) })
	return all
}

// Backup copies the library once a day, if anything changed since and it passes a close look: a damaged one never
// takes a good copy's place. It gives the copies there are now, newest first. Faults: library_damaged, library_unwritable.
func (l *Library) Backup(ctx context.Context) (all []Backup, err error) {
	defer l.notice(&err)
	all = Backups(l.path)
	var version int64
	if err := l.db.QueryRowContext(ctx, "SELECT version FROM counter").Scan(&version); err != nil || version == 0 {
		return all, err
	}
	for _, b := range all {
		age := time.Since(b.At)
		if age < 0 { // the clock was wrong once
			continue
		}
		if age < BackupEvery || versionOf(ctx, b.Path) == version {
			return all, nil
		}
		break
	}
	if err := check(ctx, l.db); err != nil {
		return all, err
	}
	return all, copyTo(ctx, l.db, l.path, &all)
}

// versionOf reads how far a copy goes; -1 when it can't be read.
func versionOf(ctx context.Context, path string) (version int64) {
	db, err := sql.Open("sqlite", copyDSN(path))
	if err != nil {
		return -1
	}
	defer func() { _ = db.Close() }()
	if db.QueryRowContext(ctx, "SELECT version FROM counter").Scan(&version) != nil {
		return -1
	}
	return version
}

// copying is what a copy is called until it is whole.
const copying = ".copy.db"

// Tidy removes the copy that a killed process left half made. No other process may be at work on the library.
func (l *Library) Tidy() error { return removeDatabase(filepath.Join(backupsOf(l.path), copying)) }

// copyTo makes a dated copy under its final name only when it is whole and synced, and removes the oldest.
func copyTo(ctx context.Context, db *sql.DB, path string, all *[]Backup) (err error) {
	folder := backupsOf(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	lock := flock.New(filepath.Join(folder, ".lock"))
	mine, err := lock.TryLock()
	if err != nil || !mine { // another process is at it
		return errors.Join(err, lock.Close())
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	temp := filepath.Join(folder, copying)
	if err := removeDatabase(temp); err != nil { // what a crash left
		return fmt.Errorf("back up: %w", err)
	}
	made := Backup{At: time.Now().UTC().Truncate(time.Second)}
	made.Path = filepath.Join(folder, "library-"+made.At.Format(stampForm)+".db")
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", temp)
	if err == nil {
		err = syncFile(temp)
	}
	if err == nil {
		err = atomicfile.Rename(temp, made.Path)
	}
	if err != nil {
		return fmt.Errorf("back up: %w", errors.Join(err, removeDatabase(temp)))
	}
	*all = Backups(path)
	for len(*all) > backupsKept {
		last := (*all)[len(*all)-1]
		if err := os.Remove(last.Path); err != nil {
			return fmt.Errorf("back up: %w", err)
		}
		*all = (*all)[:len(*all)-1]
	}
	return nil
}

func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// tails are what SQLite puts behind a database's name.
var tails = []string{"-wal", "-shm", "-journal", ""}

func removeDatabase(path string) error {
	for _, tail := range tails {
		if err := os.Remove(path + tail); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
