package reel

import (
	"compress/lzw"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"io"

	"github.com/soniakeys/quant/median"
)

// gif writes GIF89a: each frame with a palette of its own, and a pattern (not an error that is carried on) for the
// shades between, which stays where it is when the picture moves. The standard library's encoder wants all frames at once.
type gif struct {
	w    io.Writer
	size image.Point
	ms   int // of all frames so far
	rgba *image.RGBA
	ink  []byte
}

const colours = 256

func (g *gif) Add(frame []byte, ms int) error {
	at, err := size(frame, g.size)
	if err != nil {
		return err
	}
	picture, err := decode(frame)
	if err != nil {
		return err
	}
	if g.rgba == nil {
		g.size, g.rgba, g.ink = at, image.NewRGBA(image.Rectangle{Max: at}), make([]byte, at.X*at.Y)
		if err := g.begin(); err != nil {
			return err
		}
	}
	draw.Draw(g.rgba, g.rgba.Rect, picture, picture.Bounds().Min, draw.Src)
	palette := median.Quantizer(colours).Quantize(make(color.Palette, 0, colours), thinned{g.rgba})
	g.paint(palette)
	from := g.ms
	g.ms += ms
	return g.write(palette, (g.ms+5)/10-(from+5)/10) // hundredths, without a sum of roundings
}

// thinned is every second pixel of every second row: enough to choose colours by.
type thinned struct{ *image.RGBA }

func (t thinned) Bounds() image.Rectangle {
	return image.Rect(0, 0, (t.Rect.Dx()+1)/2, (t.Rect.Dy()+1)/2)
}
func (t thinned) At(x, y int) color.Color { return t.RGBA.At(2*x, 2*y) }

// bayer is the order in which shades are mixed, 4 by 4.
var bayer = [4][4]int{{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}}

// paint finds each pixel's colour, once for each of 32,768 shades.
func (g *gif) paint(palette color.Palette) {
	var nearest [1 << 15]int16 // 1 more than the colour's number
	const strength = 16        // between shades of one colour, of 255
	for y := range g.size.Y {
		row := g.rgba.Pix[y*g.rgba.Stride:]
		for x := range g.size.X {
			lift := (2*bayer[y&3][x&3] - 15) * strength / 32
			var c [3]int
			for i := range c {
				c[i] = min(max(int(row[4*x+i])+lift, 0), 255)
			}
			shade := c[0]>>3<<10 | c[1]>>3<<5 | c[2]>>3
			if nearest[shade] == 0 {
				nearest[shade] = int16(palette.Index(color.RGBA{byte(c[0]), byte(c[1]), byte(c[2]), 255})) + 1
			}
			g.ink[y*g.size.X+x] = byte(nearest[shade] - 1)
		}
	}
}

func (g *gif) begin() error {
	head := []byte("GIF89a")
	head = binary.LittleEndian.AppendUint16(head, uint16(g.size.X))
	head = binary.LittleEndian.AppendUint16(head, uint16(g.size.Y))
	head = append(head, 0x70, 0, 0)                                       // 8 bits a colour, no palette for all
	head = append(head, "\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"...) // again and again
	_, err := g.w.Write(head)
	return err
}

func (g *gif) write(palette color.Palette, hundredths int) error {
	head := []byte{0x21, 0xf9, 4, 0x04, byte(hundredths), byte(hundredths >> 8), 0, 0, 0x2c, 0, 0, 0, 0}
	head = binary.LittleEndian.AppendUint16(head, uint16(g.size.X))
	head = binary.LittleEndian.AppendUint16(head, uint16(g.size.Y))
	head = append(head, 0x87) // a palette of 256
	for i := range colours {
		var r, gr, b uint32
		if i < len(palette) {
			r, gr, b, _ = palette[i].RGBA()
		}
		head = append(head, byte(r>>8), byte(gr>>8), byte(b>>8))
	}
	head = append(head, 8) // bits of a pixel
	if _, err := g.w.Write(head); err != nil {
		return err
	}
	out := &blocks{w: g.w}
	packed := lzw.NewWriter(out, lzw.LSB, 8)
	_, err := packed.Write(g.ink)
	return errors.Join(err, packed.Close(), out.end())
}

func (g *gif) Close() error {
	if g.rgba == nil {
		return errors.New("a moving picture without frames")
	}
	_, err := g.w.Write([]byte{0x3b})
	return err
}

// blocks cuts data into GIF's blocks of at most 255 bytes.
type blocks struct {
	w   io.Writer
	buf [256]byte
	n   int
}

func (b *blocks) Write(data []byte) (int, error) {
	total := len(data)
	for len(data) > 0 {
		n := copy(b.buf[1+b.n:], data)
		b.n, data = b.n+n, data[n:]
		if b.n == 255 {
			if err := b.flush(); err != nil {
				return 0, err
			}
		}
	}
	return total, nil
}

func (b *blocks) flush() error {
	b.buf[0] = byte(b.n)
	_, err := b.w.Write(b.buf[:b.n+1])
	b.n = 0
	return err
}

func (b *blocks) end() error {
	if b.n > 0 {
		if err := b.flush(); err != nil {
			return err
		}
	}
	_, err := b.w.Write([]byte{0})
	return err
}
