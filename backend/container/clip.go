package container

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"conch/backend/fault"
)

// Origin says what a film came from. One of Video and Picture is set.
type Origin struct {
	Kind    string `json:"kind"`              // as generation.OriginKind; "trim" is a piece of another video
	Video   string `json:"video,omitempty"`   // the other video's id
	Picture string `json:"picture,omitempty"` // a shelf picture's id
	From    int64  `json:"from,omitempty"`    // where it was cut out, milliseconds
	To      int64  `json:"to,omitempty"`
}

// Trim writes the frames of a video that are shown between two times, with its sound, to a new, synced file; "to" is
// written over. Nothing is encoded anew: the file begins with the key frame that the first frame needs, and an edit
// list has players begin with the frame itself. The recipe stays, but without what makes a file the video of a paid run;
// its origin is the source, by the id that the source has in the library, else by that of its recipe. Nothing but the index is held in memory. When it fails, "to" is gone.
// Faults: clip_unreadable, clip_fragmented, clip_edited, trim_empty.
func Trim(ctx context.Context, from, to, id string, begin, end time.Duration, progress Progress) (err error) {
	s, err := openSource(from)
	if err != nil {
		return fmt.Errorf("trim: %w", err)
	}
	defer func() { _ = s.file.Close() }()
	defer func() {
		if err = named(err, from); err != nil {
			err = fmt.Errorf("trim: %w", err)
		}
	}()
	defer damaged(&err)
	f, err := s.trim(id, begin, end)
	if err != nil {
		return err
	}
	return f.write(ctx, to, progress)
}

func (s *source) trim(id string, begin, end time.Duration) (*film, error) {
	f := &film{sources: []*source{s}, texts: true}
	f.open()
	if err := f.add(0, ticks(begin, f.scale), ticks(end, f.scale)); err != nil {
		return nil, err
	}
	tags, tagged, err := readTags(s.file, s.length)
	if err != nil {
		return nil, err
	}
	if tagged || id != "" {
		tags.Origin = &Origin{Kind: "trim", Video: cmp.Or(id, tags.VideoID), From: begin.Milliseconds(), To: end.Milliseconds()}
		tags.VideoID, tags.GenerationID = "", ""
		f.list = &tags
	}
	return f, nil
}

// ticks converts a time; one beyond any film becomes that film's end.
func ticks(t time.Duration, scale uint32) int64 {
	return rescale(max(0, t.Microseconds()), 1_000_000, scale)
}

// Join writes several videos one after the other to a new, synced file, with a title and no recipe. Nothing is encoded
// anew, so they must be of one kind: the same size, and decoders told the same. Nor may one hide frames where another
// follows, as a piece that Trim cut between key frames does: edit lists of several parts are played wrongly by too
// many. When it fails, "to" is gone. Faults: clip_unreadable, clip_fragmented, clip_edited; join_size, join_format,
// join_sound and join_hides name the first that can't follow.
func Join(ctx context.Context, from []string, to, title string, progress Progress) (err error) {
	f := &film{list: &Tags{Title: title, bare: true}}
	defer func() {
		for _, s := range f.sources {
			_ = s.file.Close()
		}
		if err != nil {
			err = fmt.Errorf("join: %w", err)
		}
	}()
	defer damaged(&err)
	for _, path := range from {
		s, err := openSource(path)
		if err != nil {
			return err
		}
		f.sources = append(f.sources, s)
		if err := f.sources[0].same(s, from[0], path); err != nil {
			return err
		}
	}
	if len(f.sources) < 2 {
		return errors.New("there is nothing to join")
	}
	f.open()
	if f.scale == 0 {
		return fault.New("join_format", fault.Args{"name": filepath.Base(from[1]), "first": filepath.Base(from[0])})
	}
	for i := range f.sources {
		if err := f.add(i, 0, math.MaxInt64); err != nil {
			if errors.Is(err, errHides) {
				return fault.Wrap(err, "join_hides", fault.Args{"name": filepath.Base(from[i]), "first": filepath.Base(from[i-1])})
			}
			return named(err, from[i])
		}
	}
	return f.write(ctx, to, progress)
}

// same says what keeps another video from being played behind this one by the same decoder.
func (s *source) same(other *source, first, name string) error {
	args := fault.Args{"name": filepath.Base(name), "first": filepath.Base(first)}
	if a, b := s.tracks[0], other.tracks[0]; a.size != b.size || a.tkhd.Matrix != b.tkhd.Matrix {
		return fault.New("join_size", fault.Args{"name": filepath.Base(name), "first": filepath.Base(first), "size": b.size, "wanted": a.size})
	} else if a.format != b.format {
		return fault.New("join_format", args)
	}
	if len(s.tracks) != len(other.tracks) {
		return fault.New("join_sound", args)
	}
	for i := range s.tracks {
		if s.tracks[i].format != other.tracks[i].format {
			return fault.New("join_sound", args)
		}
	}
	return nil
}

// open makes a lane for each track, in a timescale that holds the times of all sources exactly. Scale stays 0 when there is none.
func (f *film) open() {
	for i, t := range f.sources[0].tracks {
		l := &lane{model: t, scale: t.mdhd.Timescale}
		for _, s := range f.sources {
			l.scale = common(l.scale, s.tracks[i].mdhd.Timescale)
		}
		f.lanes = append(f.lanes, l)
	}
	f.scale = f.lanes[0].scale
	for _, l := range f.lanes {
		l.movie = f.scale
		if l.scale == 0 {
			f.scale = 0
		}
	}
}

// common is the least common multiple; 0 when it is beyond what players reckon with.
func common(a, b uint32) uint32 {
	x, y := uint64(a), uint64(b)
	for y != 0 {
		x, y = y, x%y
	}
	if x == 0 || uint64(a)/x*uint64(b) > math.MaxInt32 {
		return 0
	}
	return uint32(uint64(a) / x * uint64(b))
}

// add appends what a source shows between two times, in ticks of the film.
func (f *film) add(number int, begin, end int64) error {
	s := f.sources[number]
	pictures, ok := s.cutPictures(s.tracks[0], f.scale, begin, end)
	if !ok {
		return fault.New("trim_empty", nil)
	}
	at := f.lanes[0].shown
	if err := f.lanes[0].add(number, s, s.tracks[0], pictures, at); err != nil {
		return err
	}
	for i, t := range s.tracks[1:] {
		sound, ok := s.cutSound(t, f.scale, pictures.at, pictures.at+pictures.length, number == 0)
		if !ok {
			continue
		}
		if err := f.lanes[i+1].add(number, s, t, sound, at+sound.at-pictures.at); err != nil {
			return err
		}
	}
	return nil
}
