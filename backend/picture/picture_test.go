package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/bmp"

	"conch/backend/fault"
)

// painted is a picture whose corners differ, so that turning shows.
func painted(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.RGBA{uint8(255 * x / w), uint8(255 * y / h), 60, 255})
		}
	}
	return img
}

func asPNG(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, painted(w, h)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, painted(w, h), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withEXIF puts an orientation and a recognisable place into a JPEG.
func withEXIF(data []byte, orientation byte) []byte {
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00")
	tiff = append(tiff, orientation, 0, 0, 0, 0, 0, 0)
	payload := append([]byte("Exif\x00\x00"), append(tiff, "GPS 25.0330 N 121.5654 E"...)...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(payload)+2))
	return bytes.Join([][]byte{data[:2], segment, payload, data[2:]}, nil)
}

// bomb is a PNG head that declares far more pixels than it has.
func bomb() []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), 50_000)
	head = binary.BigEndian.AppendUint32(head, 50_000)
	head = append(head, 8, 2, 0, 0, 0)
	chunk := binary.BigEndian.AppendUint32(nil, 13)
	chunk = append(chunk, head...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(head))
	return append([]byte(pngHead), chunk...)
}

func shelf(t testing.TB) *Shelf {
	t.Helper()
	s, err := OpenShelf(filepath.Join(t.TempDir(), "pictures"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRules(t *testing.T) {
	jpg := asJPEG(t, 640, 480)
	var bitmap, animation bytes.Buffer
	if err := bmp.Encode(&bitmap, painted(640, 480)); err != nil {
		t.Fatal(err)
	}
	if err := gif.Encode(&animation, painted(640, 480), nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		rule string // of the fault, or of the first problem
		fix  string
	}{
		"good.png":      {asPNG(t, 640, 480), "", ""},
		"good.jpg":      {jpg, "", ""},
		"zero.png":      {nil, "picture_empty", ""},
		"text.png":      {[]byte("just some words"), "picture_not_picture", ""},
		"bomb.png":      {bomb(), "picture_too_many_pixels", ""},
		"cut.jpg":       {jpg[:len(jpg)/2], "picture_broken", Convert},
		"wide.png":      {asPNG(t, 1000, 400), "picture_ratio", Crop}, // 5:2 exactly
		"tall.png":      {asPNG(t, 400, 1000), "picture_ratio", Crop}, // 2:5 exactly
		"justwide.png":  {asPNG(t, 999, 400), "", ""},
		"small.png":     {asPNG(t, 300, 400), "picture_short_side", Scale},
		"justbig.png":   {asPNG(t, 301, 400), "", ""},
		"bitmap.bmp":    {bitmap.Bytes(), "picture_type", Convert},
		"animation.gif": {animation.Bytes(), "picture_type", Convert},
		"photo.heic":    {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "picture_type", Convert},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := shelf(t).Add(context.Background(), name, bytes.NewReader(c.data))
			rule, fix := "", ""
			if err != nil {
				rule = fault.Of(err).Rule
			} else if len(p.Problems) > 0 {
				rule, fix = p.Problems[0].Rule, p.Problems[0].Fix
			}
			if rule != c.rule || fix != c.fix {
				t.Fatalf("rule %q fix %q, want %q %q (%v)", rule, fix, c.rule, c.fix, err)
			}
		})
	}
}

func TestSentenceHasItsFigures(t *testing.T) {
	p, err := shelf(t).Add(context.Background(), "small.png", bytes.NewReader(asPNG(t, 280, 400)))
	if err != nil {
		t.Fatal(err)
	}
	if said := fault.Of(p.Problems[0].Fault()).Sentence(); !strings.HasPrefix(said, "The picture’s short side is 280 px. This model needs more than 300 px.") {
		t.Fatal(said)
	}
}

func TestTooHeavy(t *testing.T) {
	heavy := append(asPNG(t, 640, 480), make([]byte, 21_000_000)...) // ends early: what follows the picture doesn't count
	s := shelf(t)
	if p, err := s.Add(context.Background(), "padded.png", bytes.NewReader(heavy)); err != nil || !Ready(p) {
		t.Fatalf("padding counted: %+v %v", p, err)
	}
	if found := problems("x.png", "image/png", 4000, 4000, 21_000_000); len(found) != 1 || found[0].Rule != "picture_too_big" {
		t.Fatalf("%+v", found)
	}
	if _, err := s.Add(context.Background(), "huge.png", bytes.NewReader(make([]byte, SourceLimit+1))); fault.Of(err).Rule != "picture_too_big" {
		t.Fatal(err)
	}
}

func TestUprightAndWithoutPlace(t *testing.T) {
	for orientation := byte(1); orientation <= 8; orientation++ {
		s := shelf(t)
		p, err := s.Add(context.Background(), "photo.jpg", bytes.NewReader(withEXIF(asJPEG(t, 640, 400), orientation)))
		if err != nil {
			t.Fatal(err)
		}
		wantWide := orientation < 5
		if wide := p.Width > p.Height; wide != wantWide {
			t.Errorf("orientation %d: %dx%d", orientation, p.Width, p.Height)
		}
		path, _, err := s.Path(p.ID)
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil || bytes.Contains(data, []byte("GPS")) || bytes.Contains(data, []byte("Exif")) {
			t.Errorf("orientation %d: metadata left, %v", orientation, err)
		}
	}
}

// Orientation 6 means: turn clockwise by 90 degrees; what was at the left bottom comes to the left top.
func TestTurnsTheRightWay(t *testing.T) {
	o, err := open("photo.jpg", withEXIF(asJPEG(t, 640, 400), 6))
	if err != nil {
		t.Fatal(err)
	}
	r, g, _, _ := o.image.At(2, 2).RGBA()
	if r>>8 > 30 || g>>8 < 220 {
		t.Fatalf("corner is %d,%d", r>>8, g>>8)
	}
}

func TestUprightPixelsStayBitForBit(t *testing.T) {
	plain := asJPEG(t, 640, 480)
	o, err := open("photo.jpg", withEXIF(plain, 1))
	if err != nil || !bytes.Equal(o.clean, plain) {
		t.Fatalf("%d bytes became %d, %v", len(plain), len(o.clean), err)
	}
	film := append(bytes.Clone(plain), "appended film with GPS"...)
	if o, err = open("photo.jpg", film); err != nil || !bytes.Equal(o.clean, plain) {
		t.Fatalf("tail not cut: %v", err)
	}
}

func TestMending(t *testing.T) {
	ctx := context.Background()
	s := shelf(t)
	p, err := s.Add(ctx, "strip.png", bytes.NewReader(asPNG(t, 1200, 200)))
	if err != nil || len(p.Problems) != 2 {
		t.Fatalf("%+v %v", p, err)
	}
	if p, err = s.Fix(ctx, p.ID, CentreCrop(p.Width, p.Height)); err != nil || len(p.Problems) != 1 || p.Problems[0].Fix != Scale {
		t.Fatalf("after crop: %+v %v", p, err)
	}
	if p, err = s.Fix(ctx, p.ID, Fix{Kind: Scale}); err != nil || !Ready(p) {
		t.Fatalf("after scale: %+v %v", p, err)
	}
	var animation bytes.Buffer
	if err := gif.Encode(&animation, painted(640, 480), nil); err != nil {
		t.Fatal(err)
	}
	if p, err = s.Add(ctx, "a.gif", &animation); err != nil {
		t.Fatal(err)
	}
	if p, err = s.Fix(ctx, p.ID, Fix{Kind: Convert}); err != nil || !Ready(p) {
		t.Fatalf("after convert: %+v %v", p, err)
	}
}

// Go has no decoder for these: the source waits for the page's, is shown to nobody but the page, and never leaves.
func TestWhatOnlyTheWebviewOpensIsKeptAndNeverSent(t *testing.T) {
	ctx := context.Background()
	for name, kind := range map[string]string{"photo.heic": "image/heic", "photo.avif": "image/avif"} {
		t.Run(name, func(t *testing.T) {
			source, err := os.ReadFile("testdata/" + name)
			if err != nil {
				t.Fatal(err)
			}
			s := shelf(t)
			for _, called := range []string{name, "misnamed.png"} {
				p, err := s.Add(ctx, called, bytes.NewReader(source))
				if err != nil || p.Type != kind || p.Width != 0 || Ready(p) {
					t.Fatalf("%+v %v", p, err)
				}
				if len(p.Problems) != 1 || p.Problems[0].Rule != "picture_type" || p.Problems[0].Fix != Convert {
					t.Fatalf("%+v", p.Problems)
				}
				path, served, err := s.Path(p.ID)
				if err != nil || served != kind {
					t.Fatalf("%s %v", served, err)
				}
				if kept, err := os.ReadFile(path); err != nil || !bytes.Equal(kept, source) {
					t.Fatalf("the source changed: %v", err)
				}
				if _, _, _, _, err := s.Open(p.ID); fault.Of(err).Rule != "picture_type" {
					t.Fatalf("it can be uploaded: %v", err)
				}
				for _, fix := range []Fix{{Kind: Convert}, {Kind: Scale}, {Kind: Crop, W: 10, H: 10}} {
					if _, err := s.Fix(ctx, p.ID, fix); fault.Of(err).Rule != "picture_undecodable" {
						t.Fatalf("%s: %v", fix.Kind, err)
					}
				}
			}
		})
	}
}

func TestIdsCannotEscape(t *testing.T) {
	s := shelf(t)
	for _, id := range []string{"", "..", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("0", 63) + "/"} {
		if _, _, err := s.Path(id); fault.Of(err).Rule != "picture_gone" {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(asPNG(f, 8, 8))
	f.Add(withEXIF(asJPEG(f, 8, 8), 6))
	f.Add(bomb())
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := open("fuzz", data)
		if err == nil && o.clean != nil {
			if _, err := open("clean", o.clean); err != nil {
				t.Fatalf("cleaning broke it: %v", err)
			}
		}
	})
}

func TestTidyRemovesWhatIsHalfWritten(t *testing.T) {
	dir := t.TempDir()
	s, err := OpenShelf(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".abc.jpg.123", "abc.jpg"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Tidy(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 || left[0].Name() != "abc.jpg" {
		t.Fatal(left, err)
	}
}
