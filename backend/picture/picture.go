// Package picture prepares first frames: sniffs, checks the model's rules, turns
// upright, strips metadata, and mends what can be mended here, before anything is uploaded or billed.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"path/filepath"
	"strings"

	"github.com/disintegration/imaging"
	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"conch/backend/fault"
)

// The rules of Hailuo's first frame (API.md): strictly between 2:5 and 5:2, short side over 300 px, at most 20 MB.
const (
	RatioShort, RatioLong = 2, 5
	ShortSide             = 300
	MaxBytes              = 20_000_000
)

// mostPixels is what Conch decodes; a header may claim far more than memory holds.
const mostPixels = 100_000_000

// SourceLimit is what is read of a source at most: a picture over MaxBytes can still be made smaller.
const SourceLimit = 64_000_000

// Kinds of mending.
const (
	Convert = "convert"
	Scale   = "scale"
	Crop    = "crop"
)

// Problem is a rule that a picture breaks, and the mending that is possible here ("" for none).
type Problem struct {
	Rule string     `json:"rule"`
	Args fault.Args `json:"args"`
	Fix  string     `json:"fix"`
}

// Fault is the problem as an error.
func (p Problem) Fault() error { return fault.New(p.Rule, p.Args) }

// Picture is a picture on the shelf, upright and without metadata. One that Go has no decoder for lies there as it
// came, without a width and a height, until the page brings what its webview made of it; it is never uploaded.
type Picture struct {
	ID       string    `json:"id"`   // sha256 of its bytes, in hex
	Name     string    `json:"name"` // as the person's file was called
	Type     string    `json:"type"` // as sniffed from the source, e.g. image/webp
	Width    int       `json:"width"`
	Height   int       `json:"height"`
	Bytes    int64     `json:"bytes"`
	Problems []Problem `json:"problems"`
	Remarks  []Problem `json:"remarks,omitempty"` // what was done to it that a person should know; none keeps it from being sent
}

// Ready says that a picture breaks no rule.
func Ready(p Picture) bool { return len(p.Problems) == 0 }

// decoders of what Conch opens. HEIC has no decoder in Go: where the webview has one, the page converts it.
var decoders = map[string]struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}{
	"image/jpeg": {jpeg.DecodeConfig, jpeg.Decode},
	"image/png":  {png.DecodeConfig, png.Decode},
	"image/gif":  {gif.DecodeConfig, gif.Decode},
	"image/webp": {webpConfig, decodeWebP},
	"image/bmp":  {bmp.DecodeConfig, bmp.Decode},
	"image/tiff": {tiff.DecodeConfig, tiff.Decode},
}

var errTooManyPixels = errors.New("a part of the picture is larger than the whole may be")

// opened is a source that could be decoded.
type opened struct {
	kind    string
	image   image.Image // upright, in the colours of its profile; nil for what only the webview may be able to open
	profile []byte      // nil for sRGB
	clear   bool        // some of it is transparent
	clean   []byte      // source bytes without metadata, when they can be sent as they are
	broken  bool        // a kind that is opened here, but not this file
}

// pixels are the picture as it is drawn: in sRGB, on the ground.
func (o opened) pixels() image.Image {
	img := inSRGB(o.image, o.profile)
	if o.clear {
		img = onGround(img)
	}
	return img
}

// open sniffs and decodes. What can't be decoded here may still be opened by the webview. Faults: picture_empty,
// picture_raw, picture_not_picture, picture_too_many_pixels.
func open(name string, data []byte) (opened, error) {
	if len(data) == 0 {
		return opened{}, fault.New("picture_empty", nil)
	}
	if raw := rawFormat(name, data); raw != "" {
		return opened{}, fault.New("picture_raw", fault.Args{"name": name, "format": raw})
	}
	kind := sniff(data)
	reader, known := decoders[kind]
	switch {
	case !known && foreign[kind] != "":
		return opened{kind: kind}, nil
	case !known:
		if raw := format(strings.ToLower(filepath.Ext(name))); rawNames["."+strings.ToLower(raw)] != "" && !strings.HasPrefix(kind, "text/") {
			return opened{}, fault.New("picture_raw", fault.Args{"name": name, "format": raw})
		}
		return opened{}, fault.New("picture_not_picture", fault.Args{"name": name, "type": kind})
	}
	whole := mendable(kind, data)
	config, err := reader.config(bytes.NewReader(whole))
	if err != nil {
		return opened{kind: kind, broken: true}, nil
	}
	if int64(config.Width)*int64(config.Height) > mostPixels {
		return opened{}, fault.New("picture_too_many_pixels", fault.Args{"name": name, "width": config.Width, "height": config.Height, "max": mostPixels / 1_000_000})
	}
	img, err := decodeSafely(reader.decode, whole)
	if err != nil {
		return opened{kind: kind, broken: true}, nil
	}
	if kind == "image/gif" {
		img = onCanvas(img, image.Pt(config.Width, config.Height), img.Bounds().Min)
	}
	_, ink := img.(*image.CMYK)
	turned := orientation(kind, data)
	o := opened{kind: kind, image: img, profile: profileOf(kind, data), clear: !opaque(img)}
	if turned > 1 || o.clear || ink { // turning gives pixels that have no room for ink or 16 bits: colours come first
		o.image, o.profile = upright(inSRGB(img, o.profile), turned), nil
		return o, nil
	}
	switch kind {
	case "image/jpeg":
		o.clean = stripJPEG(data)
	case "image/png":
		o.clean = stripPNG(data)
	}
	return o, nil
}

// mendable gives the bytes that a decoder takes where it is stricter than those of browsers: a JPEG or PNG without its
// end, damaged chunks that draw nothing, inks without Adobe's mark.
func mendable(kind string, data []byte) []byte {
	switch kind {
	case "image/png":
		return stripPNG(data)
	case "image/jpeg":
		if _, mark := inInk(data); mark != nil {
			data = bytes.Join([][]byte{data[:2], mark, data[2:]}, nil)
		}
		if rest := segments(data, func(byte, []byte, []byte) {}); !bytes.HasSuffix(rest[:pictureEnd(rest)], []byte(jpegEnd)) {
			return append(bytes.Clone(data), jpegEnd...)
		}
	}
	return data
}

// opaque says that nothing shines through.
func opaque(img image.Image) bool {
	if o, knows := img.(interface{ Opaque() bool }); knows {
		return o.Opaque()
	}
	return false
}

// ground is what transparent parts become: white, as paper.
var ground = image.White

// filled remarks on it.
func filled(name string) Problem {
	return Problem{"picture_transparent", fault.Args{"name": name}, ""}
}

// onGround fills the transparent parts.
func onGround(img image.Image) image.Image {
	whole := image.NewRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(whole, whole.Rect, ground, image.Point{}, draw.Src)
	draw.Draw(whole, whole.Rect, img, img.Bounds().Min, draw.Over)
	return whole
}

// decodeSafely turns a decoder's panic on a crafted file into an error.
func decodeSafely(decode func(io.Reader) (image.Image, error), data []byte) (img image.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			img, err = nil, fmt.Errorf("decoder failed: %v", p)
		}
	}()
	img, err = decode(bytes.NewReader(data))
	if err == nil && (img.Bounds().Dx() <= 0 || img.Bounds().Dy() <= 0) {
		err = errors.New("no pixels")
	}
	return img, err
}

func sniff(data []byte) string {
	m := mimetype.Detect(data)
	for at := m; at != nil; at = at.Parent() { // "image/vnd.mozilla.apng" is a PNG
		if _, known := decoders[at.String()]; known {
			return at.String()
		}
	}
	kind, _, _ := strings.Cut(m.String(), ";") // "text/plain; charset=utf-8"
	return kind
}

// foreign are the kinds that Go has no decoder for and a webview may have, with the extension that they lie on the
// shelf by.
var foreign = map[string]string{
	"image/heic": ".heic", "image/heif": ".heic", "image/heic-sequence": ".heic", "image/heif-sequence": ".heic",
	"image/avif": ".avif", "image/jxl": ".jxl", "image/jp2": ".jp2", "image/jpx": ".jp2",
}

// upright applies an EXIF orientation, 2 to 8.
func upright(img image.Image, orientation int) image.Image {
	switch orientation {
	case 2:
		return imaging.FlipH(img)
	case 3:
		return imaging.Rotate180(img)
	case 4:
		return imaging.FlipV(img)
	case 5:
		return imaging.Transpose(img)
	case 6:
		return imaging.Rotate270(img)
	case 7:
		return imaging.Transverse(img)
	case 8:
		return imaging.Rotate90(img)
	}
	return img
}

// problems are the broken rules, in the order in which mending makes sense: form, shape, size.
func problems(name, kind string, width, height int, size int64) []Problem {
	var found []Problem
	if decoders[kind].decode != nil && width == 0 {
		return append(found, Problem{"picture_broken", fault.Args{"name": name}, Convert})
	}
	if kind != "image/jpeg" && kind != "image/png" {
		found = append(found, Problem{"picture_type", fault.Args{"name": name, "type": kind}, Convert})
	}
	if width == 0 {
		return found // the rest shows when it can be opened
	}
	// Strictly between 2:5 and 5:2, in whole numbers.
	if width*RatioLong <= height*RatioShort || width*RatioShort >= height*RatioLong {
		ratio := math.Round(float64(width)/float64(height)*100) / 100
		found = append(found, Problem{"picture_ratio", fault.Args{"width": width, "height": height, "ratio": ratio}, Crop})
	}
	if short := min(width, height); short <= ShortSide {
		found = append(found, Problem{"picture_short_side", fault.Args{"short": short, "min": ShortSide}, Scale})
	}
	if size > MaxBytes {
		megabytes := math.Ceil(float64(size)/100_000) / 10
		found = append(found, Problem{"picture_too_big", fault.Args{"size": megabytes, "max": MaxBytes / 1_000_000}, Convert})
	}
	return found
}

const jpegQuality = 95

// encode writes PNG, or JPEG where PNG would break the size rule.
func encode(img image.Image) ([]byte, string, error) {
	var buffer bytes.Buffer
	if err := png.Encode(&buffer, img); err != nil {
		return nil, "", fmt.Errorf("encode picture: %w", err)
	}
	if buffer.Len() <= MaxBytes {
		return buffer.Bytes(), ".png", nil
	}
	return encodeJPEG(img)
}

func encodeJPEG(img image.Image) ([]byte, string, error) {
	var buffer bytes.Buffer
	if err := jpeg.Encode(&buffer, img, &jpeg.Options{Quality: jpegQuality}); err != nil {
		return nil, "", fmt.Errorf("encode picture: %w", err)
	}
	return buffer.Bytes(), ".jpg", nil
}
