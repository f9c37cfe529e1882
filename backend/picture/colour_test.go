package picture

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"os"
	"strings"
	"testing"
)

// profileFor is a colour profile with these primaries (D50), a gamma of 2.2, for a colour space.
func profileFor(space string, matrix [3][3]float64) []byte {
	curve := []byte("curv\x00\x00\x00\x00\x00\x00\x00\x01\x02\x33\x00\x00")
	type tag struct {
		name string
		data []byte
	}
	xyz := func(v [3]float64) []byte {
		out := []byte("XYZ \x00\x00\x00\x00")
		for _, n := range v {
			out = binary.BigEndian.AppendUint32(out, uint32(int32(n*65536)))
		}
		return out
	}
	tags := []tag{{"wtpt", xyz([3]float64{0.9642, 1, 0.8249})}}
	if space == spaceGray {
		tags = append(tags, tag{"kTRC", curve})
	} else {
		tags = append(tags, tag{"rXYZ", xyz(matrix[0])}, tag{"gXYZ", xyz(matrix[1])}, tag{"bXYZ", xyz(matrix[2])}, tag{"rTRC", curve}, tag{"gTRC", curve}, tag{"bTRC", curve})
	}
	head := make([]byte, 128)
	copy(head[8:], "\x02\x40\x00\x00mntr"+space+"XYZ ")
	copy(head[36:], "acsp")
	copy(head[68:], xyz([3]float64{0.9642, 1, 0.8249})[8:])
	out := binary.BigEndian.AppendUint32(head, uint32(len(tags)))
	at := 132 + 12*len(tags)
	var body []byte
	for _, tag := range tags {
		out = append(out, tag.name...)
		out = binary.BigEndian.AppendUint32(out, uint32(at+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(tag.data)))
		body = append(body, tag.data...)
	}
	out = append(out, body...)
	binary.BigEndian.PutUint32(out, uint32(len(out)))
	return out
}

var (
	displayP3 = [3][3]float64{{0.51512, 0.24120, -0.00105}, {0.29198, 0.69225, 0.04189}, {0.15710, 0.06657, 0.78407}}
	adobeRGB  = [3][3]float64{{0.60974, 0.31111, 0.01947}, {0.20528, 0.62567, 0.06087}, {0.14919, 0.06322, 0.74457}}
)

func iccp(profile []byte) []byte {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, _ = w.Write(profile)
	_ = w.Close()
	return chunk("iCCP", append([]byte("p\x00\x00"), packed.Bytes()...))
}

// What isn't sent as it came is sRGB; the wanted figures are those of ImageMagick with LittleCMS.
func TestColoursStayWhatTheyAre(t *testing.T) {
	ctx := context.Background()
	flat := image.NewRGBA(image.Rect(0, 0, 640, 400))
	draw.Draw(flat, flat.Rect, image.NewUniform(color.RGBA{200, 100, 50, 255}), image.Point{}, draw.Src)
	deep := image.NewNRGBA64(flat.Rect)
	draw.Draw(deep, deep.Rect, flat, image.Point{}, draw.Src)
	gray := image.NewGray(flat.Rect)
	draw.Draw(gray, gray.Rect, image.NewUniform(color.Gray{128}), image.Point{}, draw.Src)
	gray16 := image.NewGray16(flat.Rect)
	draw.Draw(gray16, gray16.Rect, image.NewUniform(color.Gray{128}), image.Point{}, draw.Src)
	var jpg bytes.Buffer
	if err := jpeg.Encode(&jpg, flat, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	p3, adobe, toned := profileFor(spaceRGB, displayP3), profileFor(spaceRGB, adobeRGB), profileFor(spaceGray, displayP3)
	inJPEG := func(profile []byte) []byte { // in two parts, the second first
		part := func(n byte, data []byte) []byte {
			payload := append(append([]byte("ICC_PROFILE\x00"), n, 2), data...)
			return append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe2}, uint16(len(payload)+2)), payload...)
		}
		half := len(profile) / 2
		return bytes.Join([][]byte{jpg.Bytes()[:2], part(2, profile[half:]), part(1, profile[:half]), jpg.Bytes()[2:]}, nil)
	}
	warm, wide, mid := color.RGBA{216, 93, 24, 255}, color.RGBA{227, 100, 42, 255}, color.RGBA{129, 129, 129, 255}
	for name, c := range map[string]struct {
		data []byte
		want color.RGBA
	}{
		"p3.png":     {withChunk(encodedPNG(t, flat), iccp(p3)), warm},
		"p3-16.png":  {withChunk(encodedPNG(t, deep), iccp(p3)), warm},
		"p3.jpg":     {inJPEG(p3), warm},
		"p3.webp":    {riff(webpHead(0x20, 640, 400), riffChunk("ICCP", p3), webpPixels(t, flat)), warm},
		"p3cicp.png": {withChunk(encodedPNG(t, flat), chunk("cICP", []byte{12, 13, 0, 1})), color.RGBA{215, 93, 31, 255}},
		"adobe.png":  {withChunk(encodedPNG(t, flat), iccp(adobe)), wide},
		"gray.png":   {withChunk(encodedPNG(t, gray), iccp(toned)), mid},
		"gray16.png": {withChunk(encodedPNG(t, gray16), iccp(toned)), mid},
		"none.png":   {encodedPNG(t, flat), color.RGBA{200, 100, 50, 255}},
		"bad.png":    {withChunk(encodedPNG(t, flat), iccp([]byte(strings.Repeat("x", 400)))), color.RGBA{200, 100, 50, 255}},
	} {
		t.Run(name, func(t *testing.T) {
			s := shelf(t)
			p, err := s.Add(ctx, name, bytes.NewReader(c.data))
			if err != nil {
				t.Fatal(err)
			}
			if p.Type == "image/jpeg" || p.Type == "image/png" { // sent as it came, with what says how it looks
				path, _, err := s.Path(p.ID)
				if err != nil {
					t.Fatal(err)
				}
				if kept, err := os.ReadFile(path); err != nil || !bytes.Equal(profileOf(p.Type, kept), profileOf(p.Type, c.data)) {
					t.Fatalf("the profile is gone: %v", err)
				}
			}
			for _, fix := range []Fix{{Kind: Crop, W: 500, H: 350}, {Kind: Convert}} {
				mended, err := s.Fix(ctx, p.ID, fix)
				if err != nil {
					t.Fatal(err)
				}
				path, kind, err := s.Path(mended.ID)
				if err != nil {
					t.Fatal(err)
				}
				data, err := os.ReadFile(path)
				if err != nil || profileOf(kind, data) != nil {
					t.Fatalf("a profile that no longer holds: %v", err)
				}
				img, _, err := image.Decode(bytes.NewReader(data))
				if err != nil {
					t.Fatal(err)
				}
				near(t, string(fix.Kind), img, 20, 20, c.want, 4)
			}
		})
	}
	t.Run("turned", func(t *testing.T) {
		_, img := added(t, "turned.jpg", withEXIF(inJPEG(p3), 6))
		near(t, "turned", img, 20, 20, warm, 5)
	})
}

func TestInksBecomeLight(t *testing.T) {
	marked, err := os.ReadFile("testdata/ink.jpg")
	if err != nil {
		t.Fatal(err)
	}
	bare := append([]byte{}, marked[:2]...)
	bare = append(bare, segments(marked, func(marker byte, whole, _ []byte) {
		if marker != 0xee {
			bare = append(bare, whole...)
		}
	})...)
	for name, data := range map[string][]byte{"marked.jpg": marked, "bare.jpg": bare} {
		_, img := added(t, name, data)
		if _, ink := img.(*image.CMYK); ink {
			t.Fatalf("%s would be sent as CMYK", name)
		}
		near(t, name, img, 100, 100, color.RGBA{200, 80, 40, 255}, 6)
	}
}

func FuzzProfile(f *testing.F) {
	f.Add(profileFor(spaceRGB, displayP3))
	f.Add(profileFor(spaceGray, displayP3))
	f.Add([]byte{12, 13, 0, 1})
	f.Fuzz(func(t *testing.T, profile []byte) {
		for _, img := range []image.Image{image.NewNRGBA(image.Rect(0, 0, 3, 2)), image.NewCMYK(image.Rect(0, 0, 3, 2))} {
			if got := inSRGB(img, profile); got.Bounds().Size() != image.Pt(3, 2) {
				t.Fatal(got.Bounds())
			}
		}
	})
}
