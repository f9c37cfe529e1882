package container

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/abema/go-mp4"
)

// describe keeps what a decoder is told of a track's samples: equal descriptions can be played one after the other.
// Bit rates are left out, since an encoder writes other ones into each clip.
func (t *tables) describe(moov index, h *mp4.ReadHandle) error {
	var format strings.Builder
	raw := func(box mp4.BoxInfo) string { return string(moov.raw[box.Offset : box.Offset+box.Size]) }
	box := h.BoxInfo
	deep := guarded(func(p *mp4.ReadHandle) (any, error) {
		kind := p.BoxInfo.Type
		switch {
		case kind == mp4.BoxTypeStsd():
			return p.Expand()
		case isOne(kind, mp4.BoxTypeEncv(), mp4.BoxTypeEnca()):
			return nil, fmt.Errorf("%w: protected against copying", errNotVideo)
		case kind == mp4.BoxTypeBtrt():
			return nil, nil
		case !p.BoxInfo.IsSupportedType():
			format.WriteString(raw(p.BoxInfo))
			return nil, nil
		}
		payload, head, err := p.ReadPayload()
		if err != nil {
			return nil, err
		}
		switch entry := payload.(type) {
		case *mp4.VisualSampleEntry:
			t.size = fmt.Sprintf("%d × %d", entry.Width, entry.Height)
		case *mp4.AudioSampleEntry:
		case *mp4.Esds:
			for _, d := range entry.Descriptors {
				if c := d.DecoderConfigDescriptor; c != nil {
					fmt.Fprintf(&format, "esds %d %d", c.ObjectTypeIndication, c.StreamType)
				} else if d.Tag == mp4.DecSpecificInfoTag {
					fmt.Fprintf(&format, " %x", d.Data)
				}
			}
			return nil, nil
		default:
			format.WriteString(raw(p.BoxInfo))
			return nil, nil
		}
		start := p.BoxInfo.Offset + p.BoxInfo.HeaderSize
		fmt.Fprintf(&format, "%s %x ", kind, moov.raw[start:start+head])
		return p.Expand()
	})
	if _, err := mp4.ReadBoxStructureFromInternal(bytes.NewReader(moov.raw), &box, deep); err != nil {
		return fmt.Errorf("%w: damaged sample description: %w", errNotVideo, err)
	}
	t.format = format.String()
	return nil
}
