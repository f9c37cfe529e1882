// Package picture prepares first frames: sniffs, checks the model's rules, turns
// upright, strips metadata, and mends what can be mended here, before anything is uploaded or billed.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"strings"

	"github.com/disintegration/imaging"
	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

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
	"image/webp": {webp.DecodeConfig, webp.Decode},
	"image/bmp":  {bmp.DecodeConfig, bmp.Decode},
	"image/tiff": {tiff.DecodeConfig, tiff.Decode},
}

// opened is a source that could be decoded.
type opened struct {
	kind  string
	image image.Image // upright; nil for what only the webview may be able to open
	clean []byte      // source bytes without metadata, when they can be sent as they are
}

// open sniffs and decodes. Faults: picture_empty, picture_not_picture, picture_too_many_pixels, picture_broken.
func open(name string, data []byte) (opened, error) {
	if len(data) == 0 {
		return opened{}, fault.New("picture_empty", nil)
	}
	kind := sniff(data)
	reader, known := decoders[kind]
	switch {
	case !known && isHEIC(kind):
		return opened{kind: kind}, nil
	case !known:
		return opened{}, fault.New("picture_not_picture", fault.Args{"name": name, "type": kind})
	}
	config, err := reader.config(bytes.NewReader(data))
	if err != nil {
		return opened{}, fault.Wrap(err, "picture_broken", fault.Args{"name": name})
	}
	if int64(config.Width)*int64(config.Height) > mostPixels {
		return opened{}, fault.New("picture_too_many_pixels", fault.Args{"name": name, "width": config.Width, "height": config.Height, "max": mostPixels / 1_000_000})
	}
	img, err := decodeSafely(reader.decode, data)
	if err != nil {
		return opened{}, fault.Wrap(err, "picture_broken", fault.Args{"name": name})
	}
	o := opened{kind: kind, image: img}
	switch kind {
	case "image/jpeg":
		if turned := orientation(data); turned > 1 {
			o.image = upright(img, turned)
		} else {
			o.clean = stripJPEG(data)
		}
	case "image/png":
		if turned := orientation(data); turned > 1 {
			o.image = upright(img, turned)
		} else {
			o.clean = stripPNG(data)
		}
	}
	return o, nil
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

func isHEIC(kind string) bool {
	switch kind {
	case "image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence", "image/avif":
		return true
	}
	return false
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
