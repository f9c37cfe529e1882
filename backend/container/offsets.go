package container

import (
	"bytes"
	"io"
	"math"
	"os"

	"github.com/abema/go-mp4"
)

// retype renames the box that begins at start.
func retype(out io.WriterAt, start int64, kind mp4.BoxType) error {
	_, err := out.WriteAt(kind[:], start+4)
	return err
}

// checkOffsets says errBeyond when a chunk behind the index can't be pointed at any more once the index has grown.
func checkOffsets(moov index, after uint64, grown int64) error {
	return moov.visit(func(h *mp4.ReadHandle) (any, error) {
		if h.BoxInfo.Type != mp4.BoxTypeStco() {
			return expand(h)
		}
		payload, _, err := h.ReadPayload()
		if err != nil {
			return nil, err
		}
		for _, offset := range payload.(*mp4.Stco).ChunkOffset {
			if uint64(offset) > after && int64(offset)+grown > math.MaxUint32 {
				return nil, errBeyond
			}
		}
		return nil, nil
	})
}

// expand goes down to where a file keeps offsets that count from its own beginning.
func expand(h *mp4.ReadHandle) (any, error) {
	if isOne(h.BoxInfo.Type, mp4.BoxTypeMoov(), mp4.BoxTypeTrak(), mp4.BoxTypeMdia(), mp4.BoxTypeMinf(), mp4.BoxTypeStbl(), mp4.BoxTypeMoof(), mp4.BoxTypeTraf()) {
		return h.Expand()
	}
	return nil, nil
}

// shift corrects, in the written file, all offsets of what lies behind the index. An index of fragments (mfra)
// is a mere aid for seeking: it becomes free space.
func shift(out *os.File, after uint64, grown int64) error {
	length, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	boxes, err := walk(out, length)
	if err != nil {
		return err
	}
	correct := guarded(func(h *mp4.ReadHandle) (any, error) {
		if !isOne(h.BoxInfo.Type, mp4.BoxTypeStco(), mp4.BoxTypeCo64(), mp4.BoxTypeTfhd()) {
			return expand(h)
		}
		payload, _, err := h.ReadPayload()
		if err != nil {
			return nil, err
		}
		moveOffsets(payload, after, grown)
		var encoded bytes.Buffer
		if _, err := mp4.Marshal(&encoded, payload, h.BoxInfo.Context); err != nil {
			return nil, err
		}
		_, err = out.WriteAt(encoded.Bytes(), int64(h.BoxInfo.Offset+h.BoxInfo.HeaderSize))
		return nil, err
	})
	for _, box := range boxes {
		switch box.Type {
		case mp4.BoxTypeMfra():
			err = retype(out, int64(box.Offset), mp4.BoxTypeFree())
		case mp4.BoxTypeMoov(), mp4.BoxTypeMoof():
			box.IsQuickTimeCompatible = true
			_, err = mp4.ReadBoxStructureFromInternal(out, box, correct)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func moveOffsets(payload mp4.IBox, after uint64, grown int64) {
	move := func(offset uint64) uint64 {
		if offset > after {
			return uint64(int64(offset) + grown)
		}
		return offset
	}
	switch p := payload.(type) {
	case *mp4.Stco:
		for i, offset := range p.ChunkOffset {
			p.ChunkOffset[i] = uint32(move(uint64(offset)))
		}
	case *mp4.Co64:
		for i, offset := range p.ChunkOffset {
			p.ChunkOffset[i] = move(offset)
		}
	case *mp4.Tfhd:
		p.BaseDataOffset = move(p.BaseDataOffset)
	}
}
