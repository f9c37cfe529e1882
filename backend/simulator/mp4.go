package simulator

import "encoding/binary"

// mp4 wraps frames, one access unit each, in a file with its index in front (ISO 14496-12, -15).
func mp4(e *encoder, frames [][]byte) []byte {
	head := box("ftyp", []byte("isom"), u32(512), []byte("isomiso2avc1mp41"))
	index := movie(e, frames, 0)
	index = movie(e, frames, uint32(len(head)+len(index)+8)) // its length doesn't hang on the offset
	var media [][]byte
	for _, f := range frames {
		media = append(media, u32(uint32(len(f))), f)
	}
	return join(head, index, box("mdat", media...))
}

const (
	timescale = 12800
	tick      = timescale / fps
)

func movie(e *encoder, frames [][]byte, offset uint32) []byte {
	duration := uint32(len(frames) * tick)
	matrix := join(u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000))
	sizes := u32(0, uint32(len(frames)))
	for _, f := range frames {
		sizes = append(sizes, u32(uint32(len(f)+4))...)
	}
	table := box("stbl",
		full("stsd", 0, u32(1), e.sampleEntry()),
		full("stts", 0, u32(1, uint32(len(frames)), tick)),
		full("stss", 0, u32(1, 1)),
		full("stsc", 0, u32(1, 1, uint32(len(frames)), 1)),
		full("stsz", 0, sizes),
		full("stco", 0, u32(1, offset)))
	return box("moov",
		full("mvhd", 0, u32(0, 0, timescale, duration, 0x10000), u16(0x100, 0), u32(0, 0), matrix, make([]byte, 24), u32(2)),
		box("trak",
			full("tkhd", 3, u32(0, 0, 1, 0, duration, 0, 0), u16(0, 0, 0, 0), matrix, u32(uint32(e.width)<<16, uint32(e.height)<<16)),
			box("mdia",
				full("mdhd", 0, u32(0, 0, timescale, duration), u16(0x55c4, 0)),
				full("hdlr", 0, u32(0), []byte("vide"), make([]byte, 12), []byte("VideoHandler\x00")),
				box("minf",
					full("vmhd", 1, make([]byte, 8)),
					box("dinf", full("dref", 0, u32(1), full("url ", 1))),
					table))))
}

func (e *encoder) sampleEntry() []byte {
	config := box("avcC", []byte{1}, e.sps[1:4], []byte{0xff, 0xe1}, u16(uint16(len(e.sps))), e.sps, []byte{1}, u16(uint16(len(e.pps))), e.pps)
	return box("avc1", make([]byte, 6), u16(1), make([]byte, 16), u16(uint16(e.width), uint16(e.height)),
		u32(0x480000, 0x480000, 0), u16(1), make([]byte, 32), u16(24, 0xffff), config)
}

func box(kind string, parts ...[]byte) []byte {
	body := join(parts...)
	return join(u32(uint32(len(body)+8)), []byte(kind), body)
}

// full is a box with a version (0) and flags.
func full(kind string, flags uint32, parts ...[]byte) []byte {
	return box(kind, append([][]byte{u32(flags)}, parts...)...)
}

func join(parts ...[]byte) []byte {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	whole := make([]byte, 0, size)
	for _, p := range parts {
		whole = append(whole, p...)
	}
	return whole
}

func u32(values ...uint32) []byte {
	var out []byte
	for _, v := range values {
		out = binary.BigEndian.AppendUint32(out, v)
	}
	return out
}

func u16(values ...uint16) []byte {
	var out []byte
	for _, v := range values {
		out = binary.BigEndian.AppendUint16(out, v)
	}
	return out
}
