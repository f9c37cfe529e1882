package container

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/abema/go-mp4"

	"conch/backend/fault"
)

// openSource reads a video's tables. Faults: clip_unreadable, clip_fragmented, clip_edited.
func openSource(path string) (_ *source, err error) {
	file, length, err := open(path)
	if err != nil {
		return nil, err
	}
	s := &source{file: file, length: length}
	defer func() {
		if err != nil {
			err = errors.Join(named(err, path), file.Close())
		}
	}()
	defer damaged(&err)
	if s.boxes, err = walk(file, length); err != nil {
		return nil, err
	}
	if s.moov, err = readIndex(file, s.boxes); err != nil {
		return nil, err
	}
	for _, box := range s.boxes {
		if box.Type == mp4.BoxTypeMoof() {
			return nil, fault.New("clip_fragmented", fault.Args{"name": filepath.Base(path)})
		}
	}
	if err = s.readTables(); err != nil {
		return nil, err
	}
	for _, t := range s.tracks {
		if err = t.check(length); err != nil {
			return nil, err
		}
		if t.elst != nil && len(t.elst.Entries) > 0 && !plays(t.elst) {
			return nil, fault.New("clip_edited", fault.Args{"name": filepath.Base(path)})
		}
	}
	return s, nil
}

// named makes the fault of a file that can't be read as a video; other errors stay as they are.
func named(err error, path string) error {
	if errors.Is(err, errCutShort) || errors.Is(err, errNotVideo) {
		return fault.Wrap(err, "clip_unreadable", fault.Args{"name": filepath.Base(path)})
	}
	return err
}

// plays says that an edit list waits, at most, and then shows one stretch of the track as it is: one that repeats,
// slows or puts together is another program's art, and most players don't know it.
func plays(list *mp4.Elst) bool {
	stretches := 0
	for i, e := range list.Entries {
		if e.MediaRateInteger != 1 || list.GetSegmentDuration(i) > longest || list.GetMediaTime(i) > longest || stretches == 1 {
			return false
		}
		if list.GetMediaTime(i) >= 0 {
			stretches++
		}
	}
	return stretches == 1 && len(list.Entries) <= 2
}

func (s *source) readTables() error {
	var all []*tables
	err := s.moov.visit(func(h *mp4.ReadHandle) (any, error) {
		switch h.BoxInfo.Type {
		case mp4.BoxTypeTrak():
			all = append(all, &tables{trak: len(all)})
			return h.Expand()
		case mp4.BoxTypeMoov(), mp4.BoxTypeMdia(), mp4.BoxTypeMinf(), mp4.BoxTypeStbl(), mp4.BoxTypeEdts():
			return h.Expand()
		case mp4.BoxTypeStsd():
			if len(all) == 0 {
				return nil, nil
			}
			return nil, all[len(all)-1].describe(s.moov, h)
		}
		if !isOne(h.BoxInfo.Type, mp4.BoxTypeMvhd(), mp4.BoxTypeTkhd(), mp4.BoxTypeMdhd(), mp4.BoxTypeHdlr(), mp4.BoxTypeElst(), mp4.BoxTypeStts(),
			mp4.BoxTypeCtts(), mp4.BoxTypeStss(), mp4.BoxTypeStsz(), mp4.BoxTypeStsc(), mp4.BoxTypeStco(), mp4.BoxTypeCo64()) {
			return nil, nil
		}
		payload, _, err := h.ReadPayload()
		if err != nil {
			return nil, err
		}
		if head, ok := payload.(*mp4.Mvhd); ok {
			s.timescale = head.Timescale
		} else if len(all) > 0 {
			all[len(all)-1].take(payload, h.Path)
		}
		return nil, nil
	})
	if err != nil {
		return err
	}
	for _, handler := range []string{"vide", "soun"} {
		for _, t := range all {
			if t.handler == handler && t.whole() && (handler == "soun" || len(s.tracks) == 0) {
				s.tracks = append(s.tracks, t)
			}
		}
	}
	if len(s.tracks) == 0 || s.tracks[0].handler != "vide" || s.timescale == 0 {
		return fmt.Errorf("%w: no video track with samples", errNotVideo)
	}
	return nil
}

func (t *tables) take(payload mp4.IBox, path mp4.BoxPath) {
	switch p := payload.(type) {
	case *mp4.Tkhd:
		t.tkhd = p
	case *mp4.Mdhd:
		t.mdhd = p
	case *mp4.Hdlr:
		if path[len(path)-2] == mp4.BoxTypeMdia() { // QuickTime has another in minf
			t.handler = string(p.HandlerType[:])
		}
	case *mp4.Elst:
		t.elst = p
	case *mp4.Stts:
		t.stts = p.Entries
	case *mp4.Ctts:
		t.ctts = p
	case *mp4.Stss:
		t.stss = p
	case *mp4.Stsz:
		t.stsz = p
	case *mp4.Stsc:
		t.stsc = p.Entries
	case *mp4.Co64:
		t.offsets = p.ChunkOffset
	case *mp4.Stco:
		t.offsets = make([]uint64, len(p.ChunkOffset))
		for i, offset := range p.ChunkOffset {
			t.offsets[i] = uint64(offset)
		}
	}
}

// whole says that a track has samples and every table that they need.
func (t *tables) whole() bool {
	return t.tkhd != nil && t.mdhd != nil && t.stsz != nil && t.stsz.SampleCount > 0 && len(t.stts) > 0 && len(t.stsc) > 0 && len(t.offsets) > 0
}

// span is the stretch of a track that is shown: from "at" in the movie's time on, in ticks of the movie that is made.
type span struct {
	at, length int64
	media      int64 // where it begins in the track's own time and timescale
}

// shown reads a track's edit list. Without one, all of the track is shown from the beginning on.
func (s *source) shown(t *tables, scale uint32) span {
	all := rescale(longest, t.mdhd.Timescale, scale)
	if t.elst == nil || len(t.elst.Entries) == 0 {
		return span{length: all}
	}
	last := len(t.elst.Entries) - 1
	stretch := span{length: rescale(int64(t.elst.GetSegmentDuration(last)), s.timescale, scale), media: t.elst.GetMediaTime(last)}
	if stretch.length == 0 { // "all the rest"
		stretch.length = all
	}
	if last == 1 {
		stretch.at = rescale(int64(t.elst.GetSegmentDuration(0)), s.timescale, scale)
	}
	return stretch
}
