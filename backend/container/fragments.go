package container

import (
	"bytes"
	"fmt"
	"io"

	"github.com/abema/go-mp4"
)

// mostMoof is far beyond the head of any fragment: a few bytes for each of its samples.
const mostMoof = 4 << 20

// addFragments sums the samples of a track's fragments and their lengths, which the index of a fragmented file needn't
// tell. Usual is a sample's length where a fragment says none.
func (t *track) addFragments(r io.ReadSeeker, boxes []*mp4.BoxInfo, usual uint32) error {
	for _, box := range boxes {
		if box.Type != mp4.BoxTypeMoof() || box.Size > mostMoof {
			continue
		}
		raw := make([]byte, box.Size)
		if _, err := box.SeekToStart(r); err != nil {
			return fmt.Errorf("read video: %w", err)
		}
		if _, err := io.ReadFull(r, raw); err != nil {
			return fmt.Errorf("read video: %w", err)
		}
		inside := *box
		inside.Offset = 0
		mine, length := false, usual
		_, err := mp4.ReadBoxStructureFromInternal(bytes.NewReader(raw), &inside, guarded(func(h *mp4.ReadHandle) (any, error) {
			if isOne(h.BoxInfo.Type, mp4.BoxTypeMoof(), mp4.BoxTypeTraf()) {
				return h.Expand()
			}
			if !isOne(h.BoxInfo.Type, mp4.BoxTypeTfhd(), mp4.BoxTypeTrun()) {
				return nil, nil
			}
			payload, _, err := h.ReadPayload()
			if err != nil {
				return nil, err
			}
			switch p := payload.(type) {
			case *mp4.Tfhd:
				const saysLength = 0x000008
				if mine, length = p.TrackID == t.id, usual; p.CheckFlag(saysLength) {
					length = p.DefaultSampleDuration
				}
			case *mp4.Trun:
				const saysLengths = 0x000100
				switch {
				case !mine:
				case p.CheckFlag(saysLengths):
					for _, e := range p.Entries {
						t.timed = saturated(t.timed, uint64(e.SampleDuration))
					}
				default:
					t.timed = saturated(t.timed, uint64(p.SampleCount)*uint64(length))
				}
				if mine {
					t.samples += p.SampleCount
				}
			}
			return nil, nil
		}))
		if err != nil {
			return fmt.Errorf("%w: damaged fragment: %w", errNotVideo, err)
		}
	}
	return nil
}
