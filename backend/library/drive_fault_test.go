package library

import (
	"fmt"
	"testing"

	lib "modernc.org/sqlite/lib"

	"conch/backend/fault"
)

type coded int

func (c coded) Error() string { return fmt.Sprint("SQLite says ", int(c)) }
func (c coded) Code() int     { return int(c) }

// TestWhatSQLiteSaysOfADrive: each of its codes has a sentence about what to do.
func TestWhatSQLiteSaysOfADrive(t *testing.T) {
	for code, rule := range map[int]string{
		lib.SQLITE_PROTOCOL: "library_drive", lib.SQLITE_IOERR_LOCK: "library_drive", lib.SQLITE_IOERR_SHMMAP: "library_drive", lib.SQLITE_NOLFS: "library_drive",
		lib.SQLITE_IOERR: "library_unwritable", lib.SQLITE_IOERR_WRITE: "library_unwritable", lib.SQLITE_FULL: "library_unwritable", lib.SQLITE_READONLY: "library_unwritable",
		lib.SQLITE_BUSY: "library_locked", lib.SQLITE_CORRUPT: "library_damaged", lib.SQLITE_NOTADB: "library_damaged",
	} {
		if got := fault.Of(faultOf(fmt.Errorf("open: %w", coded(code)), "/net/library.db")).Rule; got != rule {
			t.Errorf("%d: %s, want %s", code, got, rule)
		}
	}
}
