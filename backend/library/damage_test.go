package library

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/journal"
	"conch/backend/studio"
)

// estate is a library with its journal and its videos, as a few days of work leave them.
type estate struct {
	path, videos string
	book         *journal.Journal
}

func (s estate) sources() Sources {
	return Sources{Books: s.book.Attempts, Folders: []string{s.videos}}
}

// work makes an estate: runs g0 to g(n-1), submitted, done and kept, of which those before backedUp are in a backup.
func work(t testing.TB, n, backedUp int) estate {
	t.Helper()
	dir := t.TempDir()
	s := estate{filepath.Join(dir, "library.db"), filepath.Join(dir, "videos"), journal.Open(filepath.Join(dir, "journal.jsonl"))}
	ctx := context.Background()
	l, err := Open(ctx, s.path)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(err)
	check(os.MkdirAll(filepath.Join(s.videos, "2026-11"), 0o700))
	for i := range n {
		if i == backedUp {
			all, err := l.Backup(ctx)
			if err != nil || len(all) != 1 {
				t.Fatal(all, err)
			}
		}
		g := submitted(i)
		_, err := l.Create(ctx, g, "me", studio.Budget{})
		check(err)
		_, err = l.Save(ctx, "me", g)
		check(err)
		check(s.book.Append(g))
		id := fmt.Sprint("v", i)
		v := generation.Video{ID: id, GenerationID: g.ID, PredictionID: g.PredictionID, Name: fmt.Sprint("name ", i), Prompt: g.Request.Prompt(), Path: s.film(t, g, id)}
		g.State, g.Videos = generation.Done, []string{id}
		_, err = l.Finish(ctx, "me", g, []generation.Video{v})
		check(err)
		check(s.book.Append(g))
	}
	_, err = l.SetFavourite(ctx, "v0", true)
	check(err)
	check(l.Close())
	return s
}

func submitted(i int) generation.Generation {
	price := generation.Price{Amount: 230_000, Source: generation.FromQuote}
	return generation.Generation{
		ID: fmt.Sprint("g", i), Service: "s", State: generation.Processing, PredictionID: fmt.Sprint("p", i), Attempt: 1, Price: &price,
		Request: generation.Request{Model: "m", Params: map[string]any{"prompt": strings.Repeat("a shell opens ", 20)}}, CreatedAt: int64(i + 1), SubmittedAt: int64(i + 1),
	}
}

func (s estate) film(t testing.TB, g generation.Generation, id string) string {
	t.Helper()
	path := filepath.Join(s.videos, "2026-11", id+".mp4")
	tags := container.Tags{Title: "title", Prompt: g.Request.Prompt(), Model: "m", PredictionID: g.PredictionID, GenerationID: g.ID, VideoID: id, Service: "s", CreatedAt: g.CreatedAt}
	if err := container.WriteTags("../container/testdata/clip.mp4", path, tags); err != nil {
		t.Fatal(err)
	}
	return path
}

// everything holds a library to all that was paid and kept.
func everything(t testing.TB, l *Library, n int) {
	t.Helper()
	ctx := context.Background()
	entries, err := l.Ledger(ctx, LedgerQuery{})
	if err != nil || len(entries) != n {
		t.Fatalf("%d rows in the ledger, want %d: %v", len(entries), n, err)
	}
	for i := range n {
		g, err := l.Prediction(ctx, "s", fmt.Sprint("p", i))
		if err != nil || g.State != generation.Done || len(g.Videos) != 1 {
			t.Fatal(i, g, err)
		}
		if v, err := l.Video(ctx, fmt.Sprint("v", i)); err != nil || v.Prompt == "" || v.PredictionID != g.PredictionID {
			t.Fatal(i, v, err)
		}
	}
}

func overwrite(t testing.TB, path string, at int64, with []byte) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteAt(with, at)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

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
			if _, err := l.db.Exec("UPDATE videos SET record = '{' WHERE id = 'v9'"); err != nil {
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
	if _, err := first.Generations(t.Context(), GenerationsQuery{Limit: -1}); fault.Of(err).Rule != "library_damaged" {
		t.Fatal(err)
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
	if _, err := l.db.Exec("UPDATE videos SET record = 'x' WHERE id = 'a'"); err != nil {
		t.Fatal(err)
	}
	if all, err := l.Backup(t.Context()); fault.Of(err).Rule != "library_damaged" || len(all) != len(before) || !exists(suspect(l.path)) {
		t.Fatal("a damaged library took a good copy's place", all, err)
	}
}

// flips are random pages in a good database: whatever they hit, it opens, and nothing paid is lost.
func FuzzFlippedPages(f *testing.F) {
	f.Add(int64(1), uint16(3), false)
	f.Add(int64(-7), uint16(0), true)
	s := work(f, 6, 3)
	good, err := os.ReadFile(s.path)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, seed int64, at uint16, single bool) {
		path := filepath.Join(t.TempDir(), "library.db")
		bad := append([]byte{}, good...)
		if single {
			bad[(int(at)*257+int(uint64(seed)%4096))%len(bad)] ^= byte(seed>>8) | 1
		} else {
			page := int(at) % (len(bad) / 4096) * 4096
			for i := 0; i < 4096; i += 8 {
				seed = seed*6364136223846793005 + 1442695040888963407
				binary.LittleEndian.PutUint64(bad[page+i:], uint64(seed))
			}
		}
		opensWhole(t, s, path, bad)
	})
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("SQLite format 3\x00"))
	f.Add([]byte{})
	s := work(f, 3, 1)
	good, err := os.ReadFile(s.path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good[:4096])
	f.Fuzz(func(t *testing.T, content []byte) {
		opensWhole(t, s, filepath.Join(t.TempDir(), "library.db"), content)
	})
}

// opensWhole opens a database of this content beside the estate's journal and videos.
func opensWhole(t *testing.T, s estate, path string, content []byte) {
	if err := errors.Join(os.WriteFile(path, content, 0o600), os.WriteFile(suspect(path), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	l, _, err := OpenOrRebuild(t.Context(), path, s.sources())
	if rule := fault.Of(err); err != nil && (rule.Rule == "library_newer" || rule.Rule == "library_unwritable") {
		if kept, err := os.ReadFile(path); err != nil || len(kept) < len(content) {
			t.Fatal("refused, but not left alone", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	books, err := s.book.Attempts()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range books {
		found, err := l.Prediction(t.Context(), "s", g.PredictionID)
		if err != nil || found.PredictionID != g.PredictionID {
			t.Fatal("a paid run is lost", g.PredictionID, err)
		}
	}
}

func sqlOpen(path string) (*sql.DB, error) { return sql.Open("sqlite", dsn(path)) }
