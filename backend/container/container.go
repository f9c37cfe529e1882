// Package container reads and writes MP4 and QuickTime containers: is this whole
// and a video, what are its facts, and how was it made (tags). Pixels are not its concern.
package container

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/abema/go-mp4"

	"conch/backend/fault"
)

// Facts are what the container says of its first video track.
type Facts struct {
	Width, Height int     // pixels as shown: a track that is turned by 90 degrees counts as turned
	Duration      int64   // milliseconds; summed from the samples where the index doesn't say, 0 where they don't either
	FrameRate     float64 // frames per second on average; 0 where the length is not known
	HasVideo      bool
	Codec         string // the sample entry: avc1, hvc1…
}

var (
	errNotVideo = errors.New("not a video")
	errCutShort = errors.New("cut short")
	errNoIndex  = fmt.Errorf("%w: no index (moov)", errCutShort)
	errTooLong  = fmt.Errorf("%w: its index is too long", errNotVideo)
)

const (
	mostBoxes = 100_000  // a fragmented hour has some thousands
	mostMoov  = 64 << 20 // the index of a clip is kilobytes; of hours, megabytes
)

// Check proves that a file is a whole video: it has an index (moov) with a video track, no box of media or index is
// cut, and the last samples of every track lie inside it. What lies behind the last box is no matter: some encoders and
// storages leave zeros or words of their own there. Faults: output_not_video, output_incomplete.
func Check(path string) (Facts, error) {
	file, length, err := open(path)
	if err != nil {
		return Facts{}, err
	}
	defer func() { _ = file.Close() }()
	facts, err := check(file, length)
	switch {
	case errors.Is(err, errCutShort):
		return facts, fault.Wrap(err, "output_incomplete", nil)
	case errors.Is(err, errNotVideo):
		return facts, fault.Wrap(err, "output_not_video", nil)
	}
	return facts, err
}

func open(path string) (*os.File, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, fmt.Errorf("open video: %w", err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("open video: %w", err), file.Close())
	}
	return file, info.Size(), nil
}

func check(r io.ReadSeeker, length int64) (facts Facts, err error) {
	defer damaged(&err)
	boxes, err := walk(r, length)
	if err != nil {
		return Facts{}, err
	}
	moov, err := readIndex(r, boxes)
	if err != nil {
		return Facts{}, err
	}
	tracks, fragments, err := moov.tracks()
	if err != nil {
		return Facts{}, err
	}
	for _, t := range tracks {
		if t.end > uint64(length) {
			return Facts{}, fmt.Errorf("%w: samples up to %d of %d bytes", errCutShort, t.end, length)
		}
	}
	for _, t := range tracks {
		if t.handler == "vide" {
			if err := t.addFragments(r, boxes, fragments.usual[t.id]); err != nil {
				return Facts{}, err
			}
			return t.facts(fragments), nil
		}
	}
	return Facts{}, fmt.Errorf("%w: no video track", errNotVideo)
}

// damaged turns a panic of the MP4 library over a crafted file into an error.
func damaged(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: damaged index: %v", errNotVideo, p)
	}
}

// walk lists the top-level boxes. Once the index was met, what is no box, or one that is cut but holds neither media
// nor index, ends the list: all that is needed to play comes before it, if the samples lie inside the file.
func walk(r io.ReadSeeker, length int64) ([]*mp4.BoxInfo, error) {
	if length < mp4.SmallHeaderSize {
		return nil, fmt.Errorf("%w: %d bytes", errNotVideo, length)
	}
	var boxes []*mp4.BoxInfo
	playable := false
	for at := int64(0); at < length; {
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			return nil, fmt.Errorf("read video: %w", err)
		}
		box, err := mp4.ReadBoxInfo(r)
		var wrong error
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			wrong = fmt.Errorf("%w: the file ends inside a box's head", errCutShort)
		case err != nil:
			return nil, fmt.Errorf("read video: %w", err)
		case at == 0 && !begins[box.Type.String()]:
			return nil, fmt.Errorf("%w: begins with %q", errNotVideo, box.Type[:])
		case box.Size < box.HeaderSize || !printable(box.Type) || len(boxes) == mostBoxes:
			wrong = fmt.Errorf("%w: no box at byte %d", errCutShort, at)
		case box.Size > uint64(length-at):
			wrong = fmt.Errorf("%w: %s ends %d bytes behind the file", errCutShort, box.Type, box.Size-uint64(length-at))
			if needed[box.Type.String()] {
				return nil, wrong
			}
		}
		if wrong != nil && playable && len(boxes) < mostBoxes {
			return boxes, nil
		}
		if wrong != nil {
			return nil, wrong
		}
		playable = playable || box.Type == mp4.BoxTypeMoov()
		boxes = append(boxes, box)
		at += int64(box.Size)
	}
	return boxes, nil
}

// needed are the boxes without whose end something can't be played.
var needed = map[string]bool{"moov": true, "mdat": true, "moof": true}

// begins are the boxes an MP4 or QuickTime file can begin with.
var begins = map[string]bool{"ftyp": true, "moov": true, "mdat": true, "wide": true, "free": true, "skip": true, "pnot": true}

func printable(kind mp4.BoxType) bool {
	for _, c := range kind {
		if c < 0x20 || c > 0x7e && c != 0xa9 {
			return false
		}
	}
	return true
}

// index is a file's moov box, held in memory: the only part that is.
type index struct {
	raw []byte
	box *mp4.BoxInfo // where it lies in raw; read as QuickTime, which is the more tolerant
	at  int          // its place among the top-level boxes
}

func readIndex(r io.ReadSeeker, boxes []*mp4.BoxInfo) (index, error) {
	still := false // an image of the same family, HEIC or AVIF
	for i, box := range boxes {
		still = still || box.Type.String() == "meta"
		if box.Type != mp4.BoxTypeMoov() {
			continue
		}
		if box.Size > mostMoov {
			return index{}, fmt.Errorf("%w: %d bytes", errTooLong, box.Size)
		}
		raw := make([]byte, box.Size)
		if _, err := box.SeekToStart(r); err != nil {
			return index{}, fmt.Errorf("read video: %w", err)
		}
		if _, err := io.ReadFull(r, raw); err != nil {
			return index{}, fmt.Errorf("read video: %w", err)
		}
		inside := *box
		inside.Offset, inside.IsQuickTimeCompatible = 0, true
		return index{raw, &inside, i}, nil
	}
	if still {
		return index{}, fmt.Errorf("%w: a still picture", errNotVideo)
	}
	return index{}, errNoIndex
}

// visit walks the index; the handler expands what it wants to see inside of.
func (x index) visit(handler mp4.ReadHandler) error {
	box := *x.box
	if _, err := mp4.ReadBoxStructureFromInternal(bytes.NewReader(x.raw), &box, guarded(handler)); err != nil {
		return fmt.Errorf("%w: damaged index: %w", errNotVideo, err)
	}
	return nil
}

// deepest is far below what any index has (moov/trak/mdia/minf/stbl/stsd is 6) and keeps a crafted one from exhausting the stack.
const deepest = 16

// guarded stops at what the MP4 library lets through: boxes smaller than their heads, and endless nesting.
func guarded(handler mp4.ReadHandler) mp4.ReadHandler {
	return func(h *mp4.ReadHandle) (any, error) {
		if h.BoxInfo.Size < h.BoxInfo.HeaderSize {
			return nil, errors.New("a box smaller than its head")
		}
		if len(h.Path) > deepest {
			return nil, errors.New("boxes nested too deep")
		}
		return handler(h)
	}
}
