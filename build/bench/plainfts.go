//go:build linux

package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	_ "modernc.org/sqlite" // the "sqlite" driver

	"conch/build/bench/seed"
)

// plainIndex gives a database with the library's full-text index alone, in a form that older shells can read: Debian
// 12's sqlite3 knows no contentless_delete. It is made from the index's own terms, once.
func plainIndex(ctx context.Context, home seed.Home) (path string, err error) {
	path = filepath.Join(filepath.Dir(home.Dir), "index.db")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	unfinished := path + ".part"
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	db, err := sql.Open("sqlite", "file:"+home.Database())
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1) // the attached database is the connection's
	var made string
	if err := db.QueryRowContext(ctx, "SELECT sql FROM sqlite_master WHERE name = 'search'").Scan(&made); err != nil {
		return "", err
	}
	made = strings.Replace(strings.Replace(made, "contentless_delete=1,", "", 1), " search ", " plain.search ", 1)
	for _, statement := range []string{"ATTACH '" + unfinished + "' AS plain", "PRAGMA plain.synchronous = OFF", made, "CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search, instance)"} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return "", fmt.Errorf("%s: %w", statement, err)
		}
	}
	documents, terms, err := documentsOf(ctx, db)
	if err != nil {
		return "", err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return "", err
	}
	for n, places := range documents {
		var columns [2][]string
		slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.offset, b.offset) })
		for _, p := range places {
			columns[p.column] = append(columns[p.column], terms[p.term])
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO plain.search (rowid, words, grams) VALUES (?, ?, ?)", n, strings.Join(columns[0], " "), strings.Join(columns[1], " ")); err != nil {
			return "", errors.Join(err, tx.Rollback())
		}
	}
	if err := tx.Commit(); err != nil {
		return "", err
	}
	if _, err := db.ExecContext(ctx, "INSERT INTO plain.search (search) VALUES ('optimize')"); err != nil {
		return "", err
	}
	return path, os.Rename(unfinished, path)
}

// place is where a term stands in a document.
type place struct {
	term   int32
	offset int32
	column int8
}

func documentsOf(ctx context.Context, db *sql.DB) (map[int64][]place, []string, error) {
	rows, err := db.QueryContext(ctx, "SELECT term, doc, col = 'grams', offset FROM temp.terms")
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = rows.Close() }()
	documents, terms := map[int64][]place{}, []string{""}
	for rows.Next() {
		var term string
		var doc int64
		var p place
		if err := rows.Scan(&term, &doc, &p.column, &p.offset); err != nil {
			return nil, nil, err
		}
		if terms[len(terms)-1] != term { // they come in order
			terms = append(terms, term)
		}
		p.term = int32(len(terms) - 1)
		documents[doc] = append(documents[doc], p)
	}
	return documents, terms, rows.Err()
}
