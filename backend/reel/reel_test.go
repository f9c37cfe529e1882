package reel

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	stdgif "image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	xwebp "golang.org/x/image/webp"
)

// wash is frame n of a soft picture that moves: gradients are what few colours do worst.
func wash(n int) image.Image {
	p := image.NewNRGBA(image.Rect(0, 0, 97, 54)) // odd, as scaled frames are
	for y := range 54 {
		for x := range 97 {
			p.SetNRGBA(x, y, color.NRGBA{byte(2*x + 10*n), byte(4 * y), byte(255 - 2*x), 255})
		}
	}
	return p
}

func pngOf(t testing.TB, p image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, p); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func shoot(t testing.TB, form string, frames ...[]byte) []byte {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "out."+form))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	r, err := New(form, file)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range frames {
		if err := r.Add(f, 67); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// far is the mean difference of the channels, of 255.
func far(a, b image.Image) float64 {
	sum := 0.0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			for _, d := range []int{int(r1) - int(r2), int(g1) - int(g2), int(b1) - int(b2)} {
				sum += float64(max(d, -d)) / 257
			}
		}
	}
	return sum / float64(3*a.Bounds().Dx()*a.Bounds().Dy())
}

func TestGIF(t *testing.T) {
	var lossy bytes.Buffer
	if err := jpeg.Encode(&lossy, wash(2), &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	got, err := stdgif.DecodeAll(bytes.NewReader(shoot(t, "gif", pngOf(t, wash(0)), pngOf(t, wash(1)), lossy.Bytes())))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Image) != 3 || got.LoopCount != 0 || got.Config.Width != 97 || got.Config.Height != 54 {
		t.Fatalf("%d frames, %+v", len(got.Image), got.Config)
	}
	if sum := got.Delay[0] + got.Delay[1] + got.Delay[2]; sum != 20 { // 201 ms
		t.Errorf("delays %v", got.Delay)
	}
	for n, frame := range got.Image {
		if d := far(frame, wash(n)); d > 6 {
			t.Errorf("frame %d is %.1f off", n, d)
		}
	}
}

func TestWebP(t *testing.T) {
	data := shoot(t, "webp", pngOf(t, wash(0)), pngOf(t, wash(1)))
	if size := len(data) - 8; int(data[4])|int(data[5])<<8|int(data[6])<<16 != size {
		t.Errorf("the head says otherwise than %d bytes", size)
	}
	for n := range 2 {
		at := bytes.Index(data, []byte("ANMF"))
		length := int(data[at+4]) | int(data[at+5])<<8 | int(data[at+6])<<16
		if ms := int(data[at+20]) | int(data[at+21])<<8; ms != 67 {
			t.Errorf("frame %d is shown for %d ms", n, ms)
		}
		still := append([]byte("RIFF\x00\x00\x00\x00WEBP"), data[at+24:at+8+length]...)
		size := len(still) - 8
		still[4], still[5], still[6] = byte(size), byte(size>>8), byte(size>>16)
		frame, err := xwebp.Decode(bytes.NewReader(still))
		if err != nil || far(frame, wash(n)) != 0 {
			t.Fatalf("frame %d: %v", n, err)
		}
		if again := shoot(t, "webp", still); !bytes.Contains(again, data[at+24:at+8+length]) { // as some canvases give it
			t.Error("a WebP frame was changed")
		}
		data = data[at+8+length:]
	}
}

// Independent readers show as many frames.
func TestOthersReadGIF(t *testing.T) {
	if _, err := exec.LookPath("ffprobe"); err != nil {
		t.Skip("ffprobe is not installed")
	}
	path := filepath.Join(t.TempDir(), "a.gif")
	if err := os.WriteFile(path, shoot(t, "gif", pngOf(t, wash(0)), pngOf(t, wash(1))), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=width,height,nb_read_frames", "-of", "csv=p=0", path).CombinedOutput()
	if err != nil || string(bytes.TrimSpace(out)) != "97,54,2" {
		t.Fatalf("%s, %v", out, err)
	}
}

func TestWhatIsNoFrame(t *testing.T) {
	for name, frame := range map[string][]byte{
		"text":      []byte("no picture"),
		"other":     pngOf(t, image.NewGray(image.Rect(0, 0, 5, 5))),
		"huge":      pngOf(t, image.NewGray(image.Rect(0, 0, mostSide+1, 1))),
		"cut short": pngOf(t, wash(0))[:150],
	} {
		for _, form := range []string{"gif", "webp"} {
			file, err := os.Create(filepath.Join(t.TempDir(), "out"))
			if err != nil {
				t.Fatal(err)
			}
			r, err := New(form, file)
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Close(); err == nil {
				t.Errorf("%s: a file without frames", form)
			}
			if err := r.Add(pngOf(t, wash(0)), 40); err != nil {
				t.Fatal(err)
			}
			if err := r.Add(frame, 40); !errors.Is(err, ErrFrame) {
				t.Errorf("%s: %s was taken", form, name)
			}
			_ = file.Close()
		}
	}
	if _, err := New("mpeg", nil); err == nil {
		t.Error("a form that isn't there")
	}
}

func FuzzFrame(f *testing.F) {
	f.Add(pngOf(f, wash(0)))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8L\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, frame []byte) {
		_, _ = pixelsOf(frame)
		if at, err := size(frame, image.Point{}); err != nil || at.X*at.Y > 1<<16 {
			return
		}
		for _, form := range []string{"gif", "webp"} {
			file, err := os.Create(filepath.Join(t.TempDir(), "out"))
			if err != nil {
				t.Fatal(err)
			}
			r, _ := New(form, file)
			_ = r.Add(frame, 40)
			_ = file.Close()
		}
	})
}
