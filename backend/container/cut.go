package container

import "math"

// piece is a run of samples, first to last-1, that is enough to decode what is shown of it.
type piece struct {
	first, last int
	begins      int64 // when the first sample is decoded, in the track's time and timescale
	hidden      int64 // from there to where the shown part begins
	at, length  int64 // of the shown part, in ticks of the movie that is made
}

// cutPictures finds the whole frames of a video track between two times of the movie, in ticks of "scale". They come
// from the key frame that the first of them needs. A frame that begins within a millisecond of a time counts as begun,
// so that times rounded to milliseconds mean the frame that they were read from. False when there is no frame.
func (s *source) cutPictures(t *tables, scale uint32, from, to int64) (piece, bool) {
	own := t.mdhd.Timescale
	slack := int64(own / 1000)
	shown := s.shown(t, scale)
	a := shown.media + rescale(max(0, from-shown.at), scale, own)
	b := shown.media + rescale(min(max(0, to-shown.at), shown.length), scale, own)
	start := t.frameAt(a+slack, shown.media-slack)
	if start < 0 || start+slack >= b {
		return piece{}, false
	}
	var p piece
	stop, latest := int64(-1), coded{pts: math.MinInt64}
	for f := range t.samples() {
		switch {
		case f.pts <= start && f.key && p.last == 0:
			p.first, p.begins = f.n, f.dts
		case f.pts+slack >= b && (stop < 0 || f.pts < stop):
			stop = f.pts
		}
		if f.pts >= start && f.pts+slack < b {
			p.last = f.n + 1
			if f.pts > latest.pts {
				latest = f
			}
		}
	}
	if stop < 0 || stop > b+slack { // the last frame of all, or the last that the edit list shows
		stop = latest.pts + int64(latest.length)
	}
	p.hidden = start - p.begins
	p.at = shown.at + rescale(start-shown.media, own, scale)
	p.length = rescale(stop-start, own, scale)
	return p, p.at+p.length > from
}

// frameAt is when the frame begins that is shown at a time: the last that begins by then, but not before "least";
// where there is none, the first after. -1 without any.
func (t *tables) frameAt(time, least int64) int64 {
	before, after := int64(-1), int64(-1)
	for f := range t.samples() {
		switch {
		case f.pts < least:
		case f.pts <= time:
			before = max(before, f.pts)
		case after < 0 || f.pts < after:
			after = f.pts
		}
	}
	if before >= 0 {
		return before
	}
	return after
}

// cutSound finds what sounds between two times of the movie, in ticks of "scale". A packet's beginning is made with
// the one before it, which comes along where it can be hidden: at the beginning of a film. False when nothing sounds.
func (s *source) cutSound(t *tables, scale uint32, from, to int64, lead bool) (piece, bool) {
	own := t.mdhd.Timescale
	shown := s.shown(t, scale)
	begin, end := max(from, shown.at), min(to, shown.at+shown.length)
	if begin >= end {
		return piece{}, false
	}
	a := shown.media + rescale(begin-shown.at, scale, own)
	b := shown.media + rescale(end-shown.at, scale, own)
	p := piece{first: -1, at: begin, length: end - begin}
	var before coded
	for f := range t.samples() {
		if f.dts >= b {
			break
		}
		if stops := f.dts + int64(f.length); stops > a {
			if p.first < 0 {
				p.first, p.begins = f.n, f.dts
				if lead {
					p.first, p.begins = before.n, before.dts
				}
			}
			p.last = f.n + 1
			p.length = min(end-begin, rescale(stops-a, own, scale)) // the sound may end first
		}
		before = f
	}
	p.hidden = a - p.begins
	return p, p.first >= 0
}
