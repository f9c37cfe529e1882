package seed

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/rand/v2"
)

// The size of a poster as the page makes it.
const posterWidth, posterHeight = 960, 540

// draw makes one of the posters: a sky, a ground, some discs, and grain, so that it is as large as a film's frame.
func draw(n int) ([]byte, error) {
	rng := rand.New(rand.NewPCG(uint64(n), 3))
	shade := func() [3]float64 { return [3]float64{rng.Float64() * 255, rng.Float64() * 255, rng.Float64() * 255} }
	above, below := shade(), shade()
	horizon, slope := 0.3+rng.Float64()*0.5, rng.Float64()-0.5
	type disc struct {
		x, y, r float64
		shade   [3]float64
	}
	var discs []disc
	for range 2 + rng.IntN(5) {
		discs = append(discs, disc{rng.Float64() * posterWidth, rng.Float64() * posterHeight, 20 + rng.ExpFloat64()*50, shade()})
	}
	img := image.NewRGBA(image.Rect(0, 0, posterWidth, posterHeight))
	for y := range posterHeight {
		for x := range posterWidth {
			at := float64(y)/posterHeight + slope*(float64(x)/posterWidth-0.5)
			mix := max(0, min(1, 0.5+(at-horizon)*4))
			var c [3]float64
			for i := range c {
				c[i] = above[i]*(1-mix) + below[i]*mix
			}
			for _, d := range discs {
				if dx, dy := float64(x)-d.x, float64(y)-d.y; dx*dx+dy*dy < d.r*d.r {
					c = d.shade
				}
			}
			grain := float64(rng.Uint32()>>28) - 8
			pixel := img.Pix[img.PixOffset(x, y):]
			pixel[0], pixel[1], pixel[2], pixel[3] = level(c[0]+grain), level(c[1]+grain), level(c[2]+grain), 255
		}
	}
	var data bytes.Buffer
	err := jpeg.Encode(&data, img, &jpeg.Options{Quality: 75})
	return data.Bytes(), err
}

func level(v float64) uint8 { return uint8(max(0, min(255, v))) }
