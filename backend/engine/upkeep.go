package engine

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"conch/backend/fault"
	"conch/backend/journal"
	"conch/backend/library"
	"conch/backend/paths"
)

// OpenLibrary opens the library. One that is damaged or gone is made anew from its backups, the journal and the
// videos; how is then told. Faults: library_*.
func OpenLibrary(ctx context.Context, places paths.Places, chosen string) (*library.Library, *library.Repaired, error) {
	return library.OpenOrRebuild(ctx, places.Database(), library.Sources{
		Books: journal.Open(places.Journal()).Attempts, Folders: videosFolders(places, chosen),
	})
}

// ReadLibrary is OpenLibrary for who has no engine.
func ReadLibrary(ctx context.Context, places paths.Places) (*library.Library, *library.Repaired, error) {
	return OpenLibrary(ctx, places, ChosenFolder(places)) // only a repair needs it
}

// videosFolders are where videos may lie: the folder in use, and the system's when another was chosen later.
func videosFolders(places paths.Places, chosen string) []string {
	if chosen == "" || chosen == places.Videos {
		return []string{places.Videos}
	}
	if _, err := os.Stat(places.Videos); err != nil {
		return []string{chosen}
	}
	return []string{chosen, places.Videos}
}

const (
	upkeepAgain  = time.Hour // after a backup that failed
	fewestCopies = 3         // before anything leaves the journal
)

// upkeep makes the daily backup while something changes, and looks for videos that a rebuild could not reach. It
// waits for changes, not for the clock.
func (e *Engine) upkeep(ctx context.Context) {
	if n, err := e.Library.LookThrough(ctx, videosFolders(e.Places, e.Settings.Get().VideosFolder)); n > 0 || err != nil && ctx.Err() == nil {
		e.log.Warn("looked through the videos folders after a rebuild", "found", n, "error", err)
	}
	var next time.Time
	for {
		changed := e.Library.Changed()
		if time.Now().After(next) {
			next = e.backUp(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}

// keepIndexed indexes what changes of many videos leave for later.
func (e *Engine) keepIndexed(ctx context.Context) {
	for {
		changed := e.Library.Changed()
		if err := e.Library.Index(ctx); err != nil && ctx.Err() == nil {
			e.log.Warn("the search index is behind", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}

// backUp gives the time before which there is nothing to do.
func (e *Engine) backUp(ctx context.Context) time.Time {
	all, err := e.Library.Backup(ctx)
	if err == nil && len(all) >= fewestCopies {
		err = e.Journal.Shorten(all[len(all)-1].At)
	}
	if err != nil {
		if ctx.Err() == nil {
			e.log.Warn("no backup of the library", "error", err)
		}
		return time.Now().Add(upkeepAgain)
	}
	if len(all) == 0 {
		return time.Time{}
	}
	if all[0].At.After(time.Now()) { // the clock was wrong once
		return time.Now().Add(library.BackupEvery)
	}
	return all[0].At.Add(library.BackupEvery)
}

// reachable refuses a videos folder whose drive seems to be unplugged: nothing may go to the empty place it leaves.
// Faults: folder_gone, folder_missing.
func (e *Engine) reachable(ctx context.Context, root string) error {
	return reachable(ctx, e.Library, e.Places, root)
}

func reachable(ctx context.Context, l *library.Library, places paths.Places, root string) error {
	folder, err := os.Open(root)
	if err == nil {
		_, err = folder.Readdirnames(1)
		err = errors.Join(err, folder.Close())
	}
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, io.EOF) {
		return nil // it has something in it; other troubles show when it is written to
	}
	had, look := l.HasVideosIn(ctx, root)
	switch {
	case look != nil:
		return look
	case had:
		return fault.Wrap(err, "folder_gone", fault.Args{"folder": root})
	case errors.Is(err, fs.ErrNotExist) && root != places.Videos: // it was there when it was chosen
		return fault.Wrap(err, "folder_missing", fault.Args{"folder": root})
	}
	return nil
}
