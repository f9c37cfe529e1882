package picture

import (
	"bytes"
	"path/filepath"
	"strings"
)

// rawNames are what the makers call the files of their cameras' sensors.
var rawNames = map[string]string{
	".3fr": "Hasselblad", ".ari": "ARRI", ".arw": "Sony", ".cap": "Phase One", ".cr2": "Canon", ".cr3": "Canon", ".crw": "Canon",
	".dcr": "Kodak", ".dng": "DNG", ".erf": "Epson", ".fff": "Hasselblad", ".gpr": "GoPro", ".iiq": "Phase One", ".k25": "Kodak", ".kdc": "Kodak",
	".mef": "Mamiya", ".mos": "Leaf", ".mrw": "Minolta", ".nef": "Nikon", ".nrw": "Nikon", ".orf": "Olympus", ".ori": "Olympus", ".pef": "Pentax",
	".raf": "Fujifilm", ".raw": "raw", ".rw2": "Panasonic", ".rwl": "Leica", ".sr2": "Sony", ".srf": "Sony", ".srw": "Samsung", ".x3f": "Sigma",
}

// rawHeads are the first bytes of raw files that are not, or not only, TIFF.
var rawHeads = map[string]string{
	"FUJIFILMCCD-RAW": ".raf", "IIRO": ".orf", "IIRS": ".orf", "MMOR": ".orf", "IIU\x00": ".rw2", "FOVb": ".x3f", "\x00MRM": ".mrw",
	"II\x1a\x00\x00\x00HEAPCCDR": ".crw", "ARRI": ".ari",
}

// Photometric interpretations of a sensor's own values.
const (
	colourFilterArray = 32803
	linearRaw         = 34892
)

// rawFormat tells by which name a camera's raw file goes ("NEF"), "" for a picture. Most are TIFFs whose first picture
// is a thumbnail, which decoders take for the whole.
func rawFormat(name string, data []byte) string {
	for head, extension := range rawHeads {
		if bytes.HasPrefix(data, []byte(head)) {
			return format(extension)
		}
	}
	if len(data) >= 12 && bytes.HasPrefix(data[4:], []byte("ftypcrx ")) {
		return format(".cr3")
	}
	order, ok := tiffOrder(data)
	if !ok || order.Uint16(data[2:]) != 42 {
		return ""
	}
	if len(data) >= 10 && string(data[8:10]) == "CR" {
		return format(".cr2")
	}
	called := strings.ToLower(filepath.Ext(name))
	if _, known := rawNames[called]; known {
		return format(called)
	}
	if _, is := tiffField(data, tagDNGVersion); is {
		return format(".dng")
	}
	if ofSensor(data, firstDirectory(data), 4) {
		return format(".raw")
	}
	return ""
}

func format(extension string) string { return strings.ToUpper(strings.TrimPrefix(extension, ".")) }

// ofSensor says that a directory, or one within it, holds a sensor's values, or that it is a thumbnail of another.
func ofSensor(tiff []byte, at int64, depth int) bool {
	is := false
	directory(tiff, at, func(f field) {
		switch f.tag {
		case tagNewSubfileType: // a TIFF that begins with the small version of another picture in it
			is = is || depth == 4 && f.number&1 == 1
		case tagPhotometric:
			is = is || f.number == colourFilterArray || f.number == linearRaw
		case tagSubIFDs:
			order, _ := tiffOrder(tiff)
			for i := 0; i+4 <= min(len(f.values), 16*4) && depth > 0; i += 4 {
				is = is || ofSensor(tiff, int64(order.Uint32(f.values[i:])), depth-1)
			}
		}
	})
	return is
}
