package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"conch/backend/atomicfile"
	"conch/backend/fault"
	"conch/backend/generation"
)

// Sources are what a damaged or lost library is made anew from, beside the copies in its backups folder.
type Sources struct {
	Books   func() ([]generation.Generation, error) // every submit as it was last written down, oldest first; nil: none
	Folders []string                                // where videos lie
}

// Repaired says how a damaged or lost library was made anew.
type Repaired struct {
	SetAside string // the damaged file; "" when there was none
	Backup   string // the copy it began from; "" when there was none that could be read
	Videos   int    // in the library now
	Runs     int
}

// The names beside the database while it is made anew: one that is not finished is begun again, a finished one only
// has to take its place.
const (
	unfinished = ".rebuilding"
	finished   = ".rebuilt"
)

// traces says that there was a library here, although the database is missing or empty.
func traces(path string, src Sources) (bool, error) {
	aside, err := filepath.Glob(globbable(path) + ".damaged-*")
	if err != nil || len(aside) > 0 || len(Backups(path)) > 0 || src.Books == nil {
		return len(aside) > 0 || len(Backups(path)) > 0, err
	}
	books, err := src.Books()
	return len(books) > 0, err
}

func globbable(path string) string {
	var safe []rune
	for _, r := range path {
		if r == '*' || r == '?' || r == '[' {
			r = '?'
		}
		safe = append(safe, r)
	}
	return string(safe)
}

// rebuild makes the library anew, then sets the damaged one aside. The caller is alone. A crash on the way leaves
// the damaged library as it was, or a finished new one that the next start puts in its place.
func rebuild(ctx context.Context, path string, src Sources) (r Repaired, err error) {
	fresh := path + unfinished
	defer func() { err = errors.Join(err, removeDatabase(fresh)) }()
	if r.Backup, err = restore(ctx, path, fresh); err != nil {
		return r, err
	}
	l, err := openAt(ctx, fresh, nil)
	if err != nil {
		return r, err
	}
	if err := errors.Join(l.fill(ctx, path, src), l.db.Close()); err != nil {
		return r, err
	}
	if err := errors.Join(syncFile(fresh), atomicfile.Rename(fresh, path+finished)); err != nil {
		return r, faultOf(err, path)
	}
	r.SetAside, err = replace(path)
	return r, err
}

// fill brings back what the copy lacks: what the journal and the videos' own tags tell.
func (l *Library) fill(ctx context.Context, path string, src Sources) error {
	var books []generation.Generation
	if src.Books != nil {
		var err error
		if books, err = src.Books(); err != nil {
			return fault.Wrap(err, "library_unwritable", fault.Args{"folder": filepath.Dir(path)})
		}
	}
	if _, err := l.Recover(ctx, books); err != nil {
		return err
	}
	if err := l.standDown(ctx, len(books) > 0); err != nil {
		return err
	}
	if err := os.WriteFile(unlooked(path), nil, 0o600); err != nil {
		return faultOf(err, path)
	}
	if _, err := l.lookThrough(ctx, path, src.Folders); err != nil {
		return err
	}
	_, err := l.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// standDown keeps everything that was not sent from being sent by itself: a person may have canceled it since the
// copy was made, and without the journal it may even have been sent.
func (l *Library) standDown(ctx context.Context, journaled bool) error {
	all, err := l.Generations(ctx, GenerationsQuery{Unfinished: true, Limit: -1})
	if err != nil {
		return err
	}
	return l.write(ctx, func(tx *writing, version int64) error {
		for _, g := range all {
			if g.State != generation.Waiting && g.State != generation.Uploading {
				continue
			}
			g.State, g.Fault, g.EndedAt = generation.Canceled, fault.ToWire(fault.New("not_sent", nil)), time.Now().UnixMilli()
			if !journaled {
				g.State, g.Fault, g.EndedAt = generation.Uncertain, fault.ToWire(fault.New("submit_uncertain", nil)), 0
			}
			if err := putGeneration(ctx, tx, version, &g); err != nil {
				return err
			}
		}
		return nil
	})
}

// restore puts the newest copy that can be read at "to".
func restore(ctx context.Context, path, to string) (from string, err error) {
	for _, b := range Backups(path) {
		if err := removeDatabase(to); err != nil {
			return "", faultOf(err, path)
		}
		if wholeCopy(ctx, b.Path, to) == nil {
			return b.Path, nil
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
	}
	return "", faultOf(removeDatabase(to), path)
}

// wholeCopy copies a copy if it passes a close look and this Conch knows its form.
func wholeCopy(ctx context.Context, from, to string) error {
	db, err := sql.Open("sqlite", copyDSN(from))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	l, err := openAt(ctx, to, nil)
	if err != nil {
		return err
	}
	return errors.Join(whole(ctx, l.db), check(ctx, l.db), l.db.Close())
}

// replace sets the damaged database aside under a dated name and puts the finished one in its place. The -wal goes
// first: it must never be taken for the new database's.
func replace(path string) (aside string, err error) {
	name := atomicfile.Aside(path, "damaged", time.Now(), tails...)
	for _, tail := range tails {
		switch err := os.Rename(path+tail, name+tail); {
		case err == nil && tail == "":
			aside = name
		case err != nil && !errors.Is(err, os.ErrNotExist):
			return "", faultOf(err, path)
		}
	}
	if err := os.Remove(suspect(path)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return aside, faultOf(err, path)
	}
	if err := atomicfile.Rename(path+finished, path); err != nil {
		return aside, fmt.Errorf("open library: %w", faultOf(err, path))
	}
	return aside, nil
}

// count fills in what came back.
func (r *Repaired) count(ctx context.Context, l *Library) error {
	return l.db.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM videos WHERE trashed_at = 0), (SELECT count(*) FROM generations)").Scan(&r.Videos, &r.Runs)
}

// Fault is what a person is told of it.
func (r Repaired) Fault() *fault.Error {
	if r.SetAside == "" {
		return fault.New("library_restored", fault.Args{"videos": r.Videos, "runs": r.Runs})
	}
	return fault.New("library_repaired", fault.Args{"file": r.SetAside, "videos": r.Videos, "runs": r.Runs}).With("file", r.SetAside)
}
