package container

import (
	"encoding/binary"
	"math"

	"github.com/abema/go-mp4"
)

// track is what Check needs of one track.
type track struct {
	handler, codec string
	width, height  int
	entry          [2]int // width and height of the sample entry, for a head without a size
	turned         bool   // shown on its side
	id             uint32
	timed          uint64 // the samples' lengths, summed
	timescale      uint32
	duration       uint64 // in timescale
	samples        uint32
	end            uint64 // of its last chunk, in bytes from the file's start

	chunks    uint32
	lastChunk uint64
	perChunk  []mp4.StscEntry
	sizes     *mp4.Stsz
}

// fragmentDuration is what a fragmented file says of its length, where it does (mehd, in the movie's timescale).
type fragmentDuration struct {
	length    uint64
	timescale uint32
	usual     map[uint32]uint32 // a sample's length where a fragment doesn't say, by track
}

// tracks reads all tracks. Tables are read whole, but they lie in the index, whose size is bounded.
func (x index) tracks() (all []*track, fragments fragmentDuration, err error) {
	err = x.visit(func(h *mp4.ReadHandle) (any, error) {
		switch h.BoxInfo.Type {
		case mp4.BoxTypeTrak():
			all = append(all, &track{})
			return h.Expand()
		case mp4.BoxTypeMoov(), mp4.BoxTypeMdia(), mp4.BoxTypeMinf(), mp4.BoxTypeStbl(), mp4.BoxTypeStsd(), mp4.BoxTypeMvex():
			return h.Expand()
		}
		parent := mp4.BoxType{}
		if len(h.Path) > 1 {
			parent = h.Path[len(h.Path)-2]
		}
		if parent == mp4.BoxTypeStsd() && len(all) > 0 {
			if t := all[len(all)-1]; t.codec == "" {
				t.codec = h.BoxInfo.Type.String()
				if at := h.BoxInfo.Offset + h.BoxInfo.HeaderSize + 24; at+4 <= uint64(len(x.raw)) && at+4 <= h.BoxInfo.Offset+h.BoxInfo.Size {
					t.entry = [2]int{int(binary.BigEndian.Uint16(x.raw[at:])), int(binary.BigEndian.Uint16(x.raw[at+2:]))}
				}
			}
			return nil, nil
		}
		switch h.BoxInfo.Type {
		case mp4.BoxTypeMvhd(), mp4.BoxTypeMehd(), mp4.BoxTypeTkhd(), mp4.BoxTypeMdhd(), mp4.BoxTypeHdlr(),
			mp4.BoxTypeStts(), mp4.BoxTypeTrex(), mp4.BoxTypeStsz(), mp4.BoxTypeStsc(), mp4.BoxTypeStco(), mp4.BoxTypeCo64():
		default:
			return nil, nil
		}
		payload, _, err := h.ReadPayload()
		if err != nil {
			return nil, err
		}
		switch p := payload.(type) {
		case *mp4.Mvhd:
			fragments.timescale = p.Timescale
		case *mp4.Mehd:
			fragments.length = p.GetFragmentDuration()
		case *mp4.Trex:
			if fragments.usual == nil {
				fragments.usual = map[uint32]uint32{}
			}
			fragments.usual[p.TrackID] = p.DefaultSampleDuration
		default:
			if len(all) > 0 {
				all[len(all)-1].take(payload, parent)
			}
		}
		return nil, nil
	})
	for _, t := range all {
		t.end = t.lastByte()
	}
	return all, fragments, err
}

func (t *track) take(payload mp4.IBox, parent mp4.BoxType) {
	switch p := payload.(type) {
	case *mp4.Tkhd:
		t.id, t.width, t.height = p.TrackID, int(p.Width>>16), int(p.Height>>16)
		if t.turned = p.Matrix[0] == 0 && p.Matrix[4] == 0 && p.Matrix[1] != 0; t.turned {
			t.width, t.height = t.height, t.width
		}
	case *mp4.Stts:
		for _, e := range p.Entries {
			t.timed = saturated(t.timed, uint64(e.SampleCount)*uint64(e.SampleDelta))
		}
	case *mp4.Mdhd:
		t.timescale, t.duration = p.Timescale, p.GetDuration()
	case *mp4.Hdlr:
		if parent == mp4.BoxTypeMdia() { // QuickTime has another in minf
			t.handler = string(p.HandlerType[:])
		}
	case *mp4.Stsz:
		t.samples, t.sizes = p.SampleCount, p
	case *mp4.Stsc:
		t.perChunk = p.Entries
	case *mp4.Stco:
		if n := len(p.ChunkOffset); n > 0 {
			t.chunks, t.lastChunk = uint32(n), uint64(p.ChunkOffset[n-1])
		}
	case *mp4.Co64:
		if n := len(p.ChunkOffset); n > 0 {
			t.chunks, t.lastChunk = uint32(n), p.ChunkOffset[n-1]
		}
	}
}

// lastByte is where the last chunk ends; 0 for a track without samples of its own, as in fragmented files.
func (t *track) lastByte() uint64 {
	if t.chunks == 0 {
		return 0
	}
	end := t.lastChunk
	if t.sizes == nil || len(t.perChunk) == 0 {
		return end
	}
	inLast := min(t.perChunk[len(t.perChunk)-1].SamplesPerChunk, t.sizes.SampleCount)
	if t.sizes.SampleSize != 0 {
		return saturated(end, uint64(t.sizes.SampleSize)*uint64(inLast))
	}
	for _, size := range t.sizes.EntrySize[len(t.sizes.EntrySize)-min(int(inLast), len(t.sizes.EntrySize)):] {
		end = saturated(end, uint64(size))
	}
	return end
}

// saturated is a sum that a crafted offset can't wrap around.
func saturated(a, b uint64) uint64 {
	if a > math.MaxUint64-b {
		return math.MaxUint64
	}
	return a + b
}

func (t *track) facts(fragments fragmentDuration) Facts {
	f := Facts{Width: t.width, Height: t.height, HasVideo: true, Codec: t.codec}
	if f.Width <= 0 || f.Height <= 0 { // some encoders leave the head's empty
		if f.Width, f.Height = t.entry[0], t.entry[1]; t.turned {
			f.Width, f.Height = f.Height, f.Width
		}
	}
	const longest = 1000 * 3600
	for _, told := range []float64{over(t.duration, t.timescale, t.samples), over(t.timed, t.timescale, t.samples), over(fragments.length, fragments.timescale, 1)} {
		if told > 0 && told < longest {
			f.Duration = int64(math.Round(told * 1000))
			f.FrameRate = float64(t.samples) / told
			break
		}
	}
	return f
}

// over is a length in seconds; 0 where there are no samples, or no timescale.
func over(length uint64, timescale, samples uint32) float64 {
	if unknown := length == math.MaxUint32 || length == math.MaxUint64; unknown || timescale == 0 || samples == 0 { // "all ones"
		return 0
	}
	return float64(length) / float64(timescale)
}
