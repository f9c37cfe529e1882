// Package share writes what leaves Conch: copies, pieces and joins of videos, moving pictures, stills, and selections
// as a folder or an archive. Everything is written under another name first, can be stopped, and never takes the place
// of a video that a run made.
package share

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"conch/backend/container"
	"conch/backend/draft"
	"conch/backend/fault"
	"conch/backend/reel"
)

// Desk has the work under way, each by a token that whoever began it chose.
type Desk struct {
	Notes string // where drafts are noted; see draft.Notes

	mu      sync.Mutex
	work    map[string]*work
	stopped map[string]bool // tokens of which the stop came first
}

type work struct {
	stop context.CancelFunc
	to   string

	mu    sync.Mutex   // one frame after the other
	draft *draft.Draft // of a moving picture; nil when it is over
	reel  reel.Reel
}

// Cut says what of the videos is wanted.
type Cut struct {
	Kind     string   // copy, trim, join
	Files    []string // one, but for a join
	Video    string   // the id of the first, which a piece of it names as its origin
	Title    string   // of a join
	From, To time.Duration
}

// Video writes a copy, a piece or a join to a file. Faults: those of container, share_over, share_unwritable, share_stopped.
func (d *Desk) Video(ctx context.Context, token string, cut Cut, to string, tell container.Progress) error {
	return d.do(ctx, token, to, d.beginning(to, cut.Files), func(ctx context.Context, path string) error {
		switch cut.Kind {
		case "copy":
			return copyFile(ctx, cut.Files[0], path, tell)
		case "trim":
			return container.Trim(ctx, cut.Files[0], path, cut.Video, cut.From, cut.To, tell)
		case "join":
			return container.Join(ctx, cut.Files, path, cut.Title, tell)
		}
		return fmt.Errorf("no way to export has the name %q", cut.Kind)
	})
}

// Still writes a picture that the page drew. Faults: as Video.
func (d *Desk) Still(ctx context.Context, to string, data []byte) error {
	if _, err := png.DecodeConfig(bytes.NewReader(data)); err != nil {
		return fault.Wrap(err, "picture_broken", fault.Args{"name": filepath.Base(to)})
	}
	return d.do(ctx, "", to, d.beginning(to, nil), func(_ context.Context, path string) error { return os.WriteFile(path, data, 0o600) })
}

// do has "write" fill a draft, and puts it in its place when it is whole.
func (d *Desk) do(ctx context.Context, token, to string, begin func() (*draft.Draft, error), write func(ctx context.Context, path string) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if token != "" {
		if err := d.take(token, &work{stop: stop}); err != nil {
			return err
		}
		defer d.leave(token)
	}
	begun, err := begin()
	if err != nil {
		return err
	}
	if begun.File != nil {
		_ = begun.File.Close()
	}
	if err := write(ctx, begun.Path); err != nil {
		begun.Drop()
		return said(ctx, err, to)
	}
	if err := begun.Keep(); err != nil {
		return unwritable(err, to)
	}
	return nil
}

func (d *Desk) take(token string, w *work) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.work == nil {
		d.work = map[string]*work{}
	}
	if d.stopped[token] {
		return fault.New("share_stopped", nil)
	}
	if d.work[token] != nil {
		return fault.Wrap(errors.New("the token is taken"), "internal", nil)
	}
	d.work[token] = w
	return nil
}

func (d *Desk) leave(token string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.work, token)
}

func (d *Desk) at(token string) *work {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.work[token]
}

// Stop ends work under way; what it had written is gone. Work that asks for its place later doesn't begin: a person
// may be quicker than the dialog or the disk.
func (d *Desk) Stop(token string) {
	if w := d.at(token); w != nil {
		w.stop()
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stopped == nil {
		d.stopped = map[string]bool{}
	}
	d.stopped[token] = true
}

// StopReels ends the moving pictures under way, for the page that sent their frames is gone.
func (d *Desk) StopReels() {
	d.mu.Lock()
	var all []*work
	for _, w := range d.work {
		if w.reel != nil {
			all = append(all, w)
		}
	}
	d.mu.Unlock()
	for _, w := range all {
		w.stop()
	}
}

// said turns what went wrong with a file into what a person is told.
func said(ctx context.Context, err error, to string) error {
	var f *fault.Error
	switch {
	case ctx.Err() != nil:
		return fault.Wrap(err, "share_stopped", nil)
	case errors.As(err, &f):
		return err
	}
	return unwritable(err, to)
}

// copyFile copies in pieces, so that it can be stopped.
func copyFile(ctx context.Context, from, to string, tell container.Progress) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return fault.Wrap(err, "video_file_missing", fault.Args{"path": from})
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	const piece = 8 << 20
	for done := int64(0); done < info.Size(); {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.CopyN(out, in, min(piece, info.Size()-done))
		if err != nil {
			return err
		}
		done += n
		if tell != nil {
			tell(done, info.Size())
		}
	}
	return out.Sync()
}
