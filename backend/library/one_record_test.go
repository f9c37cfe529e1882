package library

import (
	"os"
	"path/filepath"
	"testing"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/studio"
)

func TestOneBadRecordCostsItself(t *testing.T) {
	for name, c := range map[string]struct {
		change string // of a video's record
		width  int    // that is left
		title  string // prompt that is left
		whole  bool   // the record can be opened
	}{
		"a word for a number":   {`json_set(record, '$.width', 'wide')`, 0, "a shell", true},
		"a list for a word":     {`json_set(record, '$.prompt', json('[1]'))`, 64, "", true},
		"an object for a date":  {`json_set(record, '$.createdAt', json('{}'))`, 64, "a shell", true},
		"a number for pictures": {`json_set(record, '$.pictures', 7)`, 64, "a shell", true},
		"several":               {`json_set(record, '$.width', 'wide', '$.params', 3, '$.prompt', 4)`, 0, "", true},
		"no object":             {`'[]'`, 0, "", false},
		"no JSON":               {`'{'`, 0, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := Open(t.Context(), filepath.Join(t.TempDir(), "library.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = l.Close() }()
			for _, id := range []string{"a", "b"} {
				v := generation.Video{ID: id, Name: "name " + id, Prompt: "a shell", Model: "m", Width: 64, CreatedAt: 1_700_000_000_000}
				if err := l.AddVideo(t.Context(), v); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := l.db.Exec("UPDATE records SET record = " + c.change + " WHERE n = (SELECT n FROM videos WHERE id = 'a')"); err != nil {
				t.Fatal(err)
			}
			all, err := l.Videos(t.Context(), GalleryQuery{}, "", 0, 10)
			if err != nil || len(all) != 2 {
				t.Fatal(len(all), err)
			}
			for _, v := range all {
				switch {
				case v.Name != "name "+v.ID:
					t.Errorf("%s is called %q", v.ID, v.Name)
				case v.ID == "a" && (v.Width != c.width || v.Prompt != c.title), v.ID == "b" && (v.Width != 64 || v.Prompt != "a shell"):
					t.Errorf("%+v", v)
				}
			}
			if exists(suspect(l.path)) == c.whole {
				t.Error("a close look is asked for:", c.whole)
			}
			if _, err := l.Video(t.Context(), "a"); (err == nil) != c.whole || !c.whole && fault.Of(err).Rule != "library_damaged" {
				t.Error(err)
			}
		})
	}
}

func TestOneBadRunCostsItself(t *testing.T) {
	for name, c := range map[string]struct {
		change string
		listed int // a run that is left out is repaired at the next start
	}{
		"a fact that it can be without": {`json_set(record, '$.completedAt', 'soon')`, 3},
		"what it was paid for":          {`json_set(record, '$.predictionId', json('{}'))`, 2},
		"no JSON":                       {`'{'`, 2},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := Open(t.Context(), filepath.Join(t.TempDir(), "library.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = l.Close() }()
			for i := range 3 {
				if _, err := l.Create(t.Context(), submitted(i), "me", studio.Budget{}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := l.db.Exec("UPDATE generations SET record = "+c.change+" WHERE id = ?", submitted(1).ID); err != nil {
				t.Fatal(err)
			}
			owned, err := l.Owned(t.Context(), submitted(1).Service)
			if err != nil || len(owned) != c.listed {
				t.Error("owned:", len(owned), err)
			}
			changes, err := l.ChangesSince(t.Context(), 0)
			if err != nil || len(changes.Generations) != c.listed {
				t.Error("changes:", len(changes.Generations), err)
			}
			if exists(suspect(l.path)) != (c.listed < 3) {
				t.Error("a close look is asked for:", c.listed == 3)
			}
		})
	}
}

func TestALinkToADamagedLibraryStays(t *testing.T) {
	s := work(t, 4, 2)
	link := filepath.Join(t.TempDir(), "library.db")
	if err := os.Symlink(s.path, link); err != nil {
		t.Skip(err)
	}
	overwrite(t, s.path, 0, []byte("%PDF-1.4 not a database"))
	l, repaired, err := OpenOrRebuild(t.Context(), link, s.sources())
	if err != nil || repaired == nil {
		t.Fatal(repaired, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if to, err := os.Readlink(link); err != nil || to != s.path {
		t.Errorf("the link leads to %q: %v", to, err)
	}
	if filepath.Dir(repaired.SetAside) != filepath.Dir(s.path) || repaired.Backup == "" || repaired.Runs != 4 {
		t.Errorf("%+v", *repaired)
	}
}
