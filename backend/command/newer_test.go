package command

import (
	"database/sql"
	"testing"

	_ "modernc.org/sqlite" // writes what a newer Conch would have written
)

func raiseSchema(t *testing.T, path string) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
}
