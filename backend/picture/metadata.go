package picture

import (
	"bytes"
	"encoding/binary"
)

// The metadata of JPEG and PNG is read and removed at the level of segments and chunks, so that the pixels of
// an upright picture stay bit for bit what they were.

const (
	pngHead        = "\x89PNG\r\n\x1a\n"
	orientationTag = 0x0112 // EXIF 2.3, table 4
)

// segments calls each with a JPEG's marker and payload up to the start of the scan, and gives the rest.
func segments(data []byte, each func(marker byte, whole, payload []byte)) (rest []byte) {
	at := 2
	for at+4 <= len(data) {
		marker := data[at+1]
		if data[at] != 0xff || marker == 0xff || marker == 0 { // fill bytes, and what decoders skip between segments
			at++
			continue
		}
		if marker >= 0xd0 && marker <= 0xd7 { // restarts have no payload
			at += 2
			continue
		}
		if marker == 0xda || marker == 0xd9 { // start of scan, end of picture
			break
		}
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		if length < 2 || at+2+length > len(data) {
			break
		}
		each(marker, data[at:at+2+length], data[at+4:at+2+length])
		at += 2 + length
	}
	return data[min(at, len(data)):]
}

// stripJPEG keeps what is needed to draw: JFIF, colour profile, Adobe's transform; EXIF, XMP, IPTC and comments go,
// and with them the place where the picture was taken. Whatever follows the picture's end goes too.
func stripJPEG(data []byte) []byte {
	out := append(make([]byte, 0, len(data)), data[:2]...)
	rest := segments(data, func(marker byte, whole, payload []byte) {
		app, comment := marker >= 0xe0 && marker <= 0xef, marker == 0xfe
		keep := !app && !comment || marker == 0xe0 && bytes.HasPrefix(payload, []byte("JFIF\x00")) ||
			marker == 0xe2 && bytes.HasPrefix(payload, []byte("ICC_PROFILE\x00")) || marker == 0xee && bytes.HasPrefix(payload, []byte("Adobe"))
		if keep {
			out = append(out, whole...)
		}
	})
	return append(out, rest[:pictureEnd(rest)]...)
}

// pictureEnd finds where a JPEG ends, scan by scan: phones append whole films, with their own metadata, behind it.
func pictureEnd(rest []byte) int {
	for at := 0; at+1 < len(rest); {
		marker := rest[at+1]
		switch {
		case rest[at] != 0xff || marker == 0 || marker == 0xff || marker >= 0xd0 && marker <= 0xd7: // coded data, restarts
			at++
		case marker == 0xd9:
			return at + 2
		case at+4 > len(rest):
			return len(rest)
		default: // a table or the next scan's head
			at += 2 + int(binary.BigEndian.Uint16(rest[at+2:]))
		}
	}
	return len(rest)
}

// chunks calls each with a PNG's chunk type, whole chunk and payload.
func chunks(data []byte, each func(kind string, whole, payload []byte)) {
	for at := len(pngHead); at+12 <= len(data); {
		length := int64(binary.BigEndian.Uint32(data[at:]))
		end := int64(at) + 12 + length
		if end > int64(len(data)) {
			return
		}
		each(string(data[at+4:at+8]), data[at:end], data[at+8:end-4])
		at = int(end)
	}
}

// drawn are the PNG chunks that say how it looks; all others (text, EXIF, time, animation) go.
var drawn = map[string]bool{"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "sBIT": true, "cICP": true}

func stripPNG(data []byte) []byte {
	out := append(make([]byte, 0, len(data)), data[:len(pngHead)]...)
	ended := false
	chunks(data, func(kind string, whole, _ []byte) {
		if drawn[kind] && !ended {
			out = append(out, whole...)
		}
		ended = ended || kind == "IEND"
	})
	return out
}

// orientation finds the EXIF orientation of a JPEG or PNG; 1 when there is none.
func orientation(data []byte) int {
	found := 1
	look := func(tiff []byte) {
		if o := tiffOrientation(tiff); o > 1 && o <= 8 {
			found = o
		}
	}
	if bytes.HasPrefix(data, []byte(pngHead)) {
		chunks(data, func(kind string, _, payload []byte) {
			if kind == "eXIf" {
				look(payload)
			}
		})
		return found
	}
	segments(data, func(marker byte, _, payload []byte) {
		if tiff, isExif := bytes.CutPrefix(payload, []byte("Exif\x00\x00")); isExif && marker == 0xe1 {
			look(tiff)
		}
	})
	return found
}

// tiffOrientation reads the first directory of a TIFF structure; 0 when it has none.
func tiffOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := int64(order.Uint16(tiff[at:]))
	for i := range entries {
		entry := at + 2 + i*12
		if entry+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[entry:]) == orientationTag {
			return int(order.Uint16(tiff[entry+8:]))
		}
	}
	return 0
}
