package command

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"conch/backend/archive"
	"conch/backend/draft"
	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/paths"
	"conch/backend/printable"
	"conch/backend/scan"
	"conch/backend/share"
)

type libraryCmd struct {
	Verify  verifyCmd  `cmd:"" help:"Check that every video file is present, complete, and unchanged."`
	Rebuild rebuildCmd `cmd:"" help:"Scan the videos folders and update the library. If the database was lost, rebuild it from the files."`
	Export  exportCmd  `cmd:"" help:"Copy videos to an empty folder or a new ZIP file, with their details as CSV and JSON."`
	Import  importCmd  `cmd:"" help:"Import MP4 and MOV files."`
}

// filed is one line of the library's commands with --json.
type filed struct {
	Event   string `json:"event"`
	ID      string `json:"id,omitempty"`
	Path    string `json:"path,omitempty"`
	Of      string `json:"of,omitempty"` // the video that a file is a copy of
	Rule    string `json:"rule,omitempty"`
	Message string `json:"message,omitempty"`
}

// teller writes lines, in JSON or in words: results to stdout, problems to stderr.
type teller struct {
	*run
	json     bool
	problems int
	err      error
}

func (t *teller) tell(f filed, words string) {
	if t.err != nil {
		return
	}
	if t.json {
		t.err = writeLine(t.Stdout, f)
	} else if words != "" {
		_, t.err = fmt.Fprintln(t.Stdout, words)
	}
}

// trouble is one problem, in one line whatever its path has in it.
func (t *teller) trouble(f filed, err error) {
	t.problems++
	f.Event, f.Rule, f.Message = "problem", fault.Of(err).Rule, fault.Of(err).Sentence()
	switch {
	case t.json:
		t.tell(f, "")
	case t.err == nil:
		_, t.err = fmt.Fprintf(t.Stderr, "conch: %q: %s\n", f.Path, printable.Line(f.Message))
	}
}

// end gives the exit code: there were problems, and the rest is done.
func (t *teller) end() error {
	if t.err == nil && t.problems > 0 {
		return &exit{exitProblems}
	}
	return t.err
}

type verifyCmd struct {
	JSON bool `name:"json" help:"Print one JSON object per line."`
}

// Run tells each problem in a line of its own.
func (c *verifyCmd) Run(r *run) error {
	return r.withLibrary(func(l *library.Library) error {
		t, whole := teller{run: r, json: c.JSON}, 0
		err := archive.Verify(r.ctx, l, func(v archive.Checked) {
			if v.Err != nil {
				t.trouble(filed{ID: v.ID, Path: v.Path}, v.Err)
				return
			}
			whole++
		})
		if err != nil {
			return err
		}
		t.sum(map[string]int{"whole": whole, "problems": t.problems}, fmt.Sprintf("%d OK, %d with a problem", whole, t.problems))
		return t.end()
	})
}

// sum is the last line.
func (t *teller) sum(figures map[string]int, words string) {
	if t.err != nil {
		return
	}
	if !t.json {
		_, t.err = fmt.Fprintln(t.Stdout, words)
		return
	}
	line := map[string]any{"event": "done"}
	for name, n := range figures {
		line[name] = n
	}
	t.err = writeLine(t.Stdout, line)
}

type rebuildCmd struct {
	JSON bool `name:"json" help:"Print one JSON object per line."`
}

// Run takes over what became of the files.
func (c *rebuildCmd) Run(r *run) error {
	return r.withLibrary(func(l *library.Library) error {
		t := teller{run: r, json: c.JSON}
		look := engine.Looking(l, r.Places, engine.ChosenFolder(r.Places))
		look.Tell = func(p scan.Part) {
			for _, a := range p.Added {
				t.tell(filed{Event: "added", ID: a.ID, Path: a.Path}, "")
			}
			for _, u := range p.Updates {
				if u.Kind != scan.Settled {
					t.tell(filed{Event: string(u.Kind), ID: u.ID, Path: u.Path}, "")
				}
			}
			for _, id := range p.Gone {
				t.tell(filed{Event: "gone", ID: id}, "")
			}
			for _, d := range p.Copies {
				t.tell(filed{Event: "copy", Of: d.Of, Path: d.Path}, "")
			}
			for _, b := range p.Problems {
				t.trouble(filed{Path: b.Path}, b.Err)
			}
		}
		begun := time.Now()
		found, err := look.Look(r.ctx)
		if err != nil {
			return err
		}
		if err := l.Index(r.ctx); err != nil {
			return err
		}
		for _, away := range found.Away {
			t.trouble(filed{}, away)
		}
		t.sum(map[string]int{
			"same": found.Same, "added": found.Added, "moved": found.Moved, "changed": found.Changed, "returned": found.Returned, "gone": found.Gone, "copies": found.Copies,
			"problems": t.problems, "milliseconds": int(time.Since(begun).Milliseconds()),
		}, fmt.Sprintf("%d unchanged, %d added, %d moved, %d changed, %d found again, %d missing, %d duplicates ignored, %d with a problem",
			found.Same, found.Added, found.Moved, found.Changed, found.Returned, found.Gone, found.Copies, t.problems))
		return t.end()
	})
}

type exportCmd struct {
	To    string `arg:"" help:"An empty or new folder, or a new .zip file." type:"path"`
	Query string `help:"Only matching videos: words and filters, as in the gallery’s search box."`
	JSON  bool   `name:"json" help:"Print one JSON object per line."`
}

// Run copies videos out; one whose file is gone doesn't keep the others back.
func (c *exportCmd) Run(r *run) error {
	return r.withLibrary(func(l *library.Library) error {
		t, written, desk := teller{run: r, json: c.JSON}, 0, share.Desk{Notes: r.Places.Drafts()}
		bundle := share.Bundle{Videos: videosOf(r.ctx, l, c.Query), Lists: true, Each: func(v generation.Video, file string, missing error) {
			if missing != nil {
				t.trouble(filed{ID: v.ID, Path: v.Path}, missing)
				return
			}
			written++
			t.tell(filed{Event: "exported", ID: v.ID, Path: file}, "")
		}}
		write := desk.Folder
		if strings.EqualFold(filepath.Ext(c.To), ".zip") {
			if _, err := os.Lstat(c.To); err == nil {
				return fault.New("export_exists", fault.Args{"to": c.To})
			}
			write = desk.Zip
		}
		if err := os.MkdirAll(filepath.Dir(c.To), 0o755); err != nil {
			return fault.Wrap(err, "share_unwritable", fault.Args{"folder": filepath.Dir(c.To)})
		}
		if err := write(r.ctx, "", bundle, c.To); err != nil {
			return err
		}
		t.sum(map[string]int{"exported": written, "problems": t.problems}, fmt.Sprintf("%d exported, %d with a problem", written, t.problems))
		return t.end()
	})
}

type importCmd struct {
	Files     []string `arg:"" help:"MP4 and MOV files, or folders that contain them."`
	Reference bool     `help:"Import without copying: leave the files where they are."`
	JSON      bool     `name:"json" help:"Print one JSON object per line."`
}

// Run takes films in; one that can't be taken in doesn't keep the others out.
func (c *importCmd) Run(r *run) error {
	return r.withLibrary(func(l *library.Library) error {
		t, taken, restored, had := teller{run: r, json: c.JSON}, 0, 0, 0
		folder := engine.ChosenFolder(r.Places)
		if folder == "" {
			folder = r.Places.Videos
		}
		look := engine.Looking(l, r.Places, folder)
		if err := look.Reachable(r.ctx, folder); err != nil && !c.Reference {
			return fault.Wrap(err, "film_not_copied", fault.Args{"name": filepath.Base(c.Files[0]), "folder": folder})
		}
		for i, file := range c.Files {
			c.Files[i] = paths.Given(file)
		}
		before, err := l.Said(r.ctx, math.MaxInt64)
		if err != nil {
			return err
		}
		err = archive.Import{Library: l, Folder: folder, Reference: c.Reference, Drafts: draft.Notes(r.Places.Drafts())}.Run(r.ctx, archive.Files(r.ctx, c.Files), func(i archive.Imported) {
			switch {
			case i.Err != nil:
				t.trouble(filed{Path: i.Path}, i.Err)
			case i.Duplicate:
				had++
				t.tell(filed{Event: "duplicate", Of: i.Video.ID, Path: i.Path}, fmt.Sprintf("%q is already in the library: %s", i.Path, i.Video.ID))
			case i.Restored:
				restored++
				t.tell(filed{Event: "restored", ID: i.Video.ID, Path: i.Video.Path}, fmt.Sprintf("%q was restored from the trash: %s", i.Video.Path, i.Video.ID))
			default:
				taken++
				t.tell(filed{Event: "imported", ID: i.Video.ID, Path: i.Video.Path}, i.Video.Path)
			}
		})
		if err == nil {
			_, err = archive.KeepMarks(r.ctx, l, look.Roots, before.Version)
		}
		if err != nil {
			return err
		}
		t.sum(map[string]int{"imported": taken, "restored": restored, "duplicates": had, "problems": t.problems},
			fmt.Sprintf("%d imported, %d restored from the trash, %d already in the library, %d with a problem", taken, restored, had, t.problems))
		return t.end()
	})
}
