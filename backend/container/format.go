package container

import (
	"bytes"
	"encoding/binary"
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
		if len(p.Path) > 1 && p.Path[len(p.Path)-2] == mp4.BoxTypeStsd() && t.frame == 0 {
			t.frame = soundFrame(kind.String(), raw(p.BoxInfo)[p.BoxInfo.HeaderSize:])
		}
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

// pcm are the kinds of sound that is not compressed, and the bytes of a sample where the description needn't say.
var pcm = map[string]uint32{"raw ": 0, "NONE": 0, "twos": 0, "sowt": 0, "lpcm": 0, "in24": 3, "in32": 4, "fl32": 4, "fl64": 8, "ulaw": 1, "alaw": 1}

// soundFrame is how many bytes all channels of uncompressed sound take at one moment, as its description in a QuickTime
// file says it (QuickTime File Format, "Sound sample descriptions", versions 0 to 2); 0 for any other kind.
func soundFrame(kind, entry string) uint32 {
	bytesOf, is := pcm[kind]
	if !is || len(entry) < 28 {
		return 0
	}
	number := func(at int) uint32 {
		if len(entry) < at+4 {
			return 0
		}
		return binary.BigEndian.Uint32([]byte(entry[at:]))
	}
	channels, bits := number(16)>>16, number(16)&0xffff
	if bytesOf == 0 {
		bytesOf = (bits + 7) / 8
	}
	switch version := number(8) >> 16; {
	case version == 1 && number(36) > 0:
		return number(36)
	case version == 2:
		return number(56)
	}
	return channels * bytesOf
}
