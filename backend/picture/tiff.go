package picture

import "encoding/binary"

// Tags of TIFF 6.0, EXIF 2.3, TIFF/EP and DNG 1.4.
const (
	tagNewSubfileType = 0x00fe
	tagPhotometric    = 0x0106
	tagOrientation    = 0x0112
	tagSubIFDs        = 0x014a
	tagProfile        = 0x8773
	tagDNGVersion     = 0xc612
)

// fieldSizes are the bytes of one value, by TIFF's field type.
var fieldSizes = map[uint16]int64{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}

// field is one entry of a directory of a TIFF structure.
type field struct {
	tag    uint16
	number uint32 // its first value, where that is a whole number
	values []byte // all of them, in the file's byte order
}

// tiffOrder tells the byte order of a TIFF structure.
func tiffOrder(tiff []byte) (order binary.ByteOrder, ok bool) {
	switch {
	case len(tiff) < 8:
		return nil, false
	case tiff[0] == 'I' && tiff[1] == 'I':
		return binary.LittleEndian, true
	case tiff[0] == 'M' && tiff[1] == 'M':
		return binary.BigEndian, true
	}
	return nil, false
}

// directory calls each with the entries of the directory at an offset; what reaches beyond the data is passed over.
func directory(tiff []byte, at int64, each func(field)) {
	order, ok := tiffOrder(tiff)
	if !ok || at < 8 || at+2 > int64(len(tiff)) {
		return
	}
	for i := range int64(order.Uint16(tiff[at:])) {
		entry := at + 2 + i*12
		if entry+12 > int64(len(tiff)) {
			return
		}
		f := field{tag: order.Uint16(tiff[entry:])}
		size := fieldSizes[order.Uint16(tiff[entry+2:])]
		length := size * int64(order.Uint32(tiff[entry+4:]))
		from := entry + 8
		if length > 4 {
			from = int64(order.Uint32(tiff[from:]))
		}
		if size == 0 || from+length > int64(len(tiff)) {
			continue
		}
		f.values = tiff[from : from+length]
		switch {
		case size == 2 && length >= 2:
			f.number = uint32(order.Uint16(f.values))
		case size == 4 && length >= 4:
			f.number = order.Uint32(f.values)
		case size == 1 && length >= 1:
			f.number = uint32(f.values[0])
		}
		each(f)
	}
}

// firstDirectory is where the first directory begins.
func firstDirectory(tiff []byte) int64 {
	order, ok := tiffOrder(tiff)
	if !ok {
		return 0
	}
	return int64(order.Uint32(tiff[4:]))
}

// tiffField finds an entry of the first directory.
func tiffField(tiff []byte, tag uint16) (found field, ok bool) {
	directory(tiff, firstDirectory(tiff), func(f field) {
		if f.tag == tag && !ok {
			found, ok = f, true
		}
	})
	return found, ok
}

// tiffOrientation reads the first directory of a TIFF structure; 0 when it has none.
func tiffOrientation(tiff []byte) int {
	f, _ := tiffField(tiff, tagOrientation)
	return int(f.number)
}
