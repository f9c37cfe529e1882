package engine

import (
	"context"
	"path/filepath"
	"runtime/debug"

	"conch/backend/archive"
	"conch/backend/draft"
	"conch/backend/fault"
	"conch/backend/library"
	"conch/backend/paths"
	"conch/backend/settings"
)

// ChosenFolder is the videos folder of the settings, for who has no engine; "" is the system's.
func ChosenFolder(places paths.Places) string {
	s, err := settings.Open(places.Settings())
	if err != nil {
		return ""
	}
	return s.Get().VideosFolder
}

// Looking is a look through the videos folders of a library.
func Looking(l *library.Library, places paths.Places, chosen string) archive.Looking {
	return archive.Looking{Library: l, Roots: videosFolders(places, chosen), Reachable: func(ctx context.Context, root string) error {
		return reachable(ctx, l, places, root)
	}}
}

// Rescan looks through the videos folders and takes over what became of the files.
func (e *Engine) Rescan(ctx context.Context) (archive.Found, error) {
	e.rescanning.Lock()
	defer e.rescanning.Unlock()
	look := Looking(e.Library, e.Places, e.Settings.Get().VideosFolder)
	look.Passed = &e.passed
	f, err := look.Look(ctx)
	if err == nil {
		e.noteLeftOut(f)
	}
	debug.FreeOSMemory() // it held every path twice: of 100,000 videos, 150 MB until who knows when
	if f.News() || len(f.Problems)+len(f.Away) > 0 {
		e.log.Info("looked through the videos folders", "same", f.Same, "added", f.Added, "moved", f.Moved, "changed", f.Changed, "returned", f.Returned, "gone", f.Gone,
			"copies", f.Copies, "problems", len(f.Problems), "away", len(f.Away))
	}
	return f, err
}

// TakeFilms takes films in from elsewhere: copies of them, or the files where they are. Fault: film_not_copied.
func (e *Engine) TakeFilms(ctx context.Context, paths []string, reference bool, tell func(archive.Taking)) (archive.Taken, error) {
	taken := archive.Taken{Faults: []*fault.Wire{}}
	if len(paths) == 0 {
		return taken, nil
	}
	folder := e.VideosFolder()
	if err := e.reachable(ctx, folder); err != nil && !reference {
		return taken, fault.Wrap(err, "film_not_copied", fault.Args{"name": filepath.Base(paths[0]), "folder": folder})
	}
	at := 0
	i := archive.Import{Library: e.Library, Folder: folder, Reference: reference, Drafts: draft.Notes(e.Places.Drafts()), Progress: func(_ string, done, total int64) error {
		tell(archive.Taking{At: at, Count: len(paths), Done: done, Total: total})
		return nil
	}}
	err := i.Run(ctx, paths, func(i archive.Imported) {
		taken.Add(i)
		at++
		tell(archive.Taking{At: at, Count: len(paths)})
	})
	return taken, err
}
