// Package library is what is kept: generations and videos in SQLite, with search.
// Every exported method that writes is one transaction.
package library

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the "sqlite" driver, without cgo

	"conch/backend/atomicfile"
	"conch/backend/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Library is an open library. It is safe for concurrent use, also by several processes at once.
type Library struct {
	db     *sql.DB
	path   string
	guard  guard
	asked  prepared
	stacks stacks

	mu      sync.Mutex
	changed chan struct{} // closed at the next own write
}

// Open opens the database at path, making it and its folder where they are missing, and brings its
// schema up to date after a dated copy. Faults: library_newer, library_damaged, library_unwritable, library_locked.
func Open(ctx context.Context, path string) (*Library, error) {
	l, _, err := openOr(ctx, path, nil)
	return l, err
}

// OpenOrRebuild is Open for a library that may be made anew when it is damaged or gone and nobody else has it open;
// the damaged one is kept beside it. It gives how, or nil. Faults: Open's.
func OpenOrRebuild(ctx context.Context, path string, src Sources) (*Library, *Repaired, error) {
	return openOr(ctx, path, &src)
}

func openOr(ctx context.Context, path string, src *Sources) (_ *Library, repaired *Repaired, err error) {
	path = atomicfile.Target(path) // SQLite's other files are there, and a repair leaves the link
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, nil, fault.Wrap(err, "library_unwritable", fault.Args{"folder": filepath.Dir(path)})
	}
	g, alone, err := enter(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.leave())
		}
	}()
	l, err := look(ctx, path, alone, src)
	if isDamage(err) && alone && src != nil {
		var r Repaired
		if r, err = rebuild(ctx, path, *src); err == nil {
			repaired = &r
			l, err = openAt(ctx, path, nil)
		}
		if err == nil {
			err = r.count(ctx, l)
		}
	}
	if err != nil {
		return nil, nil, faultOf(err, path)
	}
	l.guard = g
	if alone {
		if err := g.share(ctx); err != nil {
			return nil, nil, errors.Join(err, l.db.Close())
		}
	}
	return l, repaired, nil
}

// look opens a library and finds out whether it is damaged or gone; how closely depends on how its last user ended.
func look(ctx context.Context, path string, alone bool, src *Sources) (*Library, error) {
	if alone && exists(path+finished) {
		if _, err := replace(path); err != nil {
			return nil, err
		}
	}
	doubt := alone && doubtful(path)
	if alone && torn(path) {
		return nil, faultOf(errDamaged, path)
	}
	born := func() error { // an empty database where there was a library is a lost one
		if src == nil || !alone {
			return nil
		}
		had, err := traces(path, *src)
		if err == nil && had {
			err = errDamaged
		}
		return faultOf(err, path)
	}
	if size(path) == 0 { // SQLite would remove the -wal
		if err := born(); err != nil {
			return nil, err
		}
	}
	l, err := openAt(ctx, path, born)
	if err != nil {
		return nil, err
	}
	if err = whole(ctx, l.db); err == nil && doubt {
		err = check(ctx, l.db)
	}
	if err != nil {
		return nil, faultOf(errors.Join(err, l.db.Close()), path)
	}
	if doubt {
		err = os.Remove(suspect(path))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, faultOf(errors.Join(err, l.db.Close()), path)
	}
	return l, nil
}

// openAt opens one database and brings its schema up to date. Where there is none, born may object to a new one.
func openAt(ctx context.Context, path string, born func() error) (*Library, error) {
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, fmt.Errorf("open library: %w", err)
	}
	db.SetMaxIdleConns(4) // to open one and to compile its questions takes longer than a page
	if err := prepare(ctx, db, path, born); err != nil {
		return nil, faultOf(errors.Join(err, db.Close()), path)
	}
	return &Library{db: db, path: path, changed: make(chan struct{})}, nil
}

// dsn carries the pragmas, so that each connection of the pool has them. FULL: a recorded submit survives a power cut.
func dsn(path string) string {
	q := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-4000)"}, "_txlock": {"immediate"}}
	return address(path, q)
}

// copyDSN reads a copy that nobody writes: without locks, and nothing is made beside it.
func copyDSN(path string) string {
	return address(path, url.Values{"mode": {"ro"}, "immutable": {"1"}})
}

func address(path string, q url.Values) string {
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + q.Encode()
}

// prepare refuses a newer schema before touching anything, and copies an older one before changing it.
func prepare(ctx context.Context, db *sql.DB, path string, born func() error) error {
	pages, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, pages)
	if err != nil {
		return err
	}
	known := provider.ListSources()[len(provider.ListSources())-1].Version
	found, err := schemaVersion(ctx, db)
	switch {
	case err != nil:
		return err
	case found > known:
		return fault.New("library_newer", fault.Args{"found": found, "known": known})
	case found == known:
		return nil
	case found == 0 && born != nil:
		if err := born(); err != nil {
			return err
		}
	case found > 0:
		var all []Backup
		if err := copyTo(ctx, db, path, &all); err != nil {
			return err
		}
	}
	return migrate(ctx, provider, db, known)
}

// migrate may meet another process that migrates the same new library: whoever comes second finds it done.
func migrate(ctx context.Context, provider *goose.Provider, db *sql.DB, known int64) error {
	for try := 0; ; try++ {
		_, err := provider.Up(ctx)
		if err == nil {
			return nil
		}
		if found, look := schemaVersion(ctx, db); look == nil && found == known {
			return nil
		}
		ahead := strings.Contains(err.Error(), "already exists") || strings.Contains(err.Error(), "duplicate column")
		if try == 5 && ahead { // nobody else is at it: the tables contradict the version that stands beside them
			return fmt.Errorf("%w: %w", errDamaged, err)
		}
		if try == 5 || !ahead && !strings.Contains(err.Error(), "locked") {
			return err
		}
	}
}

// schemaVersion is 0 where there is no schema.
func schemaVersion(ctx context.Context, db *sql.DB) (int64, error) {
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'").Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	var version sql.NullInt64
	err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version WHERE is_applied").Scan(&version)
	return version.Int64, misspelt(err)
}

// Close ends all connections.
func (l *Library) Close() error { return errors.Join(l.db.Close(), l.guard.leave()) }

// write runs one transaction with the version that its changes get, and tells the watchers.
func (l *Library) write(ctx context.Context, do func(tx *writing, version int64) error) (err error) {
	defer l.notice(&err)
	tx, err := l.begin(ctx)
	if err != nil {
		return fmt.Errorf("library: begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	var version int64
	if err := tx.QueryRowContext(ctx, "UPDATE counter SET version = version + 1 RETURNING version").Scan(&version); err != nil {
		return fmt.Errorf("library: count: %w", err)
	}
	if err := do(tx, version); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("library: commit: %w", err)
	}
	l.mu.Lock()
	close(l.changed)
	l.changed = make(chan struct{})
	l.mu.Unlock()
	return nil
}

// Changed is closed at the next write of this process.
func (l *Library) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}
