package library

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"conch/backend/fault"
)

func TestBackups(t *testing.T) {
	l := opened(t)
	if all, err := l.Backup(t.Context()); err != nil || len(all) != 0 {
		t.Fatal("an empty library was copied", all, err)
	}
	add(t, l, "a", "a", 1)
	for day := range 9 {
		all, err := l.Backup(t.Context())
		if err != nil || len(all) != min(day+1, backupsKept) {
			t.Fatal(day, all, err)
		}
		if again, err := l.Backup(t.Context()); err != nil || len(again) != len(all) || again[0] != all[0] {
			t.Fatal("a second one on the same day", again, err)
		}
		for i := len(all) - 1; i >= 0; i-- { // a day passes
			old := filepath.Join(backupsOf(l.path), "library-"+all[i].At.Add(-25*time.Hour).Format(stampForm)+".db")
			if err := os.Rename(all[i].Path, old); err != nil {
				t.Fatal(err)
			}
		}
		if again, err := l.Backup(t.Context()); err != nil || len(again) != len(all) {
			t.Fatal("copied although nothing changed", again, err)
		}
		add(t, l, fmt.Sprint("day", day), "x", 1)
	}
	before := Backups(l.path)
	if _, err := l.db.Exec("UPDATE records SET record = 'x' WHERE n = (SELECT n FROM videos WHERE id = 'a')"); err != nil {
		t.Fatal(err)
	}
	if all, err := l.Backup(t.Context()); fault.Of(err).Rule != "library_damaged" || len(all) != len(before) || !exists(suspect(l.path)) {
		t.Fatal("a damaged library took a good copy's place", all, err)
	}
}

func TestACopyFromTheFutureIsNoReason(t *testing.T) {
	l := opened(t)
	add(t, l, "a", "a", 1)
	all, err := l.Backup(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	if err := os.Rename(all[0].Path, filepath.Join(backupsOf(l.path), "library-"+all[0].At.AddDate(1, 0, 0).Format(stampForm)+".db")); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the next is made, and only one
		add(t, l, "b", "b", 1)
		if all, err = l.Backup(t.Context()); err != nil || len(all) != 2 {
			t.Fatal(all, err)
		}
	}
}
