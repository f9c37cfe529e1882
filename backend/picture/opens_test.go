package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/png"
	"os"
	"testing"
	"time"

	"github.com/HugoSmits86/nativewebp"

	"conch/backend/fault"
)

// added puts a picture on a shelf and gives its card and what would be uploaded, decoded.
func added(t *testing.T, name string, data []byte) (Picture, image.Image) {
	t.Helper()
	s := shelf(t)
	p, err := s.Add(context.Background(), name, bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(p.Problems) > 0 && p.Problems[0].Rule == "picture_type" && p.Width > 0 {
		if p, err = s.Fix(context.Background(), p.ID, Fix{Kind: Convert}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if !Ready(p) {
		t.Fatalf("%s: %+v", name, p.Problems)
	}
	file, _, _, _, err := s.Open(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	img, _, err := image.Decode(file)
	if err != nil {
		t.Fatalf("%s: what would be sent: %v", name, err)
	}
	return p, img
}

func near(t *testing.T, what string, img image.Image, x, y int, want color.RGBA, by int) {
	t.Helper()
	r, g, b, a := img.At(x, y).RGBA()
	for i, pair := range [][2]int{{int(r >> 8), int(want.R)}, {int(g >> 8), int(want.G)}, {int(b >> 8), int(want.B)}, {int(a >> 8), 255}} {
		if d := pair[0] - pair[1]; d > by || d < -by {
			t.Errorf("%s: at %d,%d channel %d is %d, want %d", what, x, y, i, pair[0], pair[1])
		}
	}
}

// chunk makes a PNG's chunk.
func chunk(kind string, payload []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
	body := append([]byte(kind), payload...)
	return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
}

// withChunk puts a chunk behind a PNG's header.
func withChunk(png, chunk []byte) []byte {
	return bytes.Join([][]byte{png[:33], chunk, png[33:]}, nil)
}

func encodedPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAJPEGWithoutItsEndIsWhole(t *testing.T) {
	whole := asJPEG(t, 640, 480)
	for _, cut := range []int{1, 2} {
		_, img := added(t, "photo.jpg", whole[:len(whole)-cut])
		near(t, "right top", img, 630, 5, color.RGBA{251, 3, 60, 255}, 12)
	}
}

// Browsers draw what there is of these; the page tries, and nothing of them is sent as it came.
func TestWhatBrowsersMayStillOpenWaitsForThePage(t *testing.T) {
	whole, flat := asJPEG(t, 640, 480), asPNG(t, 640, 480)
	var animation bytes.Buffer
	if err := gif.Encode(&animation, painted(640, 480), nil); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"cut.jpg": whole[:len(whole)*9/10], "cut.png": flat[:len(flat)*9/10], "cut.gif": animation.Bytes()[:animation.Len()*9/10]} {
		s := shelf(t)
		p, err := s.Add(context.Background(), name, bytes.NewReader(data))
		if err != nil || p.Width != 0 || len(p.Problems) != 1 || p.Problems[0].Rule != "picture_broken" || p.Problems[0].Fix != Convert {
			t.Fatalf("%s: %+v %v", name, p, err)
		}
		path, kind, err := s.Path(p.ID)
		if err != nil || kind != p.Type {
			t.Fatalf("%s is served as %q, %v", name, kind, err)
		}
		if kept, err := os.ReadFile(path); err != nil || !bytes.Equal(kept, data) {
			t.Fatalf("%s changed: %v", name, err)
		}
		if _, _, _, _, err := s.Open(p.ID); err == nil {
			t.Fatalf("%s can be sent", name)
		}
		if _, err := s.Fix(context.Background(), p.ID, Fix{Kind: Convert}); fault.Of(err).Rule != "picture_broken" {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

func TestDamagedChunksThatDrawNothing(t *testing.T) {
	plain := asPNG(t, 640, 480)
	for kind, payload := range map[string]string{"tEXt": "Comment\x00hello", "eXIf": "MM\x00*", "iCCP": "p\x00\x00x", "gAMA": "\x00\x00\x00\x01", "tRNS": "\x00\x00\x00\x00\x00\x00"} {
		bad := chunk(kind, []byte(payload))
		bad[len(bad)-1] ^= 0xff
		p, img := added(t, kind+".png", withChunk(plain, bad))
		near(t, kind, img, 5, 475, color.RGBA{2, 252, 60, 255}, 3)
		if len(p.Remarks) > 0 {
			t.Errorf("%s: %+v", kind, p.Remarks)
		}
	}
	if _, img := added(t, "open.png", plain[:len(plain)-12]); img.Bounds().Dx() != 640 { // no IEND
		t.Error(img.Bounds())
	}
}

// riff puts chunks into a WebP.
func riff(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func riffChunk(kind string, payload []byte) []byte {
	out := append(binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(payload))), payload...)
	return append(out, make([]byte, len(payload)%2)...)
}

func put24(n int) []byte { return []byte{byte(n), byte(n >> 8), byte(n >> 16)} }

// webpHead is the chunk that an extended WebP begins with.
func webpHead(flags byte, w, h int) []byte {
	return riffChunk("VP8X", bytes.Join([][]byte{{flags, 0, 0, 0}, put24(w - 1), put24(h - 1)}, nil))
}

// webpPixels is the chunk with the pixels of a still picture.
func webpPixels(t *testing.T, img image.Image) (pixels []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := nativewebp.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	riffChunks(b.Bytes()[riffHead:], func(kind string, whole, _ []byte) {
		if kind == "VP8L" {
			pixels = whole
		}
	})
	if pixels == nil {
		t.Fatal("no pixels")
	}
	return pixels
}

func moving(t *testing.T, w, h int, at image.Point, img image.Image) []byte {
	t.Helper()
	one := func(img image.Image) []byte {
		size := img.Bounds().Size()
		head := bytes.Join([][]byte{put24(at.X / 2), put24(at.Y / 2), put24(size.X - 1), put24(size.Y - 1), put24(100), {0}}, nil)
		return riffChunk("ANMF", append(head, webpPixels(t, img)...))
	}
	second := image.NewRGBA(img.Bounds())
	return riff(webpHead(0x02, w, h), riffChunk("ANIM", make([]byte, 6)), one(img), one(second))
}

func TestTheFirstFrameOfAnAnimatedWebP(t *testing.T) {
	p, img := added(t, "moving.webp", moving(t, 640, 480, image.Point{}, painted(640, 480)))
	if p.Width != 640 || p.Height != 480 {
		t.Fatal(p.Width, p.Height)
	}
	near(t, "left bottom", img, 2, 477, color.RGBA{0, 253, 60, 255}, 2)

	p, img = added(t, "part.webp", moving(t, 640, 480, image.Pt(100, 50), painted(200, 200)))
	if p.Width != 640 || p.Height != 480 {
		t.Fatal(p.Width, p.Height)
	}
	near(t, "ground", img, 10, 10, color.RGBA{255, 255, 255, 255}, 0)
	near(t, "frame", img, 101, 248, color.RGBA{1, 252, 60, 255}, 2)
}

// exif is a TIFF structure that says how a picture is to be turned.
func exif(orientation byte) []byte {
	return append([]byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), orientation, 0, 0, 0, 0, 0, 0)
}

// tiffTurned is a TIFF of plain RGB that says how it is to be turned.
func tiffTurned(t *testing.T, img image.Image, orientation uint16) []byte {
	t.Helper()
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	entries := [][3]uint32{ // tag, type, value
		{256, 4, uint32(w)}, {257, 4, uint32(h)}, {258, 3, 0}, {259, 3, 1}, {262, 3, 2}, {273, 4, 0}, {tagOrientation, 3, uint32(orientation)},
		{277, 3, 3}, {278, 4, uint32(h)}, {279, 4, uint32(3 * w * h)},
	}
	depths := uint32(8 + 2 + 12*len(entries) + 4)
	entries[2][2], entries[5][2] = depths, depths+6
	out := ifd(entries, nil)
	binary.LittleEndian.PutUint32(out[8+2+2*12+4:], 3) // three depths
	out = append(out, 8, 0, 8, 0, 8, 0)
	for y := range h {
		for x := range w {
			r, g, b, _ := img.At(x, y).RGBA()
			out = append(out, byte(r>>8), byte(g>>8), byte(b>>8))
		}
	}
	return out
}

func TestUprightInEveryForm(t *testing.T) {
	img := painted(640, 400)
	for turn, corner := range map[byte]color.RGBA{3: {253, 252, 60, 255}, 6: {1, 252, 60, 255}, 8: {253, 2, 60, 255}} {
		for name, data := range map[string][]byte{
			"turned.webp":    riff(webpHead(0x08, 640, 400), webpPixels(t, img), riffChunk("EXIF", exif(turn))),
			"prefixed.webp":  riff(webpHead(0x08, 640, 400), webpPixels(t, img), riffChunk("EXIF", append([]byte("Exif\x00\x00"), exif(turn)...))),
			"turned.tiff":    tiffTurned(t, img, uint16(turn)),
			"turned.png":     withChunk(asPNG(t, 640, 400), chunk("eXIf", exif(turn))),
			"turned.jpg":     withEXIF(asJPEG(t, 640, 400), turn),
			"turnedtoo.apng": withChunk(withChunk(asPNG(t, 640, 400), chunk("eXIf", exif(turn))), chunk("acTL", []byte{0, 0, 0, 1, 0, 0, 0, 0})),
		} {
			p, got := added(t, name, data)
			if wide := p.Width > p.Height; wide != (turn == 3) {
				t.Errorf("%s, turned %d: %dx%d", name, turn, p.Width, p.Height)
				continue
			}
			near(t, name, got, 1, 1, corner, 12)
		}
	}
}

func TestAGIFHasTheSizeOfItsCanvas(t *testing.T) {
	palette := color.Palette{color.RGBA{200, 0, 0, 255}, color.RGBA{0, 0, 200, 255}}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{
		Image: []*image.Paletted{image.NewPaletted(image.Rect(100, 100, 420, 340), palette)}, Delay: []int{0},
		Config: image.Config{ColorModel: palette, Width: 640, Height: 480},
	}); err != nil {
		t.Fatal(err)
	}
	p, img := added(t, "part.gif", b.Bytes())
	if p.Width != 640 || p.Height != 480 {
		t.Fatal(p.Width, p.Height)
	}
	near(t, "ground", img, 10, 10, color.RGBA{255, 255, 255, 255}, 0)
	near(t, "frame", img, 110, 110, color.RGBA{200, 0, 0, 255}, 0)
}

func TestTransparencyIsFilledAndTold(t *testing.T) {
	half := image.NewNRGBA(image.Rect(0, 0, 640, 480))
	draw.Draw(half, half.Rect, image.NewUniform(color.NRGBA{200, 0, 0, 255}), image.Point{}, draw.Src)
	draw.Draw(half, image.Rect(0, 0, 320, 480), image.Transparent, image.Point{}, draw.Src)
	deep := image.NewNRGBA64(half.Rect)
	draw.Draw(deep, deep.Rect, half, image.Point{}, draw.Src)
	indexed := image.NewPaletted(half.Rect, color.Palette{color.RGBA{}, color.RGBA{200, 0, 0, 255}})
	draw.Draw(indexed, indexed.Rect, half, image.Point{}, draw.Src)
	var animation, still bytes.Buffer
	if err := gif.Encode(&animation, indexed, nil); err != nil {
		t.Fatal(err)
	}
	if err := nativewebp.Encode(&still, half, nil); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"rgba.png": encodedPNG(t, half), "deep.png": encodedPNG(t, deep), "indexed.png": encodedPNG(t, indexed), "indexed.gif": animation.Bytes(), "still.webp": still.Bytes(),
	} {
		p, img := added(t, name, data)
		if len(p.Remarks) != 1 || p.Remarks[0].Rule != "picture_transparent" {
			t.Errorf("%s: %+v", name, p.Remarks)
		}
		near(t, name, img, 10, 10, color.RGBA{255, 255, 255, 255}, 0)
		near(t, name, img, 600, 10, color.RGBA{200, 0, 0, 255}, 1)
	}
	// A channel in which everything is solid is no transparency, and stays bit for bit.
	solid := encodedPNG(t, &notOpaque{painted(640, 480)})
	p, _ := added(t, "solid.png", solid)
	if len(p.Remarks) > 0 || p.Bytes != int64(len(solid)) {
		t.Errorf("%+v", p)
	}
}

// notOpaque makes the encoder write an alpha channel.
type notOpaque struct{ image.Image }

func (n *notOpaque) ColorModel() color.Model { return color.NRGBAModel }

func TestAPictureThatWasRemovedByHandCanBeTakenAgain(t *testing.T) {
	ctx := context.Background()
	s := shelf(t)
	data := asPNG(t, 640, 480)
	p, err := s.AddBytes(ctx, "a.png", data)
	if err != nil {
		t.Fatal(err)
	}
	path, _, err := s.Path(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(p.ID); fault.Of(err).Rule != "picture_gone" {
		t.Fatalf("a card without its picture: %v", err)
	}
	again, err := s.AddBytes(ctx, "b.png", data)
	if err != nil || again.ID != p.ID || again.Name != "b.png" {
		t.Fatalf("%+v %v", again, err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(p.ID); err != nil || got.Name != "b.png" {
		t.Fatalf("%+v %v", got, err)
	}
}

func TestWhatIsChosenAgainIsNotSwept(t *testing.T) {
	ctx := context.Background()
	data := asPNG(t, 640, 480)
	for what, use := range map[string]func(*Shelf, string) error{
		"added": func(s *Shelf, _ string) error { _, err := s.AddBytes(ctx, "a.png", data); return err },
		"taken": func(s *Shelf, id string) error { _, err := s.Take(id); return err },
		"left":  func(*Shelf, string) error { return nil },
	} {
		s := shelf(t)
		p, err := s.AddBytes(ctx, "a.png", data)
		if err != nil {
			t.Fatal(err)
		}
		path, _, err := s.Path(p.ID)
		if err != nil {
			t.Fatal(err)
		}
		long := time.Now().Add(-1000 * time.Hour)
		for _, file := range []string{path, s.card(p.ID)} {
			if err := os.Chtimes(file, long, long); err != nil {
				t.Fatal(err)
			}
		}
		if err := use(s, p.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.Sweep(func(string) bool { return false }, 24*time.Hour); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(p.ID); (err == nil) != (what != "left") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
