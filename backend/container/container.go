// Package container reads and writes MP4 and QuickTime containers: is this whole
// and a video, what are its facts, and how was it made (tags). Pixels are not its concern.
package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/Eyevinn/mp4ff/bits"
	"github.com/Eyevinn/mp4ff/mp4"

	"conch/backend/fault"
)

// Facts are what the container says of its video.
type Facts struct {
	Width, Height int
	Duration      int64 // milliseconds
	FrameRate     float64
	Codec         string // the sample entry: avc1, hvc1…
}

// span is one top-level box: its type and where it lies.
type span struct {
	kind        string
	start, size int64
	header      int64
}

var (
	errNotMP4   = errors.New("not an MP4 file")
	errCutShort = errors.New("the file ends inside a box")
)

const (
	mostBoxes = 4096
	mostMoov  = 64 << 20 // the index of a clip is kilobytes; of hours, megabytes
)

// walk lists the top-level boxes and proves that they tile the file.
func walk(r io.ReaderAt, length int64) ([]span, error) {
	var all []span
	for at := int64(0); at < length; {
		var head [16]byte
		n, err := r.ReadAt(head[:], at)
		if n < 8 {
			return nil, errors.Join(errCutShort, err)
		}
		s := span{kind: string(head[4:8]), start: at, size: int64(binary.BigEndian.Uint32(head[:4])), header: 8}
		switch {
		case s.size == 1 && n == 16:
			large := binary.BigEndian.Uint64(head[8:])
			if large > 1<<62 {
				return nil, errNotMP4
			}
			s.size, s.header = int64(large), 16
		case s.size == 0:
			s.size = length - at
		}
		if !plausible(head[4:8]) || s.size < s.header || len(all) == mostBoxes {
			return nil, errNotMP4
		}
		if at == 0 && s.kind != "ftyp" && s.kind != "moov" && s.kind != "wide" && s.kind != "mdat" && s.kind != "free" && s.kind != "skip" {
			return nil, errNotMP4
		}
		if s.size > length-at {
			return nil, errCutShort
		}
		all = append(all, s)
		at += s.size
	}
	return all, nil
}

func plausible(kind []byte) bool {
	for _, c := range kind {
		if c < 0x20 || c > 0x7e && c != 0xa9 {
			return false
		}
	}
	return true
}

// index reads the moov box. A damaged one can make the library panic: that is no video either.
func index(r io.ReaderAt, boxes []span) (moov *mp4.MoovBox, at int, err error) {
	defer func() {
		if p := recover(); p != nil {
			moov, err = nil, fmt.Errorf("%w: damaged index: %v", errNotMP4, p)
		}
	}()
	for i, s := range boxes {
		if s.kind != "moov" {
			continue
		}
		if s.size > mostMoov {
			return nil, 0, fmt.Errorf("%w: index of %d bytes", errNotMP4, s.size)
		}
		raw := make([]byte, s.size)
		if _, err := r.ReadAt(raw, s.start); err != nil {
			return nil, 0, err
		}
		box, err := mp4.DecodeBoxSR(uint64(s.start), bits.NewFixedSliceReader(raw))
		if err != nil {
			return nil, 0, fmt.Errorf("%w: %w", errNotMP4, err)
		}
		if moov, ok := box.(*mp4.MoovBox); ok {
			return moov, i, nil
		}
	}
	return nil, 0, fmt.Errorf("%w: no index (moov)", errNotMP4)
}

// Check proves that a file is a whole video: its boxes tile it, it has an index and a video track, and its
// samples lie inside it. Faults: output_not_video, output_incomplete.
func Check(path string) (Facts, error) {
	file, err := os.Open(path)
	if err != nil {
		return Facts{}, fmt.Errorf("open video: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return Facts{}, fmt.Errorf("open video: %w", err)
	}
	facts, err := check(file, info.Size())
	switch {
	case errors.Is(err, errCutShort):
		return facts, fault.Wrap(err, "output_incomplete", nil)
	case err != nil:
		return facts, fault.Wrap(err, "output_not_video", nil)
	}
	return facts, nil
}

func check(r io.ReaderAt, length int64) (Facts, error) {
	boxes, err := walk(r, length)
	if err != nil {
		return Facts{}, err
	}
	moov, _, err := index(r, boxes)
	if err != nil {
		return Facts{}, err
	}
	return factsOf(moov, length)
}

func factsOf(moov *mp4.MoovBox, length int64) (facts Facts, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: damaged index: %v", errNotMP4, p)
		}
	}()
	for _, trak := range moov.Traks {
		if trak.Mdia == nil || trak.Mdia.Hdlr == nil || trak.Mdia.Hdlr.HandlerType != "vide" || trak.Mdia.Minf == nil || trak.Mdia.Minf.Stbl == nil {
			continue
		}
		stbl := trak.Mdia.Minf.Stbl
		if trak.Tkhd != nil {
			facts.Width, facts.Height = int(trak.Tkhd.Width>>16), int(trak.Tkhd.Height>>16)
		}
		if stbl.Stsd != nil && len(stbl.Stsd.Children) > 0 {
			facts.Codec = stbl.Stsd.Children[0].Type()
		}
		if mdhd := trak.Mdia.Mdhd; mdhd != nil && mdhd.Timescale > 0 {
			seconds := float64(mdhd.Duration) / float64(mdhd.Timescale)
			facts.Duration = int64(seconds*1000 + 0.5)
			if stbl.Stsz != nil && seconds > 0 {
				facts.FrameRate = float64(stbl.Stsz.SampleNumber) / seconds
			}
		}
		if last := lastChunk(stbl); last >= uint64(length) {
			return facts, fmt.Errorf("%w: samples at %d of %d bytes", errCutShort, last, length)
		}
		return facts, nil
	}
	return facts, fmt.Errorf("%w: no video track", errNotMP4)
}

func lastChunk(stbl *mp4.StblBox) (last uint64) {
	if stbl.Stco != nil {
		for _, offset := range stbl.Stco.ChunkOffset {
			last = max(last, uint64(offset))
		}
	}
	if stbl.Co64 != nil {
		for _, offset := range stbl.Co64.ChunkOffset {
			last = max(last, offset)
		}
	}
	return last
}

// atom encodes a box from its payload parts.
func atom(kind string, parts ...[]byte) []byte {
	payload := bytes.Join(parts, nil)
	out := binary.BigEndian.AppendUint32(make([]byte, 0, 8+len(payload)), uint32(8+len(payload)))
	return append(append(out, kind...), payload...)
}
