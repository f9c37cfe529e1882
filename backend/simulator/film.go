package simulator

import (
	"image"
	"image/draw"
	"math"
)

const (
	fps     = 25
	block   = 16   // a macroblock's side
	closest = 1.07 // how far the camera pushes in
)

// film is a video that begins with a picture and slowly pushes in on it. The first frame holds the picture's
// pixels uncompressed; every other frame is motion alone, pointing into the first.
func film(picture image.Image, side, seconds int, seed uint32) []byte {
	bounds := picture.Bounds()
	width, height := outputSize(bounds.Dx(), bounds.Dy(), side)
	e := newEncoder(width, height)
	frames := [][]byte{e.first(planesOf(picture, width, height))}
	focusX := float64(width) * (0.3 + 0.4*float64(seed%7)/6)
	focusY := float64(height) * (0.3 + 0.4*float64(seed/7%7)/6)
	count := seconds * fps
	for n := 1; n < count; n++ {
		at := float64(n) / float64(count-1)
		zoom := 1 + (closest-1)*at*at*(3-2*at)
		frames = append(frames, e.moved(n, func(x, y float64) (dx, dy int) {
			return quarters((x - focusX) * (1/zoom - 1)), quarters((y - focusY) * (1/zoom - 1))
		}))
	}
	return mp4(e, frames)
}

func quarters(px float64) int { return int(math.Round(px * 4)) }

// outputSize keeps the picture's shape at a short side, in even numbers.
func outputSize(width, height, side int) (int, int) {
	long := func(a, b int) int { return (side*a/b + 1) &^ 1 }
	if width >= height {
		return long(width, height), side
	}
	return side, long(height, width)
}

// planes are a picture in 4:2:0, padded to whole macroblocks.
type planes struct {
	y, u, v []byte
	stride  int // of y; the others have half
}

func planesOf(picture image.Image, width, height int) planes {
	scaled := scale(picture, width, height)
	across, down := blocks(width)*block, blocks(height)*block
	p := planes{y: make([]byte, across*down), u: make([]byte, across*down/4), v: make([]byte, across*down/4), stride: across}
	at := func(x, y int) (r, g, b float64) {
		i := scaled.PixOffset(min(x, width-1), min(y, height-1))
		return float64(scaled.Pix[i]), float64(scaled.Pix[i+1]), float64(scaled.Pix[i+2])
	}
	for y := range down {
		for x := range across {
			r, g, b := at(x, y)
			p.y[y*across+x] = byte(16.5 + (0.2126*r+0.7152*g+0.0722*b)*219/255) // BT.709, limited range
		}
	}
	for y := 0; y < down; y += 2 {
		for x := 0; x < across; x += 2 {
			var r, g, b float64
			for _, d := range [4][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
				r1, g1, b1 := at(x+d[0], y+d[1])
				r, g, b = r+r1/4, g+g1/4, b+b1/4
			}
			luma := 0.2126*r + 0.7152*g + 0.0722*b
			i := y/2*(across/2) + x/2
			p.u[i] = byte(128.5 + (b-luma)/1.8556*224/255)
			p.v[i] = byte(128.5 + (r-luma)/1.5748*224/255)
		}
	}
	return p
}

// scale averages the source under each pixel, on a grid fine enough for either direction.
func scale(picture image.Image, width, height int) *image.RGBA {
	b := picture.Bounds()
	source := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(source, source.Bounds(), picture, b.Min, draw.Src)
	if b.Dx() == width && b.Dy() == height {
		return source
	}
	stepX, stepY := float64(b.Dx())/float64(width), float64(b.Dy())/float64(height)
	taps := max(2, int(math.Ceil(max(stepX, stepY))))
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			var sum [3]float64
			for ty := range taps {
				for tx := range taps {
					sample(source, (float64(x)+(float64(tx)+0.5)/float64(taps))*stepX-0.5, (float64(y)+(float64(ty)+0.5)/float64(taps))*stepY-0.5, &sum)
				}
			}
			i := out.PixOffset(x, y)
			for c := range sum {
				out.Pix[i+c] = byte(sum[c]/float64(taps*taps) + 0.5)
			}
			out.Pix[i+3] = 255
		}
	}
	return out
}

// sample adds the bilinear value at a point.
func sample(source *image.RGBA, x, y float64, sum *[3]float64) {
	right, bottom := source.Rect.Dx()-1, source.Rect.Dy()-1
	x, y = max(0, min(x, float64(right))), max(0, min(y, float64(bottom)))
	x0, y0 := int(x), int(y)
	u, v := x-float64(x0), y-float64(y0)
	for _, p := range [4]struct {
		x, y   int
		weight float64
	}{{x0, y0, (1 - u) * (1 - v)}, {min(x0+1, right), y0, u * (1 - v)}, {x0, min(y0+1, bottom), (1 - u) * v}, {min(x0+1, right), min(y0+1, bottom), u * v}} {
		i := source.PixOffset(p.x, p.y)
		for c := range sum {
			sum[c] += p.weight * float64(source.Pix[i+c])
		}
	}
}

func blocks(px int) int { return (px + block - 1) / block }
