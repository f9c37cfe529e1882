package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/journal"
	"conch/backend/studio"
)

func TestADamagedLibraryIsMadeAnew(t *testing.T) {
	const runs, backedUp = 12, 7
	random := []byte(strings.Repeat("\x5a\xa5\x13", 1400))[:4096]
	for name, c := range map[string]struct {
		harm func(t *testing.T, s estate)
		gone bool // nothing is left to be set aside
	}{
		"cut in half": {harm: func(t *testing.T, s estate) {
			if err := os.Truncate(s.path, size(s.path)/2/4096*4096); err != nil {
				t.Fatal(err)
			}
		}},
		"cut inside a page": {harm: func(t *testing.T, s estate) {
			if err := os.Truncate(s.path, size(s.path)-1000); err != nil {
				t.Fatal(err)
			}
		}},
		"another file": {harm: func(t *testing.T, s estate) { overwrite(t, s.path, 0, []byte("%PDF-1.4 not a database")) }},
		"emptied": {harm: func(t *testing.T, s estate) {
			if err := os.Truncate(s.path, 0); err != nil {
				t.Fatal(err)
			}
		}},
		"removed": {gone: true, harm: func(t *testing.T, s estate) {
			if err := os.Remove(s.path); err != nil {
				t.Fatal(err)
			}
		}},
		"a page flipped after a crash": {harm: func(t *testing.T, s estate) {
			for page := int64(6); page < size(s.path)/4096; page += 5 {
				overwrite(t, s.path, page*4096, random)
			}
		}},
		"the first page of zeros": {harm: func(t *testing.T, s estate) { overwrite(t, s.path, 100, make([]byte, 3996)) }},
		"a record that is none": {harm: func(t *testing.T, s estate) {
			l, err := Open(t.Context(), s.path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := l.db.Exec("UPDATE records SET record = '{' WHERE n = (SELECT n FROM videos WHERE id = 'v9')"); err != nil {
				t.Fatal(err)
			}
			if _, err := l.Video(t.Context(), "v9"); fault.Of(err).Rule != "library_damaged" {
				t.Fatal(err)
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		for _, backup := range []bool{true, false} {
			t.Run(fmt.Sprint(name, ", backup ", backup), func(t *testing.T) {
				t.Parallel()
				s := work(t, runs, backedUp)
				if !backup {
					if err := os.RemoveAll(backupsOf(s.path)); err != nil {
						t.Fatal(err)
					}
				}
				if strings.Contains(name, "flipped") {
					if err := os.WriteFile(suspect(s.path), nil, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				c.harm(t, s)
				if !c.gone && name != "emptied" { // without the sources that would be a new library
					if _, err := Open(t.Context(), s.path); !isDamage(err) {
						t.Fatal("not noticed:", err)
					}
				}
				before, err := os.ReadFile(s.path)
				if err != nil && !c.gone {
					t.Fatal(err)
				}
				l, r, err := OpenOrRebuild(t.Context(), s.path, s.sources())
				if err != nil || r == nil {
					t.Fatal(r, err)
				}
				defer func() { _ = l.Close() }()
				everything(t, l, runs)
				if r.Videos != runs || r.Runs != runs || (r.Backup != "") != backup || (r.SetAside == "") != c.gone {
					t.Fatalf("%+v", r)
				}
				if kept, err := os.ReadFile(r.SetAside); !c.gone && (err != nil || string(kept) != string(before)) {
					t.Fatal("the damaged file was not kept as it was", err)
				}
				for _, left := range []string{s.path + unfinished, s.path + finished, suspect(s.path), unlooked(s.path)} {
					if exists(left) {
						t.Fatal(left, "was left")
					}
				}
				if v, err := l.Video(t.Context(), "v0"); err != nil || backup && v.Name != "name 0" {
					t.Fatal("the person's name for it is lost", v.Name, err)
				}
				if err := check(t.Context(), l.db); err != nil {
					t.Fatal(err)
				}
				again, r, err := OpenOrRebuild(t.Context(), s.path, s.sources())
				if err != nil || r != nil {
					t.Fatal("repaired twice", r, err)
				}
				if err := again.Close(); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}

func TestTheFilesAloneGiveTheRunsBack(t *testing.T) {
	s := work(t, 5, 9)
	for _, path := range []string{s.path, filepath.Join(filepath.Dir(s.path), "journal.jsonl")} {
		if err := os.Truncate(path, 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(s.path, []byte("not a database, but long enough to be taken for one"), 0o600); err != nil {
		t.Fatal(err)
	}
	stranger := filepath.Join(s.videos, "holiday.mp4")
	if data, err := os.ReadFile("../container/testdata/clip.mp4"); err != nil || os.WriteFile(stranger, data, 0o600) != nil {
		t.Fatal(err)
	}
	l, r, err := OpenOrRebuild(t.Context(), s.path, s.sources())
	if err != nil || r == nil || r.Videos != 5 {
		t.Fatal(r, err)
	}
	defer func() { _ = l.Close() }()
	everything(t, l, 5)
}

// Whoever sends a person a film may write any tags into it; its id is a part of file names later.
func TestAFilmWithAPathForAnIdIsAStranger(t *testing.T) {
	s := work(t, 1, 9)
	for i, id := range []string{"../../../.config/autostart/x", `..\x`, "a/b", "a b", ".", "<b>", strings.Repeat("x", 200)} {
		tags := container.Tags{Prompt: "p", Model: "m", GenerationID: "g9", VideoID: id, Service: "s", CreatedAt: 1}
		if err := container.WriteTags("../container/testdata/clip.mp4", filepath.Join(s.videos, fmt.Sprint("sent", i, ".mp4")), tags); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(s.path, []byte("not a database, but long enough to be taken for one"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, r, err := OpenOrRebuild(t.Context(), s.path, s.sources())
	if err != nil {
		t.Fatal(r, err)
	}
	defer func() { _ = l.Close() }()
	if page, err := l.Videos(t.Context(), GalleryQuery{}, "", 0, 10); err != nil || len(page) != 1 || page[0].ID != "v0" {
		t.Fatalf("%+v %v", page, err)
	}
}

// TestNothingIsSentByARepair: what had not been sent may have been canceled, or even sent, since the copy was made.
func TestNothingIsSentByARepair(t *testing.T) {
	for _, journaled := range []bool{true, false} {
		s := work(t, 1, 9)
		l, err := Open(t.Context(), s.path)
		if err != nil {
			t.Fatal(err)
		}
		waiting := submitted(5)
		waiting.State, waiting.Attempt, waiting.PredictionID, waiting.SubmittedAt = generation.Waiting, 0, "", 0
		if _, err := l.Create(t.Context(), waiting, "me", studio.Budget{}); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Backup(t.Context()); err != nil {
			t.Fatal(err)
		}
		cut := submitted(6)
		cut.State, cut.PredictionID = generation.Submitting, ""
		if err := errors.Join(s.book.Append(cut), l.Close(), os.Truncate(s.path, 5000)); err != nil {
			t.Fatal(err)
		}
		src := s.sources()
		if !journaled {
			src.Books = nil
		}
		l, r, err := OpenOrRebuild(t.Context(), s.path, src)
		if err != nil || r == nil {
			t.Fatal(r, err)
		}
		g, err := l.Generation(t.Context(), waiting.ID)
		want := map[bool]generation.State{true: generation.Canceled, false: generation.Uncertain}[journaled]
		if err != nil || g.State != want {
			t.Fatal(journaled, g.State, err)
		}
		if g, err := l.Generation(t.Context(), cut.ID); journaled && (err != nil || g.State != generation.Submitting) {
			t.Fatal(g.State, err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARepairThatWasCutOffIsEnded(t *testing.T) {
	s := work(t, 4, 2)
	l, err := Open(t.Context(), s.path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.db.Exec("VACUUM INTO ?", s.path+finished); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for step := range 2 { // the -wal is aside, the database not yet; or both are
		if err := os.WriteFile(s.path+unfinished, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if step == 1 {
			data, err := os.ReadFile(s.path)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(os.WriteFile(s.path+finished, data, 0o600), os.Rename(s.path, s.path+".damaged-20260101T000000Z")); err != nil {
				t.Fatal(err)
			}
		}
		l, r, err := OpenOrRebuild(t.Context(), s.path, s.sources())
		if err != nil || r != nil {
			t.Fatal(r, err)
		}
		everything(t, l, 4)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsNoDamageIsNotRepaired(t *testing.T) {
	s := work(t, 2, 1)
	for name, c := range map[string]struct {
		set, unset func() error
		rule       string
	}{
		"newer": {rule: "library_newer",
			set: func() error {
				return exec1(s.path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
			},
			unset: func() error { return exec1(s.path, "DELETE FROM goose_db_version WHERE version_id = 999") }},
		"a folder in its place": {rule: "library_unwritable",
			set:   func() error { return errors.Join(os.Rename(s.path, s.path+".x"), os.Mkdir(s.path, 0o700)) },
			unset: func() error { return errors.Join(os.Remove(s.path), os.Rename(s.path+".x", s.path)) }},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.set(); err != nil {
				t.Fatal(err)
			}
			_, r, err := OpenOrRebuild(t.Context(), s.path, s.sources())
			if r != nil || fault.Of(err).Rule != c.rule {
				t.Fatal(r, err)
			}
			if err := c.unset(); err != nil {
				t.Fatal(err)
			}
		})
	}
	l, r, err := OpenOrRebuild(t.Context(), s.path, s.sources())
	if err != nil || r != nil {
		t.Fatal(r, err)
	}
	defer func() { _ = l.Close() }()
	everything(t, l, 2)
}

func exec1(path, statement string) error {
	l, err := Open(context.Background(), path)
	if err != nil && fault.Of(err).Rule != "library_newer" {
		return err
	}
	if l == nil {
		db, err := sqlOpen(path)
		if err != nil {
			return err
		}
		_, err = db.Exec(statement)
		return errors.Join(err, db.Close())
	}
	_, err = l.db.Exec(statement)
	return errors.Join(err, l.Close())
}

func TestWhoeverHasItOpenIsNotRepairedUnder(t *testing.T) {
	s := work(t, 3, 1)
	first, err := Open(t.Context(), s.path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.db.Exec("UPDATE generations SET record = '' WHERE id = 'g1'"); err != nil {
		t.Fatal(err)
	}
	if all, err := first.Generations(t.Context(), GenerationsQuery{Limit: -1}); err != nil || len(all) != 2 || !exists(suspect(s.path)) {
		t.Fatal(all, err)
	}
	second, r, err := OpenOrRebuild(t.Context(), s.path, s.sources())
	if err != nil || r != nil {
		t.Fatal("repaired under another's feet", r, err)
	}
	if err := errors.Join(first.Close(), second.Close()); err != nil {
		t.Fatal(err)
	}
	third, r, err := OpenOrRebuild(t.Context(), s.path, s.sources())
	if err != nil || r == nil {
		t.Fatal(r, err)
	}
	everything(t, third, 3)
	if err := third.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestManyOpenADamagedLibrary runs processes: locks within one are another matter.
func TestManyOpenADamagedLibrary(t *testing.T) {
	if at := os.Getenv("CONCH_OPEN_DAMAGED"); at != "" {
		s := estate{filepath.Join(at, "library.db"), filepath.Join(at, "videos"), journal.Open(filepath.Join(at, "journal.jsonl"))}
		l, r, err := OpenOrRebuild(t.Context(), s.path, s.sources())
		if err != nil {
			t.Fatal(err)
		}
		everything(t, l, 6)
		fmt.Println("REPAIRED", r != nil)
		_ = l.Close()
		return
	}
	s := work(t, 6, 3)
	if err := os.Truncate(s.path, 9000); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	repaired := 0
	for range 6 {
		all.Go(func() {
			child := exec.Command(self, "-test.run=^TestManyOpenADamagedLibrary$", "-test.v")
			child.Env = append(os.Environ(), "CONCH_OPEN_DAMAGED="+filepath.Dir(s.path))
			out, err := child.CombinedOutput()
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("%v: %s", err, out)
			}
			repaired += strings.Count(string(out), "REPAIRED true")
		})
	}
	all.Wait()
	aside, _ := filepath.Glob(s.path + ".damaged-*Z")
	if repaired != 1 || len(aside) != 1 {
		t.Fatal(repaired, aside)
	}
}

func TestADriveThatComesBackIsLookedThrough(t *testing.T) {
	s := work(t, 4, 1)
	away := s.videos + ".away"
	if err := errors.Join(os.Rename(s.videos, away), os.Mkdir(s.videos, 0o700), os.Truncate(s.path, 9000)); err != nil {
		t.Fatal(err)
	}
	l, r, err := OpenOrRebuild(t.Context(), s.path, s.sources())
	if err != nil || r == nil || r.Videos != 1 || r.Runs != 4 {
		t.Fatal(r, err)
	}
	defer func() { _ = l.Close() }()
	if n, err := l.LookThrough(t.Context(), s.sources().Folders); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	if err := errors.Join(os.Remove(s.videos), os.Rename(away, s.videos)); err != nil {
		t.Fatal(err)
	}
	if n, err := l.LookThrough(t.Context(), s.sources().Folders); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	everything(t, l, 4)
	if n, err := l.LookThrough(t.Context(), s.sources().Folders); n != 0 || err != nil || exists(unlooked(s.path)) {
		t.Fatal(n, err)
	}
}

func sqlOpen(path string) (*sql.DB, error) { return sql.Open("sqlite", dsn(path)) }
