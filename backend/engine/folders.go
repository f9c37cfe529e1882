package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"conch/backend/archive"
	"conch/backend/scan"
)

const (
	settled    = time.Second      // without news, before a folder is looked at: who copies a file writes it for a while
	mostNews   = 15 * time.Second // of news, before it is looked at nevertheless
	marksAfter = 2 * time.Second  // that marks wait to be written beside their videos: the database has them at once
)

// Folders says that other folders may be the videos folders now.
func (e *Engine) Folders() {
	select {
	case e.folders <- struct{}{}:
	default:
	}
}

// keepFolders looks through the videos folders once, then whenever the file system tells of something in them. No
// timer runs while nothing happens.
func (e *Engine) keepFolders(ctx context.Context) {
	for ctx.Err() == nil {
		w := e.watchFolders()
		if _, err := e.Rescan(ctx); err != nil && ctx.Err() == nil {
			e.log.Warn("the videos folders could not be looked through", "error", err)
		}
		e.follow(ctx, w)
		if w != nil {
			_ = w.Close()
		}
	}
}

// watchFolders is nil where nothing can be watched. On macOS each file of a folder would have to be held open.
func (e *Engine) watchFolders() *fsnotify.Watcher {
	if runtime.GOOS == "darwin" {
		return nil
	}
	w, err := fsnotify.NewWatcher()
	if err != nil {
		e.log.Warn("the videos folders are not watched", "error", err)
		return nil
	}
	for _, root := range videosFolders(e.Places, e.Settings.Get().VideosFolder) {
		e.watchAbove(w, root)
		e.watch(w, root, nil)
	}
	return w
}

// watchAbove adds the folder in which a videos folder, or the way to it, comes and goes.
func (e *Engine) watchAbove(w *fsnotify.Watcher, root string) {
	for above := filepath.Dir(root); ; above = filepath.Dir(above) {
		err := w.Add(above)
		if err == nil || above == filepath.Dir(above) {
			return
		}
		if !errors.Is(err, fs.ErrNotExist) {
			e.log.Warn("a folder is not watched", "error", err)
			return
		}
	}
}

// watch adds a folder with those in it, as scan.List goes through them, and notes each.
func (e *Engine) watch(w *fsnotify.Watcher, folder string, touched map[string]bool) {
	if err := w.Add(folder); err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			e.log.Warn("a folder is not watched", "error", err)
		}
		return
	}
	if touched != nil {
		touched[folder] = true
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, d := range entries {
		if d.IsDir() && !strings.HasPrefix(d.Name(), ".") {
			e.watch(w, filepath.Join(folder, d.Name()), touched)
		}
	}
}

// follow looks at folders that have news, until other folders are to be watched.
func (e *Engine) follow(ctx context.Context, w *fsnotify.Watcher) {
	var news <-chan fsnotify.Event
	var lost <-chan error
	if w != nil {
		news, lost = w.Events, w.Errors
	}
	touched, all := map[string]bool{}, false
	var since time.Time
	var wait <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.folders:
			return
		case event := <-news:
			if !e.concerns(w, event, touched) {
				continue
			}
		case <-lost: // some were not told
			all = true
		case <-wait:
			e.lookAt(ctx, touched, all)
			touched, all, wait = map[string]bool{}, false, nil
			continue
		}
		if wait == nil {
			since = time.Now()
		}
		if left := mostNews - time.Since(since); wait == nil || left > settled {
			wait = time.After(settled)
		}
	}
}

// concerns notes which folder an event is about, and watches new folders.
func (e *Engine) concerns(w *fsnotify.Watcher, event fsnotify.Event, touched map[string]bool) bool {
	if event.Op == fsnotify.Chmod || strings.HasPrefix(filepath.Base(event.Name), ".") {
		return false
	}
	if !e.inVideosFolder(event) {
		return false
	}
	if info, err := os.Lstat(event.Name); err == nil && info.IsDir() {
		if !event.Has(fsnotify.Create) {
			return false
		}
		e.watch(w, event.Name, touched)
		return true
	}
	folder := event.Has(fsnotify.Remove) || event.Has(fsnotify.Rename) // it may have been one
	if folder {
		touched[event.Name] = true
	}
	if !scan.IsVideo(event.Name) && !folder {
		return false
	}
	touched[filepath.Dir(event.Name)] = true
	return true
}

// inVideosFolder tells an event there from one of what stands above. Of those, a folder on the way to a videos folder
// that wasn't there counts: all is watched anew.
func (e *Engine) inVideosFolder(event fsnotify.Event) bool {
	for _, root := range videosFolders(e.Places, e.Settings.Get().VideosFolder) {
		if _, inside := scan.Inside(root, event.Name); inside {
			return true
		}
		if _, above := scan.Inside(event.Name, root); above && event.Has(fsnotify.Create) {
			e.Folders()
		}
	}
	return false
}

// lookAt takes back what left the trash for these folders, and looks through everything if one of these folders holds other than what is known of it.
func (e *Engine) lookAt(ctx context.Context, touched map[string]bool, all bool) {
	for folder := range touched {
		known, err := e.takeBack(ctx, folder)
		if err != nil && ctx.Err() == nil {
			e.log.Warn("what was put back from the trash was not looked for", "error", err)
		}
		all = all || err == nil && e.hasNews(folder, known)
	}
	if !all {
		return
	}
	if _, err := e.Rescan(ctx); err != nil && ctx.Err() == nil {
		e.log.Warn("the videos folders could not be looked through", "error", err)
	}
}

func (e *Engine) hasNews(folder string, known []scan.Known) bool {
	found, err := scan.Here(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	return scan.News(known, found, e.passed.Has)
}

// KeepMarks says that marks changed which this process did not make.
func (e *Engine) KeepMarks() {
	select {
	case e.marked <- struct{}{}:
	default:
	}
}

// keepMarked writes marks beside their videos, a while after they changed and when the program ends.
func (e *Engine) keepMarked(ctx context.Context) {
	written := int64(0)
	write := func(ctx context.Context) {
		now, err := archive.KeepMarks(ctx, e.Library, videosFolders(e.Places, e.Settings.Get().VideosFolder), written)
		if err != nil && ctx.Err() == nil {
			e.log.Warn("marks could not be written beside their videos", "error", err)
		}
		written = now
	}
	write(ctx)
	for {
		changed := e.Library.Changed()
		select {
		case <-ctx.Done():
			last, stop := context.WithTimeout(context.WithoutCancel(ctx), sweepPatience)
			defer stop()
			write(last)
			return
		case <-changed:
		case <-e.marked:
		}
		select {
		case <-ctx.Done():
		case <-time.After(marksAfter):
			write(ctx)
		}
	}
}
