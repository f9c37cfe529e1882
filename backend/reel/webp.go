package reel

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"math"

	"github.com/HugoSmits86/nativewebp"
)

// webp writes an animated WebP (RIFF with VP8X, ANIM and an ANMF for each frame). A frame that is WebP already, as some
// canvases give it, goes in as it is; others are encoded without loss.
type webp struct {
	w       io.WriteSeeker
	size    image.Point
	written int64
}

const (
	animated   = 0x02
	seeThrough = 0x10
	replace    = 0x02 // a frame doesn't mix with the one before
)

func (a *webp) Add(frame []byte, ms int) error {
	at, err := size(frame, a.size)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(frame, []byte("RIFF")) {
		picture, err := decode(frame)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := nativewebp.Encode(&out, picture, nil); err != nil {
			return fmt.Errorf("encode frame: %w", err)
		}
		frame = out.Bytes()
	}
	pixels, err := pixelsOf(frame)
	if err != nil {
		return err
	}
	if a.written == 0 {
		a.size = at
		if err := a.begin(); err != nil {
			return err
		}
	}
	head := append(triple(0), triple(0)...) // where it lies
	head = append(append(head, triple(at.X-1)...), triple(at.Y-1)...)
	head = append(append(head, triple(ms)...), replace)
	return a.chunk("ANMF", append(head, pixels...))
}

func (a *webp) begin() error {
	if err := a.write([]byte("RIFF\x00\x00\x00\x00WEBP")); err != nil {
		return err
	}
	head := append([]byte{animated | seeThrough, 0, 0, 0}, triple(a.size.X-1)...)
	return errors.Join(a.chunk("VP8X", append(head, triple(a.size.Y-1)...)), a.chunk("ANIM", make([]byte, 6))) // black behind it, again and again
}

func (a *webp) Close() error {
	if a.written == 0 {
		return errors.New("a moving picture without frames")
	}
	if a.written > math.MaxUint32 {
		return errors.New("a WebP of more than 4 GiB")
	}
	if _, err := a.w.Seek(4, io.SeekStart); err != nil {
		return err
	}
	if _, err := a.w.Write(binary.LittleEndian.AppendUint32(nil, uint32(a.written-8))); err != nil {
		return err
	}
	_, err := a.w.Seek(0, io.SeekEnd)
	return err
}

func (a *webp) chunk(kind string, data []byte) error {
	head := binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(data)))
	if len(data)%2 == 1 {
		data = append(data, 0)
	}
	return errors.Join(a.write(head), a.write(data))
}

func (a *webp) write(data []byte) error {
	n, err := a.w.Write(data)
	a.written += int64(n)
	return err
}

// pixelsOf gives the chunks of a still WebP that hold its pixels.
func pixelsOf(still []byte) ([]byte, error) {
	const head = 12
	if len(still) < head || string(still[:4]) != "RIFF" || string(still[8:head]) != "WEBP" {
		return nil, fmt.Errorf("%w: that is no WebP", ErrFrame)
	}
	var pixels []byte
	for rest := still[head:]; len(rest) >= 8; {
		length := int64(binary.LittleEndian.Uint32(rest[4:]))
		length += 8 + length%2
		if length > int64(len(rest)) {
			return nil, fmt.Errorf("%w: that is cut short", ErrFrame)
		}
		switch string(rest[:4]) {
		case "ALPH", "VP8 ", "VP8L":
			pixels = append(pixels, rest[:length]...)
		}
		rest = rest[length:]
	}
	if pixels == nil {
		return nil, fmt.Errorf("%w: without pixels", ErrFrame)
	}
	return pixels, nil
}

// triple is a number of 24 bits.
func triple(n int) []byte { return []byte{byte(n), byte(n >> 8), byte(n >> 16)} }
