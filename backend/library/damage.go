package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"conch/backend/fault"
)

// errDamaged says that what was read can't be what was written.
var errDamaged = errors.New("the database is damaged")

// faultOf gives the database's troubles the words for a person; what is none of these stays as it is. Full,
// read-only, locked and unreachable are no damage: nothing is repaired for them.
func faultOf(err error, path string) error {
	var f *fault.Error
	var s interface{ Code() int } // SQLite's
	switch {
	case err == nil || errors.As(err, &f):
		return err
	case errors.Is(err, errDamaged):
		return fault.Wrap(err, "library_damaged", fault.Args{"path": path})
	case errors.Is(err, fs.ErrPermission):
		return fault.Wrap(err, "library_unwritable", fault.Args{"folder": filepath.Dir(path)})
	case !errors.As(err, &s):
		return err
	}
	switch s.Code() { // of an I/O error, those that say that a drive can't lock or share memory
	case lib.SQLITE_IOERR_LOCK, lib.SQLITE_IOERR_UNLOCK, lib.SQLITE_IOERR_RDLOCK, lib.SQLITE_IOERR_CHECKRESERVEDLOCK, lib.SQLITE_IOERR_SHMOPEN, lib.SQLITE_IOERR_SHMLOCK, lib.SQLITE_IOERR_SHMMAP:
		return fault.Wrap(err, "library_drive", fault.Args{"folder": filepath.Dir(path)})
	}
	switch s.Code() & 0xff {
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return fault.Wrap(err, "library_damaged", fault.Args{"path": path})
	case lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
		return fault.Wrap(err, "library_unwritable", fault.Args{"folder": filepath.Dir(path)})
	case lib.SQLITE_PROTOCOL, lib.SQLITE_NOLFS:
		return fault.Wrap(err, "library_drive", fault.Args{"folder": filepath.Dir(path)})
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fault.Wrap(err, "library_locked", fault.Args{"path": path})
	}
	return err
}

func isDamage(err error) bool { return err != nil && fault.Of(err).Rule == "library_damaged" }

// notice gives an error its words, and asks the next start to look closely when it is damage.
func (l *Library) notice(err *error) {
	if *err = faultOf(*err, l.path); isDamage(*err) {
		_ = os.WriteFile(suspect(l.path), nil, 0o600) // when that can't be written, the damage shows again
	}
}

// suspect is the file that says that damage was met.
func suspect(path string) string { return path + ".suspect" }

// doubtful says that a library that nobody has open needs a close look: its last user did not end well (SQLite
// removes the -wal at a clean end), or met damage. A look costs 1 to 3 s for 100,000 videos.
func doubtful(path string) bool { return size(path+"-wal") > 0 || exists(suspect(path)) }

// torn says that a library that was left in order is no whole number of pages; SQLite would read zeros for the rest.
func torn(path string) bool {
	const page = 4096
	return size(path+"-wal") == 0 && size(path)%page != 0
}

// check looks closely: every page, every record, and whether a record says what its columns say.
func check(ctx context.Context, db *sql.DB) error {
	var word string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&word); err != nil {
		return fmt.Errorf("check library: %w", misspelt(err))
	}
	if word != "ok" {
		return fmt.Errorf("check library: %w: %s", errDamaged, word)
	}
	var unreadable int
	if err := db.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM generations WHERE NOT json_valid(record) OR record ->> '$.id' IS NOT id OR record ->> '$.state' IS NOT state OR record ->> '$.service' IS NOT service
			OR coalesce(record ->> '$.predictionId', '') != prediction_id) +
		(SELECT count(*) FROM videos v LEFT JOIN models m ON m.id = v.model LEFT JOIN files f ON f.n = v.n LEFT JOIN records r ON r.n = v.n
			WHERE r.n IS NULL OR f.n IS NULL OR NOT json_valid(record) OR record ->> '$.id' IS NOT v.id OR record ->> '$.model' IS NOT m.name OR record ->> '$.duration' IS NOT v.duration
			OR (record -> '$.pictures' IS NOT NULL) != pictured OR (record ->> '$.service' IS 'demo') != demo OR coalesce(record ->> '$.cost', record ->> '$.price.amount', 0) != v.cost
			OR min(max(record ->> '$.createdAt', 0), 1125899906842623) * 4096 > v.n) +
		(SELECT count(*) FROM origins o JOIN records r ON r.n = o.n WHERE record ->> '$.origin.kind' IS NOT o.kind)`).Scan(&unreadable); err != nil {
		return fmt.Errorf("check library: %w", misspelt(err))
	}
	if unreadable > 0 {
		return fmt.Errorf("check library: %w: %d records", errDamaged, unreadable)
	}
	return nil
}

// whole says whether every table answers: a page of zeros where the schema was makes an empty database, not a broken one.
func whole(ctx context.Context, db *sql.DB) error {
	for _, ask := range []string{
		"SELECT version FROM counter", "SELECT count(*) FROM (SELECT id, prediction_id FROM generations LIMIT 1)", "SELECT count(*) FROM (SELECT n FROM videos LIMIT 1)", "SELECT count(*) FROM (SELECT name FROM records LIMIT 1)", "SELECT count(*) FROM (SELECT path FROM files LIMIT 1)", "SELECT count(*) FROM (SELECT kind FROM origins LIMIT 1)",
		"SELECT count(*) FROM (SELECT name FROM models LIMIT 1)", "SELECT count(*) FROM (SELECT folded FROM tags LIMIT 1)", "SELECT count(*) FROM (SELECT n FROM video_tags LIMIT 1)", "SELECT count(*) FROM (SELECT query FROM collections LIMIT 1)",
		"SELECT count(*) FROM (SELECT position FROM collection_items LIMIT 1)", "SELECT count(*) FROM (SELECT inverse FROM edits LIMIT 1)", "SELECT count(*) FROM (SELECT n FROM unindexed LIMIT 1)",
		"SELECT count(*) FROM (SELECT n FROM ledger LIMIT 1)", "SELECT count(*) FROM (SELECT beat FROM owners LIMIT 1)", "SELECT count(*) FROM (SELECT rowid FROM search LIMIT 1)",
	} {
		var n int64
		err := db.QueryRowContext(ctx, ask).Scan(&n)
		if errors.Is(err, sql.ErrNoRows) {
			err = errDamaged
		}
		if err != nil {
			return fmt.Errorf("open library: %w", misspelt(err))
		}
	}
	return nil
}

// misspelt calls it damage when the database doesn't know what its schema's version says it has.
func misspelt(err error) error {
	var s *sqlite.Error
	if errors.As(err, &s) && s.Code()&0xff == lib.SQLITE_ERROR {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	return err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// size of a file; 0 when there is none. It opens nothing: closing a file of its own would drop SQLite's locks on it.
func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
