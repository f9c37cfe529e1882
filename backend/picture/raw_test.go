package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"

	"conch/backend/fault"
)

// ifd makes a little-endian TIFF of one directory, and of one more within it.
func ifd(entries, within [][3]uint32) []byte {
	write := func(out []byte, entries [][3]uint32) []byte {
		out = binary.LittleEndian.AppendUint16(out, uint16(len(entries)))
		for _, e := range entries {
			out = binary.LittleEndian.AppendUint16(out, uint16(e[0]))
			out = binary.LittleEndian.AppendUint16(out, uint16(e[1]))
			out = binary.LittleEndian.AppendUint32(out, 1)
			out = binary.LittleEndian.AppendUint32(out, e[2])
		}
		return binary.LittleEndian.AppendUint32(out, 0)
	}
	if within != nil {
		entries = append(entries, [3]uint32{tagSubIFDs, 4, uint32(8 + 2 + 12*(len(entries)+1) + 4)})
	}
	out := write([]byte("II*\x00\x08\x00\x00\x00"), entries)
	if within != nil {
		out = write(out, within)
	}
	return out
}

func TestRawFilesAreNamed(t *testing.T) {
	thumbnail := tiffTurned(t, painted(640, 480), 1)
	head := func(text string) []byte { return append([]byte(text), make([]byte, 600)...) }
	for name, c := range map[string]struct {
		data   []byte
		format string
	}{
		"a.nef":        {thumbnail, "NEF"},
		"a.NRW":        {thumbnail, "NRW"},
		"a.arw":        {thumbnail, "ARW"},
		"a.pef":        {thumbnail, "PEF"},
		"a.dng":        {thumbnail, "DNG"},
		"dng.tif":      {ifd([][3]uint32{{0xfe, 4, 1}, {tagDNGVersion, 1, 0x0401}}, nil), "DNG"},
		"nef.tif":      {ifd([][3]uint32{{0xfe, 4, 1}}, [][3]uint32{{tagPhotometric, 3, colourFilterArray}}), "RAW"},
		"linear.tif":   {ifd([][3]uint32{{0xfe, 4, 0}}, [][3]uint32{{tagPhotometric, 3, linearRaw}}), "RAW"},
		"renamed.jpg":  {head("II*\x00\x10\x00\x00\x00CR\x02\x00"), "CR2"},
		"a.cr3":        {head("\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01crx isom"), "CR3"},
		"a.raf":        {head("FUJIFILMCCD-RAW 0201"), "RAF"},
		"a.orf":        {head("IIRO\x08\x00\x00\x00"), "ORF"},
		"b.orf":        {head("MMOR\x00\x00\x00\x08"), "ORF"},
		"a.rw2":        {head("IIU\x00\x18\x00\x00\x00"), "RW2"},
		"a.x3f":        {head("FOVb"), "X3F"},
		"a.mrw":        {head("\x00MRM\x00\x00"), "MRW"},
		"a.crw":        {head("II\x1a\x00\x00\x00HEAPCCDR"), "CRW"},
		"unknown.iiq":  {head("\x01\x02\x03\x04"), "IIQ"},
		"picture.tif":  {thumbnail, ""},
		"picture2.tif": {tiffTurned(t, painted(640, 480), 6), ""},
	} {
		p, err := shelf(t).Add(context.Background(), name, bytes.NewReader(c.data))
		if c.format == "" {
			if err != nil || p.Width == 0 {
				t.Errorf("%s: %+v %v", name, p, err)
			}
			continue
		}
		if f := fault.Of(err); err == nil || f.Rule != "picture_raw" || f.Args["format"] != c.format {
			t.Errorf("%s: %+v %v", name, p, err)
		}
	}
}
