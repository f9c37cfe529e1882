package container

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/abema/go-mp4"

	"conch/backend/fault"
)

// Seen is what a video tells of itself, and how its file stood when it was read.
type Seen struct {
	Facts    Facts
	Tags     Tags
	Tagged   bool // it carries Conch's recipe
	Size     int64
	Modified int64 // nanoseconds since 1970
}

// Look reads a video of any origin: is it whole, its facts, its recipe. Its media data is not read.
// Faults: film_empty, film_not_video, film_no_index, film_incomplete, film_too_long, film_unreadable.
func Look(path string) (s Seen, err error) {
	defer func() { err = ofFile(err, path) }()
	file, info, err := openFilm(path)
	if err != nil {
		return s, err
	}
	defer func() { _ = file.Close() }()
	s.Size, s.Modified = info.Size(), info.ModTime().UnixNano()
	if s.Facts, err = check(file, s.Size); err != nil {
		return s, err
	}
	s.Tags, s.Tagged, err = readTags(file, s.Size)
	return s, err
}

// Hash sums up a video's media data: SHA-256, in hex, over what its mdat boxes hold, in their order. Another name,
// other tags and an index in another place don't change it. Faults: Look's.
func Hash(ctx context.Context, path string) (sum string, err error) {
	defer func() { err = ofFile(err, path) }()
	file, info, err := openFilm(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	return hash(ctx, file, info.Size())
}

func hash(ctx context.Context, r io.ReadSeeker, length int64) (_ string, err error) {
	boxes, err := walk(r, length)
	if err != nil {
		return "", err
	}
	sum, some, buffer := sha256.New(), int64(0), make([]byte, 256<<10)
	for _, box := range boxes {
		if box.Type != mp4.BoxTypeMdat() {
			continue
		}
		if _, err := box.SeekToPayload(r); err != nil {
			return "", fmt.Errorf("read video: %w", err)
		}
		payload := &lasting{ctx, io.LimitReader(r, int64(box.Size-box.HeaderSize))}
		n, err := io.CopyBuffer(struct{ io.Writer }{sum}, payload, buffer)
		if err != nil {
			return "", fmt.Errorf("read video: %w", err)
		}
		if n != int64(box.Size-box.HeaderSize) {
			return "", fmt.Errorf("%w: the file shrank while it was read", errCutShort)
		}
		some += n
	}
	if some == 0 {
		return "", fmt.Errorf("%w: no media data", errNotVideo)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// lasting reads as long as its context lasts.
type lasting struct {
	ctx context.Context
	r   io.Reader
}

func (l *lasting) Read(p []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	return l.r.Read(p)
}

var errEmpty = errors.New("an empty file")

func openFilm(path string) (*os.File, os.FileInfo, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() { // to open a pipe would be to wait for its writer
		err = errors.New("not a regular file")
	}
	if err != nil {
		return nil, nil, err
	}
	file, length, err := open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err = file.Stat()
	if err == nil && length == 0 {
		err = errEmpty
	}
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, info, nil
}

// ofFile makes the fault that tells what is wrong with a file; a canceled reading stays what it is.
func ofFile(err error, path string) error {
	name := filepath.Base(path)
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, errEmpty):
		return fault.Wrap(err, "film_empty", fault.Args{"name": name})
	case errors.Is(err, errTooLong):
		return fault.Wrap(err, "film_too_long", fault.Args{"name": name, "max": mostMoov >> 20})
	case errors.Is(err, errNotVideo):
		return fault.Wrap(err, "film_not_video", fault.Args{"name": name})
	case errors.Is(err, errNoIndex):
		return fault.Wrap(err, "film_no_index", fault.Args{"name": name})
	case errors.Is(err, errCutShort):
		return fault.Wrap(err, "film_incomplete", fault.Args{"name": name})
	}
	return fault.Wrap(err, "film_unreadable", fault.Args{"name": name})
}
