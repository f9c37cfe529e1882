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
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the "sqlite" driver, without cgo

	"conch/backend/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Library is an open library. It is safe for concurrent use, also by several processes at once.
type Library struct {
	db *sql.DB

	mu      sync.Mutex
	changed chan struct{} // closed at the next own write
}

// Open opens the database at path, making it and its folder where they are missing, and brings its
// schema up to date after a dated copy. Faults: library_newer, library_damaged, library_unwritable.
func Open(ctx context.Context, path string) (*Library, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fault.Wrap(err, "library_unwritable", fault.Args{"folder": filepath.Dir(path)})
	}
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, fmt.Errorf("open library: %w", err)
	}
	if err := prepare(ctx, db, path); err != nil {
		return nil, errors.Join(openFault(err, path), db.Close())
	}
	return &Library{db: db, changed: make(chan struct{})}, nil
}

// dsn carries the pragmas, so that each connection of the pool has them. FULL: a recorded submit survives a power cut.
func dsn(path string) string {
	q := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-8000)"}, "_txlock": {"immediate"}}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + q.Encode()
}

func openFault(err error, path string) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f
	}
	words := err.Error()
	switch {
	case strings.Contains(words, "not a database"), strings.Contains(words, "malformed"), strings.Contains(words, "SQLITE_CORRUPT"):
		return fault.Wrap(err, "library_damaged", fault.Args{"path": path})
	case errors.Is(err, fs.ErrPermission), strings.Contains(words, "readonly"), strings.Contains(words, "unable to open"), strings.Contains(words, "disk is full"), strings.Contains(words, "CANTOPEN"), strings.Contains(words, "disk I/O"):
		return fault.Wrap(err, "library_unwritable", fault.Args{"folder": filepath.Dir(path)})
	}
	return fmt.Errorf("open library: %w", err)
}

// prepare refuses a newer schema before touching anything, and copies an older one before changing it.
func prepare(ctx context.Context, db *sql.DB, path string) error {
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
	case found > 0:
		copyTo := fmt.Sprintf("%s.before-%d-%s", path, known, time.Now().UTC().Format("20060102T150405"))
		if _, err := db.ExecContext(ctx, "VACUUM INTO ?", copyTo); err != nil {
			return fmt.Errorf("copy before migration: %w", err)
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
		if try == 5 || !strings.Contains(err.Error(), "locked") && !strings.Contains(err.Error(), "already exists") {
			return err
		}
	}
}

func schemaVersion(ctx context.Context, db *sql.DB) (int64, error) {
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'").Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	var version sql.NullInt64
	err := db.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version WHERE is_applied").Scan(&version)
	return version.Int64, err
}

// Close ends all connections.
func (l *Library) Close() error { return l.db.Close() }

// write runs one transaction with the version that its changes get, and tells the watchers.
func (l *Library) write(ctx context.Context, do func(tx *sql.Tx, version int64) error) error {
	tx, err := l.db.BeginTx(ctx, nil)
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

func (l *Library) nextChange() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}
