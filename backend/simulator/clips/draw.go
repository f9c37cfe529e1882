//go:build ignore

// Draw makes the simulator's clips: little scenes computed per pixel, encoded by ffmpeg (x264).
//
//	go run draw.go
package main

import (
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"runtime"
	"sync"
)

const rate = 25

type rgb struct{ r, g, b float64 }

// scene gives a pixel's colour: x runs over the width in units of the height, y from 0 (top) to 1, t in seconds.
type scene func(x, y, t float64) rgb

func main() {
	for _, job := range []struct {
		name          string
		draw          scene
		width, height int
		seconds       []int
	}{
		{"dusk", dusk, 1366, 768, []int{6, 10}},
		{"sea", sea, 1366, 768, []int{6, 10}},
		{"aurora", aurora, 1366, 768, []int{6, 10}},
		{"ink", ink, 1366, 768, []int{6, 10}},
		{"dusk", dusk, 1920, 1080, []int{6}},
		{"aurora", aurora, 1920, 1080, []int{6}},
	} {
		for _, seconds := range job.seconds {
			out := fmt.Sprintf("%s-%d-%d.mp4", job.name, job.height, seconds)
			if err := render(out, job.draw, job.width, job.height, seconds); err != nil {
				log.Fatal(out, ": ", err)
			}
		}
	}
}

func render(out string, draw scene, width, height, seconds int) error {
	cmd := exec.Command("ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
		"-s", fmt.Sprintf("%dx%d", width, height), "-r", fmt.Sprint(rate), "-i", "-",
		"-c:v", "libx264", "-preset", "slow", "-crf", "31", "-pix_fmt", "yuv420p", "-g", "50",
		"-vf", "scale=out_color_matrix=bt709", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
		"-movflags", "+faststart", "-fflags", "+bitexact", "-map_metadata", "-1", out)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	frame := make([]byte, width*height*3)
	for n := range seconds * rate {
		paint(frame, draw, width, height, float64(n)/rate)
		if _, err := in.Write(frame); err != nil {
			return err
		}
	}
	if err := in.Close(); err != nil {
		return err
	}
	return cmd.Wait()
}

func paint(frame []byte, draw scene, width, height int, t float64) {
	var rows sync.WaitGroup
	workers := runtime.NumCPU()
	for w := range workers {
		rows.Go(func() {
			for y := w; y < height; y += workers {
				for x := range width {
					c := draw(float64(x)/float64(height), float64(y)/float64(height), t)
					at := (y*width + x) * 3
					frame[at], frame[at+1], frame[at+2] = level(c.r), level(c.g), level(c.b)
				}
			}
		})
	}
	rows.Wait()
}

func level(v float64) byte { return byte(math.Max(0, math.Min(255, v*255+0.5))) }

func mix(a, b rgb, t float64) rgb {
	t = math.Max(0, math.Min(1, t))
	return rgb{a.r + (b.r-a.r)*t, a.g + (b.g-a.g)*t, a.b + (b.b-a.b)*t}
}

func smooth(from, to, v float64) float64 {
	v = math.Max(0, math.Min(1, (v-from)/(to-from)))
	return v * v * (3 - 2*v)
}

func hash(x, y int) float64 {
	h := uint32(x)*374761393 + uint32(y)*668265263
	h = (h ^ h>>13) * 1274126177
	return float64(h^h>>16) / math.MaxUint32
}

func noise(x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int(fx), int(fy)
	u, v := x-fx, y-fy
	u, v = u*u*(3-2*u), v*v*(3-2*v)
	top := hash(ix, iy) + (hash(ix+1, iy)-hash(ix, iy))*u
	low := hash(ix, iy+1) + (hash(ix+1, iy+1)-hash(ix, iy+1))*u
	return top + (low-top)*v
}

func clouds(x, y float64, octaves int) float64 {
	sum, size := 0.0, 0.5
	for range octaves {
		sum += noise(x, y) * size
		x, y, size = x*2.03+17, y*2.03+5, size/2
	}
	return sum
}

// dusk: ridges in mist under a low sun, the camera trucking slowly.
func dusk(x, y, t float64) rgb {
	sky := mix(rgb{0.16, 0.17, 0.36}, rgb{0.98, 0.58, 0.42}, smooth(0, 0.62, y))
	sun := math.Hypot(x-1.15-t*0.004, y-0.43)
	sky = mix(sky, rgb{1, 0.86, 0.66}, 0.9*math.Exp(-sun*sun*28))
	sky = mix(sky, rgb{1, 0.95, 0.86}, 1-smooth(0.062, 0.066, sun))
	wisp := clouds(x*1.3+t*0.02, y*5, 4)
	c := mix(sky, rgb{1, 0.74, 0.62}, 0.5*smooth(0.5, 0.75, wisp)*(1-smooth(0.3, 0.55, y)))
	for layer := range 5 {
		depth := float64(layer) / 4
		drift := x*(1.1+depth*0.6) + t*(0.010+0.045*depth*depth) + depth*31
		ridge := 0.5 + depth*0.36 - (0.20-depth*0.08)*clouds(drift*1.7, depth*9, 5)
		body := mix(rgb{0.80, 0.46, 0.46}, rgb{0.055, 0.06, 0.13}, math.Pow(depth, 0.7))
		mist := mix(body, rgb{0.96, 0.62, 0.50}, (1-depth)*0.55*smooth(ridge, ridge+0.2, y))
		c = mix(c, mist, smooth(ridge-0.0015, ridge+0.0015, y))
	}
	return c
}

// sea: a calm swell under a clear morning, the light breaking on the water.
func sea(x, y, t float64) rgb {
	const horizon = 0.42
	if y < horizon {
		sky := mix(rgb{0.22, 0.50, 0.68}, rgb{0.97, 0.89, 0.78}, smooth(0, horizon, y))
		sun := math.Hypot(x-0.62, y-0.27)
		sky = mix(sky, rgb{1, 0.98, 0.9}, 0.8*math.Exp(-sun*sun*60))
		sky = mix(sky, rgb{1, 1, 0.96}, 1-smooth(0.04, 0.043, sun))
		bank := clouds(x*1.6-t*0.015, y*6+3, 4)
		return mix(sky, rgb{1, 0.97, 0.95}, 0.65*smooth(0.48, 0.7, bank)*smooth(0.04, 0.3, y))
	}
	near := (y - horizon) / (1 - horizon)
	far := 1 / (near + 0.045)
	swell := noise((x-0.9)*far*2.2+t*0.35, far*3.2-t*0.8) + 0.5*noise((x-0.9)*far*5-t*0.5, far*7.3-t*1.3)
	water := mix(rgb{0.80, 0.86, 0.84}, rgb{0.02, 0.22, 0.32}, math.Pow(near, 0.42))
	water = mix(water, rgb{0.22, 0.58, 0.62}, 0.55*smooth(0.65, 1.25, swell))
	path := math.Exp(-math.Pow((x-0.62)/(0.08+near*0.30), 2))
	return mix(water, rgb{1, 0.96, 0.86}, path*smooth(0.78, 1.1, swell)*0.95)
}

// aurora: curtains of light over dark hills, the stars turning.
func aurora(x, y, t float64) rgb {
	sky := mix(rgb{0.02, 0.03, 0.10}, rgb{0.06, 0.15, 0.24}, smooth(0, 0.8, y))
	sx, sy := (x-0.9)*40+t*0.12, y*40+t*0.04
	cell := hash(int(math.Floor(sx)), int(math.Floor(sy))+911)
	if cell > 0.90 {
		dx, dy := sx-math.Floor(sx)-0.5, sy-math.Floor(sy)-0.5
		sky = mix(sky, rgb{0.92, 0.95, 1}, (cell-0.88)*9*math.Exp(-(dx*dx+dy*dy)*90))
	}
	for band := range 3 {
		b := float64(band)
		line := 0.30 + 0.13*b + 0.11*math.Sin(x*2.1+t*0.22+b*2.2) + 0.09*(noise(x*2.6+t*0.12+b*7, b*3+t*0.07)-0.5)
		up := line - y
		if up < -0.03 {
			continue
		}
		ray := 0.45 + 0.55*noise(x*16+t*0.5+b*40, b*5)
		glow := smooth(-0.03, 0.015, up) * math.Exp(-math.Max(0, up)*(7.5-b)) * ray
		sky = mix(sky, mix(rgb{0.25, 0.98, 0.62}, rgb{0.58, 0.30, 0.90}, smooth(0.02, 0.30, up)), glow*(0.85-b*0.16))
	}
	for layer := range 2 {
		depth := float64(layer)
		ridge := 0.80 + depth*0.09 - 0.12*clouds(x*(1.6+depth*0.8)+t*0.012*(1+depth)+depth*13, 4+depth, 5)
		sky = mix(sky, mix(rgb{0.03, 0.09, 0.12}, rgb{0.01, 0.02, 0.035}, depth), smooth(ridge-0.0015, ridge+0.0015, y))
	}
	return sky
}

// ink: coral and indigo dyes folding into each other.
func ink(x, y, t float64) rgb {
	qx := clouds(x*1.5+t*0.05, y*1.5, 3)
	qy := clouds(x*1.5+5.2, y*1.5+1.3-t*0.06, 3)
	rx := clouds(x*1.5+2.6*qx+1.7+t*0.03, y*1.5+2.6*qy+9.2, 3)
	ry := clouds(x*1.5+2.6*qx+8.3, y*1.5+2.6*qy+2.8+t*0.04, 3)
	v := clouds(x*1.2+2.8*rx, y*1.2+2.8*ry, 3)
	c := mix(rgb{0.05, 0.06, 0.17}, rgb{0.95, 0.46, 0.38}, smooth(0.22, 0.66, v))
	c = mix(c, rgb{0.99, 0.87, 0.76}, smooth(0.45, 0.72, qx)*smooth(0.4, 0.75, v))
	return mix(c, rgb{0.22, 0.14, 0.42}, 0.8*smooth(0.42, 0.66, ry)*(1-smooth(0.5, 0.7, v)))
}
