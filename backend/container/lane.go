package container

import (
	"errors"
	"fmt"
	"math"

	"github.com/abema/go-mp4"
)

// lane is a track of the film that is made: pieces of tracks of the same format, one after the other.
type lane struct {
	model *tables // the first piece's: whose description it has
	scale uint32  // its timescale
	movie uint32  // the movie's

	samples uint32
	length  int64 // of all samples, in scale
	stts    []mp4.SttsEntry
	ctts    []mp4.CttsEntry
	early   bool // a sample is shown before it is decoded
	stss    []uint32
	mixed   bool // not every sample is a key frame
	same    uint32
	sizes   []uint32 // once one differs
	chunks  []*chunk

	pause  int64 // before anything is shown, in ticks of the movie
	hidden int64 // what the edit list leaves out at the beginning, in scale
	shown  int64 // in ticks of the movie
}

// chunk is a run of samples that lie together in a source.
type chunk struct {
	source  int
	offset  uint64
	bytes   uint64
	samples uint32
	kind    uint32
	to      uint64 // where it is put
}

// errHides says that a piece hides frames which a player would show in the middle of a film.
var errHides = errors.New("hidden frames in the middle")

// add appends a piece of the track t, of the source with that number, to be shown at a time of the film.
func (l *lane) add(number int, s *source, t *tables, p piece, at int64) error {
	times := l.scale / t.mdhd.Timescale
	if l.samples == 0 {
		l.pause, l.hidden = at, p.hidden*int64(times)
	} else {
		begins := l.hidden + rescale(at-l.pause, l.movie, l.scale) - p.hidden*int64(times)
		if l.model.handler == "vide" && begins != l.length {
			return errHides
		}
		if begins != l.length { // sound comes in packets: the last lasts until the next begins
			if p = t.skip(p, begins, l.length, times); p.first == p.last {
				return nil
			}
			begins = l.hidden + rescale(at-l.pause, l.movie, l.scale) - p.hidden*int64(times)
			if err := l.stretch(begins - l.length); err != nil {
				return err
			}
		}
	}
	l.shown = at - l.pause + p.length
	last, bytes := -1, uint64(0)
	for f := range t.samples() {
		if f.n < p.first {
			continue
		}
		if f.n >= p.last {
			break
		}
		if bytes += uint64(f.size); f.offset+uint64(f.size) > uint64(s.length) || bytes > uint64(s.length) {
			return fmt.Errorf("%w: a sample ends behind the file", errCutShort)
		}
		length, shift := uint64(f.length)*uint64(times), (f.pts-f.dts)*int64(times)
		if length > math.MaxUint32 || shift > math.MaxInt32 || shift < math.MinInt32 || l.samples == math.MaxUint32 {
			return fmt.Errorf("%w: times out of range", errNotVideo)
		}
		l.take(f, uint32(length), int32(shift))
		if f.chunk != last || l.chunks[len(l.chunks)-1].kind != f.kind {
			l.chunks = append(l.chunks, &chunk{source: number, offset: f.offset, kind: f.kind})
			last = f.chunk
		}
		c := l.chunks[len(l.chunks)-1]
		c.bytes, c.samples = c.bytes+uint64(f.size), c.samples+1
	}
	return nil
}

// skip leaves out the first packets of a piece of sound that begin before the last packet of the lane does.
func (t *tables) skip(p piece, begins, end int64, times uint32) piece {
	for f := range t.samples() {
		if f.n < p.first || p.first == p.last {
			continue
		}
		if begins+(f.dts-p.begins)*int64(times) >= end-int64(f.length)*int64(times)/2 {
			p.hidden -= f.dts - p.begins
			p.first, p.begins = f.n, f.dts
			return p
		}
	}
	p.first = p.last
	return p
}

// stretch has the last sample last longer, or less long.
func (l *lane) stretch(by int64) error {
	n := len(l.stts) - 1
	length := int64(l.stts[n].SampleDelta) + by
	if length < 1 || length > math.MaxUint32 {
		return fmt.Errorf("%w: times out of range", errNotVideo)
	}
	if l.stts[n].SampleCount--; l.stts[n].SampleCount == 0 {
		l.stts = l.stts[:n]
	}
	l.stts = append(l.stts, mp4.SttsEntry{SampleCount: 1, SampleDelta: uint32(length)})
	l.length += by
	return nil
}

func (l *lane) take(f coded, length uint32, shift int32) {
	l.samples++
	l.length += int64(length)
	if n := len(l.stts); n > 0 && l.stts[n-1].SampleDelta == length {
		l.stts[n-1].SampleCount++
	} else {
		l.stts = append(l.stts, mp4.SttsEntry{SampleCount: 1, SampleDelta: length})
	}
	if n := len(l.ctts); n > 0 && l.ctts[n-1].SampleOffsetV1 == shift {
		l.ctts[n-1].SampleCount++
	} else {
		l.ctts = append(l.ctts, mp4.CttsEntry{SampleCount: 1, SampleOffsetV0: uint32(shift), SampleOffsetV1: shift})
	}
	l.early = l.early || shift < 0
	if l.model.handler == "vide" { // sound is all key frames, but for codecs that no film here has
		if f.key {
			l.stss = append(l.stss, l.samples)
		}
		l.mixed = l.mixed || !f.key
	}
	if l.samples == 1 {
		l.same = f.size
	}
	if f.size != l.same && l.sizes == nil {
		l.sizes = make([]uint32, l.samples-1, 2*l.samples)
		for i := range l.sizes {
			l.sizes[i] = l.same
		}
	}
	if l.sizes != nil {
		l.sizes = append(l.sizes, f.size)
	}
}

// tables are the boxes of the sample table behind its description.
func (l *lane) tables(wide bool) []mp4.IBox {
	boxes := []mp4.IBox{&mp4.Stts{EntryCount: uint32(len(l.stts)), Entries: l.stts}}
	if len(l.ctts) > 1 || l.ctts[0].SampleOffsetV1 != 0 {
		late := &mp4.Ctts{EntryCount: uint32(len(l.ctts)), Entries: l.ctts}
		if l.early {
			late.Version = 1
		}
		boxes = append(boxes, late)
	}
	if l.mixed {
		boxes = append(boxes, &mp4.Stss{EntryCount: uint32(len(l.stss)), SampleNumber: l.stss})
	}
	sizes := &mp4.Stsz{SampleSize: l.same, SampleCount: l.samples}
	if l.sizes != nil || l.same == 0 {
		sizes.SampleSize, sizes.EntrySize = 0, l.sizes
		if l.sizes == nil {
			sizes.EntrySize = make([]uint32, l.samples)
		}
	}
	groups := &mp4.Stsc{}
	for i, c := range l.chunks {
		if n := len(groups.Entries); n == 0 || groups.Entries[n-1].SamplesPerChunk != c.samples || groups.Entries[n-1].SampleDescriptionIndex != c.kind {
			groups.Entries = append(groups.Entries, mp4.StscEntry{FirstChunk: uint32(i + 1), SamplesPerChunk: c.samples, SampleDescriptionIndex: c.kind})
		}
	}
	groups.EntryCount = uint32(len(groups.Entries))
	boxes = append(boxes, groups, sizes)
	if wide {
		places := &mp4.Co64{EntryCount: uint32(len(l.chunks))}
		for _, c := range l.chunks {
			places.ChunkOffset = append(places.ChunkOffset, c.to)
		}
		return append(boxes, places)
	}
	places := &mp4.Stco{EntryCount: uint32(len(l.chunks))}
	for _, c := range l.chunks {
		places.ChunkOffset = append(places.ChunkOffset, uint32(c.to))
	}
	return append(boxes, places)
}

// list is the edit list.
func (l *lane) list() *mp4.Elst {
	list := &mp4.Elst{}
	add := func(length, media int64) {
		if length > math.MaxUint32 || media > math.MaxInt32 {
			list.Version = 1
		}
		list.EntryCount++
		list.Entries = append(list.Entries, mp4.ElstEntry{
			SegmentDurationV0: uint32(length), SegmentDurationV1: uint64(length), MediaTimeV0: int32(media), MediaTimeV1: media, MediaRateInteger: 1,
		})
	}
	if l.pause > 0 {
		add(l.pause, -1)
	}
	add(l.shown, l.hidden)
	return list
}
