package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"io"

	"golang.org/x/image/webp"
)

// A WebP is a RIFF file of chunks: the pixels, or frames that have chunks of their own, beside profile and EXIF.

const riffHead = 12 // "RIFF", size, "WEBP"

// riffChunks calls each with the chunks of a WebP after its head, or with those of a frame.
func riffChunks(data []byte, each func(kind string, whole, payload []byte)) {
	for at := int64(0); at+8 <= int64(len(data)); {
		end := at + 8 + int64(binary.LittleEndian.Uint32(data[at+4:]))
		if end > int64(len(data)) {
			return
		}
		padded := min(end+end%2, int64(len(data)))
		each(string(data[at:at+4]), data[at:padded], data[at+8:end])
		at = padded
	}
}

func isWebP(data []byte) bool {
	return len(data) > riffHead && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP"
}

// webpChunk gives the first chunk of a kind.
func webpChunk(data []byte, wanted string) (found []byte) {
	if isWebP(data) {
		riffChunks(data[riffHead:], func(kind string, _, payload []byte) {
			if kind == wanted && found == nil {
				found = payload
			}
		})
	}
	return found
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// frame is the first picture of an animation, as a WebP of its own, and where it stands on the canvas.
type frame struct {
	still  []byte
	canvas image.Point
	at     image.Point
}

// firstFrame takes an animation's first frame out; false for a still picture.
func firstFrame(data []byte) (f frame, ok bool) {
	head, moving := webpChunk(data, "VP8X"), webpChunk(data, "ANMF")
	if len(head) < 10 || len(moving) < 16 {
		return f, false
	}
	f.canvas = image.Pt(uint24(head[4:])+1, uint24(head[7:])+1)
	f.at = image.Pt(uint24(moving)*2, uint24(moving[3:])*2)
	var alpha, pixels []byte
	riffChunks(moving[16:], func(kind string, whole, _ []byte) {
		switch kind {
		case "ALPH":
			alpha = whole
		case "VP8 ", "VP8L":
			pixels = whole
		}
	})
	if pixels == nil {
		return f, false
	}
	body := []byte("WEBP")
	if alpha != nil {
		body = append(body, "VP8X\x0a\x00\x00\x00\x10\x00\x00\x00"...)
		body = append(append(body, moving[6:9]...), moving[9:12]...)
		body = append(body, alpha...)
	}
	body = append(body, pixels...)
	f.still = append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
	return f, true
}

func webpConfig(r io.Reader) (image.Config, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return image.Config{}, err
	}
	if f, moving := firstFrame(data); moving {
		return image.Config{ColorModel: color.NRGBAModel, Width: f.canvas.X, Height: f.canvas.Y}, nil
	}
	return webp.DecodeConfig(bytes.NewReader(data))
}

// decodeWebP gives the picture, of an animation the canvas as its first frame leaves it.
func decodeWebP(r io.Reader) (image.Image, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	f, moving := firstFrame(data)
	if !moving {
		return webp.Decode(bytes.NewReader(data))
	}
	config, err := webp.DecodeConfig(bytes.NewReader(f.still))
	if err != nil {
		return nil, err
	}
	if int64(config.Width)*int64(config.Height) > mostPixels {
		return nil, errTooManyPixels
	}
	img, err := webp.Decode(bytes.NewReader(f.still))
	if err != nil {
		return nil, err
	}
	return onCanvas(img, f.canvas, f.at), nil
}

// onCanvas puts a part of a picture where it belongs; the rest of the canvas is transparent.
func onCanvas(img image.Image, canvas, at image.Point) image.Image {
	size := img.Bounds().Size()
	if at == (image.Point{}) && size == canvas {
		return img
	}
	whole := image.NewNRGBA(image.Rectangle{Max: canvas})
	draw.Draw(whole, image.Rectangle{Min: at, Max: at.Add(size)}, img, img.Bounds().Min, draw.Src)
	return whole
}
