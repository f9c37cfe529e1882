package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// The metadata of JPEG and PNG is read and removed at the level of segments and chunks, so that the pixels of
// an upright picture stay bit for bit what they were.

const pngHead = "\x89PNG\r\n\x1a\n"

// jpegEnd closes a JPEG.
const jpegEnd = "\xff\xd9"

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
	out = append(out, rest[:pictureEnd(rest)]...)
	if !bytes.HasSuffix(out, []byte(jpegEnd)) {
		out = append(out, jpegEnd...)
	}
	return out
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

// soundChunk says that a chunk's checksum is right.
func soundChunk(whole []byte) bool {
	return crc32.ChecksumIEEE(whole[4:len(whole)-4]) == binary.BigEndian.Uint32(whole[len(whole)-4:])
}

// stripPNG leaves out damaged chunks, too, but for those without which there is no picture, and closes what is open.
func stripPNG(data []byte) []byte {
	out := append(make([]byte, 0, len(data)), data[:len(pngHead)]...)
	ended := false
	chunks(data, func(kind string, whole, _ []byte) {
		critical := kind[0]&0x20 == 0
		if drawn[kind] && !ended && (critical || soundChunk(whole)) {
			out = append(out, whole...)
		}
		ended = ended || kind == "IEND"
	})
	if !ended {
		out = append(out, "\x00\x00\x00\x00IEND\xae\x42\x60\x82"...)
	}
	return out
}

// orientation finds the EXIF orientation of a picture; 1 when there is none.
func orientation(kind string, data []byte) int {
	found := 1
	look := func(exif []byte) {
		exif, _ = bytes.CutPrefix(exif, []byte("Exif\x00\x00"))
		if o := tiffOrientation(exif); o > 1 && o <= 8 {
			found = o
		}
	}
	switch kind {
	case "image/png":
		chunks(data, func(kind string, _, payload []byte) {
			if kind == "eXIf" {
				look(payload)
			}
		})
	case "image/jpeg":
		segments(data, func(marker byte, _, payload []byte) {
			if marker == 0xe1 && bytes.HasPrefix(payload, []byte("Exif\x00\x00")) {
				look(payload)
			}
		})
	case "image/webp":
		look(webpChunk(data, "EXIF"))
	case "image/tiff":
		look(data)
	}
	return found
}

// inInk says that a JPEG has four colours; mark is the one of Adobe that it lacks, nil where it has it. Without the
// mark nothing tells whether the inks stand as they are or as brightness, two colours and black; libjpeg, which nearly
// all programs write with, numbers the latter, and gives the former their letters.
func inInk(data []byte) (ink bool, mark []byte) {
	transform, marked := byte(0), false
	segments(data, func(marker byte, _, payload []byte) {
		frame := marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
		if frame && len(payload) >= 6+3*4 && payload[5] == 4 {
			ink = true
			if payload[6] == 1 && payload[9] == 2 && payload[12] == 3 {
				transform = 2
			}
		}
		marked = marked || marker == 0xee && bytes.HasPrefix(payload, []byte("Adobe"))
	})
	if ink && !marked {
		mark = append([]byte("\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00"), transform)
	}
	return ink, mark
}
