package archive

import (
	"context"
	"path/filepath"

	"conch/backend/container"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/scan"
)

// Film is a file that may be taken in, as far as its index tells.
type Film struct {
	Name    string              `json:"name"`
	Bytes   int64               `json:"bytes"`
	Video   string              `json:"video"`             // the id of the video here that it is, by its recipe; "" otherwise
	Trashed bool                `json:"trashed,omitempty"` // that video is in the trash
	Seconds float64             `json:"seconds"`
	Width   int                 `json:"width"`
	Height  int                 `json:"height"`
	Request *generation.Request `json:"request,omitempty"` // how it was made, when it carries our recipe
	Fault   *fault.Wire         `json:"fault,omitempty"`   // why it can't be taken in
}

// Films are many; only the first few are told of.
type Films struct {
	Count int    `json:"count"`
	Films []Film `json:"films"`
}

// Taking tells how far an import is.
type Taking struct {
	At    int   `json:"at"` // files that are done with
	Count int   `json:"count"`
	Done  int64 `json:"done"`  // bytes of the next
	Total int64 `json:"total"` // 0 before it is copied
}

// Taken sums up an import.
type Taken struct {
	Taken      int           `json:"taken"`
	Restored   int           `json:"restored"` // from the trash
	Duplicates int           `json:"duplicates"`
	First      string        `json:"first"`  // the id of the first video that was taken in or restored, else of the first duplicate
	Failed     int           `json:"failed"` // files that could not be taken in
	Faults     []*fault.Wire `json:"faults"` // the first few of why
}

const fewTold = 50

// Inspect looks at files, without reading their media data.
func Inspect(ctx context.Context, l *library.Library, paths []string) Films {
	all := Films{Count: len(paths), Films: []Film{}}
	for _, path := range paths[:min(len(paths), fewTold)] {
		f := Film{Name: filepath.Base(path)}
		seen, err := container.Look(path)
		if err == nil && !scan.IsVideo(path) {
			err = fault.New("film_not_video", fault.Args{"name": f.Name})
		}
		f.Fault, f.Bytes = fault.ToWire(err), seen.Size
		f.Seconds, f.Width, f.Height = float64(seen.Facts.Duration)/1000, seen.Facts.Width, seen.Facts.Height
		if t := seen.Tags; err == nil && seen.Tagged {
			if v, err := l.Video(ctx, t.VideoID); err == nil && !v.Missing { // a missing one is found again by taking it in
				f.Video, f.Trashed = v.ID, v.TrashedAt > 0
			}
			if t.Model != "" {
				f.Request = &generation.Request{Model: t.Model, Params: t.Params, Pictures: t.Pictures}
				if t.Params == nil {
					f.Request.Params = map[string]any{"prompt": t.Prompt}
				}
			}
		}
		all.Films = append(all.Films, f)
	}
	return all
}

// Add counts what became of one file.
func (t *Taken) Add(i Imported) {
	switch {
	case i.Err != nil:
		if t.Failed++; len(t.Faults) < fewTold {
			t.Faults = append(t.Faults, fault.ToWire(i.Err))
		}
	case i.Duplicate:
		t.Duplicates++
	default:
		if t.Taken+t.Restored == 0 {
			t.First = i.Video.ID
		}
		if i.Restored {
			t.Restored++
		} else {
			t.Taken++
		}
	}
	if t.First == "" {
		t.First = i.Video.ID
	}
}
