// Package reel makes moving pictures, GIF and animated WebP, out of single frames: each is written as it comes, so
// that memory holds one frame, however many there are.
package reel

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // what a page's canvas gives
	_ "image/png"
	"io"

	_ "golang.org/x/image/webp"
)

// Reel takes frames until it is closed. It doesn't close what it writes to.
type Reel interface {
	// Add appends a frame, as PNG, JPEG or WebP of the first one's size, to be shown for some milliseconds.
	Add(frame []byte, ms int) error
	// Close writes the end. Without it the file is not whole.
	Close() error
}

// longest side of a frame, and the most bytes of one: a page that sends more is not sending a frame.
const (
	mostSide  = 4096
	mostBytes = 64 << 20
)

// New begins a reel of a form: "gif" or "webp".
func New(form string, w io.WriteSeeker) (Reel, error) {
	switch form {
	case "gif":
		return &gif{w: w}, nil
	case "webp":
		return &webp{w: w}, nil
	}
	return nil, fmt.Errorf("no moving picture has the form %q", form)
}

// ErrFrame says that a frame can't be read, or isn't like the first.
var ErrFrame = errors.New("no such frame")

// size reads a frame's size without decoding it, and holds it to the first one's.
func size(frame []byte, first image.Point) (image.Point, error) {
	if len(frame) > mostBytes {
		return first, fmt.Errorf("%w: %d bytes", ErrFrame, len(frame))
	}
	head, _, err := image.DecodeConfig(bytes.NewReader(frame))
	if err != nil {
		return first, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	at := image.Pt(head.Width, head.Height)
	switch {
	case at.X < 1 || at.Y < 1 || at.X > mostSide || at.Y > mostSide:
		return first, fmt.Errorf("%w: %v", ErrFrame, at)
	case first != image.Point{} && at != first:
		return first, fmt.Errorf("%w: %v among frames of %v", ErrFrame, at, first)
	}
	return at, nil
}

// decode reads a frame's pixels.
func decode(frame []byte) (image.Image, error) {
	picture, _, err := image.Decode(bytes.NewReader(frame))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFrame, err)
	}
	return picture, nil
}
