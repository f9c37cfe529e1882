package container

import (
	"fmt"
	"iter"
	"math/bits"
	"os"

	"github.com/abema/go-mp4"
)

// source is a video opened to be cut: its index, and the sample tables of its first video track and all sound tracks.
type source struct {
	file      *os.File
	length    int64
	boxes     []*mp4.BoxInfo
	moov      index
	timescale uint32    // of the movie
	tracks    []*tables // the video track first
}

// tables are what the index says of one track's samples.
type tables struct {
	trak    int // its place among the trak boxes of its index
	handler string
	tkhd    *mp4.Tkhd
	mdhd    *mp4.Mdhd
	elst    *mp4.Elst

	frame  uint32 // bytes of uncompressed sound at one moment, all channels; 0 of any other track
	format string // of its samples, without what differs from clip to clip of one encoder: see format.go
	size   string // width x height of the coded pictures

	stts    []mp4.SttsEntry
	ctts    *mp4.Ctts
	stss    *mp4.Stss // nil: every sample is a key frame
	stsz    *mp4.Stsz
	stsc    []mp4.StscEntry
	offsets []uint64
}

// coded is one sample: a frame, or some sound. Times are in the track's timescale.
type coded struct {
	n      int   // from 0, in the order of decoding
	dts    int64 // when it is decoded
	pts    int64 // when it is shown
	length uint32
	size   uint32
	offset uint64 // in the file
	chunk  int
	kind   uint32 // which of the track's sample descriptions
	key    bool
}

// longest is far beyond any film in any timescale, and leaves room for sums.
const longest = 1 << 52

// samples gives all samples in decoding order. The tables are read in step, so that nothing is unrolled in memory.
func (t *tables) samples() iter.Seq[coded] {
	return func(yield func(coded) bool) {
		var s coded
		var times, shifts, keys, groups cursor
		for chunk, offset := range t.offsets {
			for groups.at+1 < len(t.stsc) && uint32(chunk+1) >= t.stsc[groups.at+1].FirstChunk {
				groups.at++
			}
			s.chunk, s.offset, s.kind = chunk, offset, t.stsc[groups.at].SampleDescriptionIndex
			for range t.stsc[groups.at].SamplesPerChunk {
				if s.n == int(t.stsz.SampleCount) || s.dts > longest {
					return
				}
				s.size = t.stsz.SampleSize
				if s.size == 0 {
					s.size = t.stsz.EntrySize[s.n]
				}
				times.next(func(i int) uint32 { return t.stts[i].SampleCount }, len(t.stts))
				s.length, s.pts = t.stts[times.at].SampleDelta, s.dts
				if t.ctts != nil && shifts.next(func(i int) uint32 { return t.ctts.Entries[i].SampleCount }, len(t.ctts.Entries)) {
					s.pts += t.shift(shifts.at)
				}
				s.key = t.stss == nil
				if !s.key {
					for keys.at < len(t.stss.SampleNumber) && t.stss.SampleNumber[keys.at] < uint32(s.n+1) {
						keys.at++
					}
					s.key = keys.at < len(t.stss.SampleNumber) && t.stss.SampleNumber[keys.at] == uint32(s.n+1)
				}
				if !yield(s) {
					return
				}
				s.n, s.dts, s.offset = s.n+1, s.dts+int64(s.length), s.offset+uint64(s.size)
			}
		}
	}
}

// shift is how much later than decoded the samples of a ctts entry are shown. Version 0 has no sign, but QuickTime gives it one.
func (t *tables) shift(entry int) int64 {
	e := t.ctts.Entries[entry]
	if t.ctts.GetVersion() == 0 {
		return int64(int32(e.SampleOffsetV0))
	}
	return int64(e.SampleOffsetV1)
}

// cursor goes through a table of runs, one sample at a time.
type cursor struct {
	at   int
	used uint32
}

// next moves to the run of the next sample; false behind the last run, where the cursor stays.
func (c *cursor) next(count func(int) uint32, runs int) bool {
	for c.at < runs && c.used >= count(c.at) {
		c.at, c.used = c.at+1, 0
	}
	if c.at == runs {
		c.at = runs - 1
		return false
	}
	c.used++
	return true
}

// check proves that the tables agree with each other and with the file's length, so that samples can be gone through.
func (t *tables) check(length int64) error {
	if t.frame > t.stsz.SampleSize && t.stsz.SampleSize > 0 {
		t.stsz.SampleSize = t.frame // some recorders count one channel, or one byte; players go by the description
	}
	count := uint64(t.stsz.SampleCount)
	var timed, bytes, grouped uint64
	for _, e := range t.stts {
		timed += uint64(e.SampleCount)
	}
	bytes = count * uint64(t.stsz.SampleSize)
	if t.stsz.SampleSize == 0 {
		if uint64(len(t.stsz.EntrySize)) < count {
			return fmt.Errorf("%w: sizes of %d samples of %d", errNotVideo, len(t.stsz.EntrySize), count)
		}
		for _, size := range t.stsz.EntrySize {
			bytes += uint64(size)
		}
	}
	for i, e := range t.stsc {
		next := uint32(len(t.offsets) + 1)
		if i+1 < len(t.stsc) {
			next = t.stsc[i+1].FirstChunk
		}
		if i == 0 && e.FirstChunk != 1 || next < e.FirstChunk || int(next) > len(t.offsets)+1 {
			return fmt.Errorf("%w: chunks out of order", errNotVideo)
		}
		hi, lo := bits.Mul64(uint64(next-e.FirstChunk), uint64(e.SamplesPerChunk))
		if grouped += lo; hi > 0 {
			return fmt.Errorf("%w: too many samples", errNotVideo)
		}
	}
	switch {
	case timed < count:
		return fmt.Errorf("%w: times of %d samples of %d", errNotVideo, timed, count)
	case grouped < count:
		return fmt.Errorf("%w: places of %d samples of %d", errNotVideo, grouped, count)
	case bytes > uint64(length):
		return fmt.Errorf("%w: %d bytes of samples in %d", errCutShort, bytes, length)
	case t.mdhd.Timescale == 0:
		return fmt.Errorf("%w: no timescale", errNotVideo)
	}
	return nil
}

// rescale converts a time between timescales, to the nearest tick.
func rescale(t int64, from, to uint32) int64 {
	sign := int64(1)
	if t < 0 {
		sign, t = -1, -t
	}
	hi, lo := bits.Mul64(uint64(t), uint64(to))
	lo, carry := bits.Add64(lo, uint64(from)/2, 0)
	if hi += carry; hi >= uint64(from) {
		return sign * longest
	}
	ticks, _ := bits.Div64(hi, lo, uint64(from))
	return sign * int64(min(ticks, longest))
}
