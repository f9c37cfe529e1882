package share

import (
	"context"
	"errors"
	"path/filepath"

	"conch/backend/fault"
	"conch/backend/reel"
)

// Begin opens a moving picture, "gif" or "webp", for the frames that follow under this token. Faults: as Video.
func (d *Desk) Begin(ctx context.Context, token, form, to string) error {
	ctx, stop := context.WithCancel(ctx)
	begun, err := d.begin(to, nil)
	if err != nil {
		stop()
		return err
	}
	w := &work{stop: stop, to: to, draft: begun}
	if w.reel, err = reel.New(form, begun.File); err == nil {
		err = d.take(token, w)
	}
	if err != nil {
		stop()
		begun.Drop()
		return err
	}
	context.AfterFunc(ctx, func() { // stopped, or at its end
		w.mu.Lock()
		defer w.mu.Unlock()
		d.leave(token)
		if w.draft != nil {
			w.draft.Drop()
			w.draft = nil
		}
	})
	return nil
}

// Frame appends one frame to the moving picture. Faults: share_stopped, share_unwritable, picture_broken.
func (d *Desk) Frame(token string, frame []byte, ms int) error {
	w := d.at(token)
	if w == nil {
		return fault.New("share_stopped", nil)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.draft == nil {
		return fault.New("share_stopped", nil)
	}
	if err := w.reel.Add(frame, ms); err != nil {
		w.stop()
		return w.said(err)
	}
	return nil
}

// End finishes the moving picture and puts it in its place.
func (d *Desk) End(token string) error {
	w := d.at(token)
	if w == nil {
		return fault.New("share_stopped", nil)
	}
	defer w.stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.draft == nil {
		return fault.New("share_stopped", nil)
	}
	whole := w.draft
	w.draft = nil
	err := errors.Join(w.reel.Close(), whole.File.Sync(), whole.File.Close())
	if err != nil {
		whole.Drop()
	} else {
		err = whole.Keep()
	}
	if err != nil {
		return unwritable(err, w.to)
	}
	return nil
}

// said tells a frame that can't be read from a disk that can't be written.
func (w *work) said(err error) error {
	if errors.Is(err, reel.ErrFrame) {
		return fault.Wrap(err, "picture_broken", fault.Args{"name": filepath.Base(w.to)})
	}
	return unwritable(err, w.to)
}
