package engine

import (
	"context"

	"conch/backend/archive"
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
	if f.News() || len(f.Problems)+len(f.Away) > 0 {
		e.log.Info("looked through the videos folders", "same", f.Same, "added", f.Added, "moved", f.Moved, "changed", f.Changed, "returned", f.Returned, "gone", f.Gone,
			"copies", f.Copies, "problems", len(f.Problems), "away", len(f.Away))
	}
	return f, err
}
