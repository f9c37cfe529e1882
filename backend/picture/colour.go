package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"runtime"
	"slices"
	"sync"

	"github.com/kovidgoyal/imaging/prism/meta"
	"github.com/kovidgoyal/imaging/prism/meta/icc"
)

// mostProfile is more than any colour profile has; a compressed one may claim far more.
const mostProfile = 8_000_000

// profileOf finds the colour profile that a picture brings; nil when it has none.
func profileOf(kind string, data []byte) []byte {
	switch kind {
	case "image/jpeg":
		return jpegProfile(data)
	case "image/png":
		return pngProfile(data)
	case "image/webp":
		return webpChunk(data, "ICCP")
	case "image/tiff":
		f, _ := tiffField(data, tagProfile)
		return f.values
	}
	return nil
}

// jpegProfile puts the parts of a profile together, which may stand in any order.
func jpegProfile(data []byte) []byte {
	parts := map[byte][]byte{}
	segments(data, func(marker byte, _, payload []byte) {
		if part, is := bytes.CutPrefix(payload, []byte("ICC_PROFILE\x00")); is && marker == 0xe2 && len(part) > 2 {
			parts[part[0]] = part[2:]
		}
	})
	var whole []byte
	for n := byte(1); parts[n] != nil && n < 255; n++ {
		whole = append(whole, parts[n]...)
	}
	return whole
}

// pngProfile gives a profile or, where that is what there is, the four code points of H.273, which go before.
func pngProfile(data []byte) (profile []byte) {
	chunks(data, func(kind string, whole, payload []byte) {
		if kind == "cICP" && len(payload) == codePoints && soundChunk(whole) {
			profile = payload
		}
		if len(profile) == codePoints {
			return
		}
		_, rest, named := bytes.Cut(payload, []byte{0})
		if kind != "iCCP" || !named || len(rest) < 2 || !soundChunk(whole) {
			return
		}
		unpacked, err := zlib.NewReader(bytes.NewReader(rest[1:]))
		if err != nil {
			return
		}
		if read, err := io.ReadAll(io.LimitReader(unpacked, mostProfile)); err == nil {
			profile = read
		}
	})
	return profile
}

const codePoints = 4

// Colour spaces of a profile.
const (
	spaceGray = "GRAY"
	spaceRGB  = "RGB "
	spaceCMYK = "CMYK"
)

// inSRGB gives the picture in the colours that a file without a profile stands for. A profile that can't be used is as
// good as none.
func inSRGB(img image.Image, profile []byte) image.Image {
	if turned, err := converted(img, profile); err == nil {
		return turned
	}
	if ink, is := img.(*image.CMYK); is {
		plain := image.NewRGBA(image.Rectangle{Max: ink.Bounds().Size()})
		draw.Draw(plain, plain.Rect, ink, ink.Bounds().Min, draw.Src)
		return plain
	}
	return img
}

var errNoProfile = errors.New("no profile for these pixels")

func converted(img image.Image, profile []byte) (turned image.Image, err error) {
	defer func() { // the library's panic on a crafted profile
		if p := recover(); p != nil {
			turned, err = nil, fmt.Errorf("colour profile: %v", p)
		}
	}()
	_, ink := img.(*image.CMYK)
	if len(profile) == codePoints && !ink {
		points := meta.CodingIndependentCodePoints{ColorPrimaries: profile[0], TransferCharacteristics: profile[1], MatrixCoefficients: profile[2], VideoFullRange: profile[3]}
		if points.IsSRGB() {
			return img, nil
		}
		change := points.PipelineToSRGB()
		if change == nil {
			return nil, errNoProfile
		}
		return recoloured(img, change), nil
	}
	if !soundProfile(profile) {
		return nil, errNoProfile
	}
	space := string(profile[16:20])
	if ink != (space == spaceCMYK) || space != spaceGray && space != spaceRGB && space != spaceCMYK {
		return nil, errNoProfile
	}
	if space == spaceGray {
		if profile, err = grayAsRGB(profile); err != nil {
			return nil, err
		}
	}
	p, err := icc.DecodeProfile(bytes.NewReader(profile))
	if err != nil {
		return nil, fmt.Errorf("read colour profile: %w", err)
	}
	channels := 3
	if ink {
		channels = 4
	} else if p.IsSRGB() {
		return img, nil
	}
	change, err := p.CreateTransformerToSRGB(icc.RelativeColorimetricRenderingIntent, true, channels, true, false, true)
	if err != nil {
		return nil, fmt.Errorf("use colour profile: %w", err)
	}
	return recoloured(img, change), nil
}

// mostTags is more than any profile has.
const mostTags = 100

// soundProfile says that the tags of a profile lie within it, and its tables are as large as they say: the library takes
// its word for that.
func soundProfile(profile []byte) bool {
	if len(profile) < 132 || int(binary.BigEndian.Uint32(profile[128:])) > mostTags {
		return false
	}
	sound := true
	eachTag(profile, func(_ string, data []byte) {
		if len(data) < 8 {
			sound = false
			return
		}
		switch string(data[:4]) {
		case "mft1", "mft2":
			sound = sound && len(data) >= 48 && tableFits(data[8], data[9], slices.Repeat(data[10:11], int(data[8])), len(data))
		case "mAB ", "mBA ":
			if len(data) < 32 {
				sound = false
			} else if at := int64(binary.BigEndian.Uint32(data[24:])); at != 0 {
				sound = sound && at+20 <= int64(len(data)) && data[8] <= 16 && tableFits(data[8], data[9], data[at:at+int64(data[8])], len(data))
			}
		case "curv":
			sound = sound && len(data) >= 12 && int64(binary.BigEndian.Uint32(data[8:]))*2 <= int64(len(data))
		}
	})
	return sound
}

// tableFits says that a table of so many points each way is no larger than the data.
func tableFits(in, out byte, points []byte, size int) bool {
	if in == 0 || in > 4 || out == 0 || out > 4 || len(points) < int(in) {
		return false
	}
	values := int64(out)
	for _, n := range points[:in] {
		if values *= int64(n); n < 2 || values > int64(size) {
			return false
		}
	}
	return true
}

// eachTag calls each with the tags of a profile; data is nil for one that lies outside.
func eachTag(profile []byte, each func(tag string, data []byte)) {
	for i := range min(int64(binary.BigEndian.Uint32(profile[128:])), mostTags) {
		entry := 132 + i*12
		if entry+12 > int64(len(profile)) {
			each("", nil)
			return
		}
		from, size := int64(binary.BigEndian.Uint32(profile[entry+4:])), int64(binary.BigEndian.Uint32(profile[entry+8:]))
		if from+size > int64(len(profile)) {
			each(string(profile[entry:entry+4]), nil)
			continue
		}
		each(string(profile[entry:entry+4]), profile[from:from+size])
	}
}

// recoloured changes every pixel, a strip of rows at a time on each core.
func recoloured(img image.Image, change *icc.Pipeline) image.Image {
	bounds := img.Bounds()
	out := image.NewNRGBA(image.Rectangle{Max: bounds.Size()})
	ink, _ := img.(*image.CMYK)
	workers := min(runtime.GOMAXPROCS(0), bounds.Dy())
	var wait sync.WaitGroup
	var failed sync.Map
	for worker := range workers {
		wait.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					failed.Store(worker, p)
				}
			}()
			in, got := make([]float64, 4), make([]float64, 4)
			for y := worker; y < bounds.Dy(); y += workers {
				for x := range bounds.Dx() {
					at := out.PixOffset(x, y)
					if ink != nil {
						from := ink.Pix[ink.PixOffset(bounds.Min.X+x, bounds.Min.Y+y):]
						for i := range in {
							in[i] = float64(from[i]) / 255
						}
						change.TransformGeneral(got, in)
						out.Pix[at+3] = 255
					} else {
						c := color.NRGBA64Model.Convert(img.At(bounds.Min.X+x, bounds.Min.Y+y)).(color.NRGBA64)
						got[0], got[1], got[2] = change.Transform(float64(c.R)/65535, float64(c.G)/65535, float64(c.B)/65535)
						out.Pix[at+3] = uint8(c.A >> 8)
					}
					for i := range 3 {
						out.Pix[at+i] = uint8(max(0, min(1, got[i]))*255 + 0.5)
					}
				}
			}
		})
	}
	wait.Wait()
	failed.Range(func(_, p any) bool { panic(p) })
	return out
}

// Tags of a profile (ICC.1:2022, 9.2), and sRGB's primaries as they stand in one.
var (
	primaries = []struct {
		tag     string
		x, y, z float64
	}{{"rXYZ", 0.43607, 0.22249, 0.01392}, {"gXYZ", 0.38515, 0.71687, 0.09708}, {"bXYZ", 0.14307, 0.06061, 0.71410}}
	curves = []string{"rTRC", "gTRC", "bTRC"}
)

// grayAsRGB makes a profile for gray one for red, green and blue with the same curve: equal values stay gray.
func grayAsRGB(profile []byte) ([]byte, error) {
	if string(profile[20:24]) != "XYZ " {
		return nil, errNoProfile
	}
	var curve []byte
	eachTag(profile, func(tag string, data []byte) {
		if tag == "kTRC" {
			curve = data
		}
	})
	if curve == nil {
		return nil, errNoProfile
	}
	out := slices.Clone(profile[:128])
	copy(out[16:], spaceRGB)
	count := len(primaries) + len(curves)
	data := uint32(132 + 12*count)
	out = binary.BigEndian.AppendUint32(out, uint32(count))
	entry := func(tag string, at, size uint32) {
		out = append(out, tag...)
		out = binary.BigEndian.AppendUint32(out, at)
		out = binary.BigEndian.AppendUint32(out, size)
	}
	for i, p := range primaries {
		entry(p.tag, data+uint32(20*i), 20)
	}
	for _, tag := range curves {
		entry(tag, data+uint32(20*len(primaries)), uint32(len(curve)))
	}
	for _, p := range primaries {
		out = append(out, "XYZ \x00\x00\x00\x00"...)
		for _, v := range []float64{p.x, p.y, p.z} {
			out = binary.BigEndian.AppendUint32(out, uint32(v*65536+0.5))
		}
	}
	out = append(out, curve...)
	binary.BigEndian.PutUint32(out, uint32(len(out)))
	return out, nil
}
