package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"conch/backend/engine"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/library"
	"conch/backend/printable"
	"conch/backend/share"
)

// Exported tells how far an export is, in bytes.
type Exported struct {
	Token string `json:"token"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
}

// Lot is a selection as an export takes it: oldest first, with the bytes of its files.
func (a *App) Lot(ids []string) (library.Lot, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Lot, error) { return e.Library.Lot(ctx, ids) })
}

// ExportVideos writes a "copy" or a "trim" (milliseconds) of a video, a "join" of several, or a selection: a "zip" with
// lists of what is known of them, a "folder" with them, the "files" alone in one, or only the list, "csv" or "json".
// It goes where the person says; "" when the dialog was dismissed. The token stops it.
func (a *App) ExportVideos(token, kind string, ids []string, from, to float64) (string, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (string, error) {
		list, find := kind == "csv" || kind == "json", e.Films
		if list { // it needs no files
			find = e.Library.ByID
		}
		videos, err := find(ctx, ids)
		if err != nil {
			return "", err
		}
		if len(videos) == 0 {
			return "", fault.New("internal", nil)
		}
		tell := a.progress(token)
		if kind == "folder" || kind == "files" {
			return a.exportFolder(ctx, token, share.Selection(videos, kind == "folder", tell))
		}
		name, form := kind, strings.TrimPrefix(filepath.Ext(videos[0].Path), ".")
		switch {
		case list:
			name, form = "list", kind
		case kind == "zip":
			form = "zip"
		}
		place, err := a.place(videos[0], name, form)
		switch {
		case err != nil || place == "":
			return "", err
		case list:
			return place, a.desk.List(ctx, kind, videos, place)
		case kind == "zip":
			return place, a.desk.Zip(ctx, token, share.Selection(videos, true, tell), place)
		}
		cut := share.Cut{Kind: kind, Files: filesOf(videos), Video: videos[0].ID, Title: videos[0].Name, From: milliseconds(from), To: milliseconds(to)}
		return place, a.desk.Video(ctx, token, cut, place, tell)
	})
}

// exportFolder makes a folder in the one that the person chooses.
func (a *App) exportFolder(ctx context.Context, token string, bundle share.Bundle) (string, error) {
	parent, err := asking(a, func() (string, error) {
		return openFolder(a.ctx, runtime.OpenDialogOptions{Title: a.dialogs().into, CanCreateDirectories: true})
	})
	if err != nil || parent == "" {
		return "", err
	}
	place := share.FreeFolder(parent, "Conch "+time.Now().Format(time.DateOnly))
	return place, a.desk.Folder(ctx, token, bundle, place)
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

// filesOf are the paths of videos.
func filesOf(videos []generation.Video) []string {
	all := make([]string, 0, len(videos))
	for _, v := range videos {
		all = append(all, v.Path)
	}
	return all
}

// progress tells the page of at most ten steps a second, and of the last.
func (a *App) progress(token string) func(done, total int64) {
	var told time.Time
	return func(done, total int64) {
		if now := time.Now(); done == total || now.Sub(told) > 100*time.Millisecond {
			told = now
			runtime.EventsEmit(a.ctx, "exported", Exported{token, done, total})
		}
	}
}

// kinds are the words that the page may put into the name that is proposed.
var kinds = []string{"copy", "trim", "join", "zip", "list", "frame", "sheet"}

// place asks the person for a file's place.
func (a *App) place(v generation.Video, kind, form string) (string, error) {
	if !slices.Contains(kinds, kind) || !slices.Contains([]string{"mp4", "mov", "zip", "csv", "json", "gif", "webp", "png"}, strings.ToLower(form)) {
		return "", fault.Wrap(fmt.Errorf("no export of the kind %q, %q", kind, form), "internal", nil)
	}
	name := strings.TrimSuffix(filepath.Base(v.Path), filepath.Ext(v.Path))
	if kind != "copy" {
		name += " " + kind
	}
	return a.ask(name, form)
}

// ask has the person say where a file goes; "" when the dialog was dismissed.
func (a *App) ask(name, form string) (string, error) {
	path, err := asking(a, func() (string, error) {
		return saveFile(a.ctx, runtime.SaveDialogOptions{
			Title:           a.dialogs().save,
			DefaultFilename: proposed(name, form),
			Filters:         []runtime.FileFilter{{DisplayName: strings.ToUpper(form), Pattern: "*." + form}},
		})
	})
	if err != nil {
		return "", fmt.Errorf("save dialog: %w", err)
	}
	if path != "" && filepath.Ext(path) == "" {
		path += "." + form
	}
	return path, nil
}

// proposed is the name of a file as a dialog proposes it: what would act on the text around it is seen instead.
func proposed(name, form string) string { return printable.Line(name) + "." + form }

// BeginReel opens a moving picture of a video, "gif" or "webp", for the frames that the page decodes; "" when the dialog was dismissed.
func (a *App) BeginReel(token, form, id string) (string, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (string, error) {
		v, err := e.Library.Video(ctx, id)
		if err != nil {
			return "", err
		}
		place, err := a.place(v, "copy", form)
		if err != nil || place == "" {
			return "", err
		}
		return place, a.desk.Begin(ctx, token, form, place)
	})
}

// AddFrame appends a frame, a picture in base64 that is shown for some milliseconds.
func (a *App) AddFrame(token, data string, ms int) error {
	raw, err := drawn("frame", data)
	if err != nil {
		return err
	}
	return a.desk.Frame(token, raw, ms)
}

// EndReel puts the moving picture in its place.
func (a *App) EndReel(token string) error { return a.desk.End(token) }

// StopExport ends an export; what it had written is gone.
func (a *App) StopExport(token string) { a.desk.Stop(token) }

// SaveStill writes a frame or a contact sheet of a video, PNG in base64, where the person says; "" when the dialog was dismissed.
func (a *App) SaveStill(id, kind, data string) (string, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (string, error) {
		return a.still(ctx, kind, data, func() (string, error) {
			v, err := e.Library.Video(ctx, id)
			if err != nil {
				return "", err
			}
			return a.place(v, kind, "png")
		})
	})
}

// still writes a picture that the page drew to the place that the person is asked for; "" when they dismissed it.
func (a *App) still(ctx context.Context, name, data string, ask func() (string, error)) (string, error) {
	raw, err := drawn(name, data)
	if err != nil {
		return "", err
	}
	place, err := ask()
	if err != nil || place == "" {
		return "", err
	}
	return place, a.desk.Still(ctx, place, raw)
}

// drawn reads a picture that the page hands over in base64. Fault: picture_broken.
func drawn(name, data string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		return nil, fault.Wrap(err, "picture_broken", fault.Args{"name": name})
	}
	return raw, nil
}

// CopyFiles puts the files of videos on the clipboard, so that a file manager or a mail pastes them.
func (a *App) CopyFiles(ids []string) error {
	return a.giveFiles(ids, func(ctx context.Context, files []string) error {
		if err := copyFiles(ctx, files); err != nil {
			return fault.Wrap(err, "copy_failed", nil)
		}
		return nil
	})
}

// DragFiles begins a drag of the files of videos, which the program gets where the person lets go. On Linux.
func (a *App) DragFiles(ids []string) error {
	return a.giveFiles(ids, func(_ context.Context, files []string) error {
		slices.Sort(files)
		a.mu.Lock()
		a.given = files
		a.mu.Unlock()
		return dragFiles(files)
	})
}

func (a *App) giveFiles(ids []string, give func(ctx context.Context, files []string) error) error {
	_, err := with(a, func(ctx context.Context, e *engine.Engine) (struct{}, error) {
		videos, err := e.Films(ctx, ids)
		if err == nil && len(videos) > 0 {
			err = give(ctx, filesOf(videos))
		}
		return struct{}{}, err
	})
	return err
}

// own says whether what was dropped is what was dragged out last: it came back to the window that it was taken from.
func (a *App) own(paths []string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	own := len(paths) > 0 && slices.Equal(slices.Sorted(slices.Values(paths)), a.given)
	a.given = nil
	return own
}
