package container

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/abema/go-mp4"

	"conch/backend/fault"
)

// The clips are ffmpeg's testsrc2 in each shape an answer may have: index first, index last, with older tags,
// QuickTime with texts, QuickTime's audio in an MP4, fragments with absolute offsets.
var clips = []string{"clip.mp4", "fast.mp4", "last.mp4", "clip.mov", "keys.mov", "fragmented.mp4"}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func store(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.mp4")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// atom encodes a box.
func atom(kind string, parts ...string) string {
	size := uint32(8)
	for _, p := range parts {
		size += uint32(len(p))
	}
	out := string(binary.BigEndian.AppendUint32(nil, size)) + kind
	for _, p := range parts {
		out += p
	}
	return out
}

func TestFacts(t *testing.T) {
	small := Facts{Width: 160, Height: 90, Duration: 2000, FrameRate: 25, HasVideo: true, Codec: "avc1"}
	fragmented := small // its index tells no length: it is summed from the fragments
	for name, want := range map[string]Facts{
		"clip.mp4": {Width: 320, Height: 180, Duration: 6000, FrameRate: 25, HasVideo: true, Codec: "avc1"},
		"fast.mp4": small, "last.mp4": small, "clip.mov": small, "keys.mov": small, "fragmented.mp4": fragmented,
	} {
		if got, err := Check(filepath.Join("testdata", name)); err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestTurnedTrack(t *testing.T) {
	upright := atomOf(t, &mp4.Tkhd{Matrix: [9]int32{0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000}, Width: 160 << 16, Height: 90 << 16})
	turned := atomOf(t, &mp4.Tkhd{Matrix: [9]int32{0, 0x10000, 0, -0x10000, 0, 0, 90 << 16, 0, 0x40000000}, Width: 160 << 16, Height: 90 << 16})
	data := sample(t, "last.mp4")
	// Only the matrix and the size are exchanged: they end the box.
	const tail = 36 + 8
	at := bytes.Index(data, []byte("tkhd")) + 4 + len(upright) - tail
	copy(data[at:], turned[len(turned)-tail:])
	if facts, err := Check(store(t, data)); err != nil || facts.Width != 90 || facts.Height != 160 {
		t.Fatalf("%+v, %v", facts, err)
	}
}

func atomOf(t *testing.T, box mp4.IBox) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := mp4.Marshal(&out, box, mp4.Context{}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatIsNoVideo(t *testing.T) {
	for name, data := range map[string]string{
		"empty":     "",
		"short":     "{}",
		"page":      "<html>502 Bad Gateway</html>",
		"text":      "this is no video at all",
		"zeros":     string(make([]byte, 4096)),
		"photo":     "\xff\xd8\xff\xe0\x00\x10JFIF\x00 and so on",
		"heic":      atom("ftyp", "heic\x00\x00\x00\x00mif1heic") + atom("meta", "\x00\x00\x00\x00") + atom("mdat", "x"),
		"sound":     string(sample(t, "sound.mp4")),
		"no tracks": atom("ftyp", "isom\x00\x00\x00\x00") + atom("moov"),
		"nested":    atom("moov", nested("trak", 5000)),
	} {
		if facts, err := Check(store(t, []byte(data))); err == nil || fault.Of(err).Rule != "output_not_video" || facts.HasVideo {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func nested(kind string, depth int) string {
	inside := ""
	for range depth {
		inside = atom(kind, inside)
	}
	return inside
}

func TestWhatDidNotArriveWhole(t *testing.T) {
	for _, name := range clips {
		whole := sample(t, name)
		for n := len(whole) - 1; n >= 8; n -= len(whole) / 97 {
			_, err := Check(store(t, whole[:n]))
			// A fragmented file that ends where a fragment does can't be told from a whole one.
			if err == nil && name == "fragmented.mp4" {
				continue
			}
			if err == nil || fault.Of(err).Rule != "output_incomplete" {
				t.Errorf("%s, %d of %d bytes: %v", name, n, len(whole), err)
			}
		}
	}
	if _, err := Check(store(t, []byte(atom("ftyp", "isom\x00\x00\x00\x00")))); fault.Of(err).Rule != "output_incomplete" {
		t.Errorf("head alone: %v", err)
	}
}

// An mdat "to the end of the file" tiles whatever is left of it: the index tells how much there should be.
func TestCutInsideAnOpenEnd(t *testing.T) {
	data := sample(t, "clip.mp4")
	at := bytes.LastIndex(data, []byte("mdat")) - 4
	binary.BigEndian.PutUint32(data[at:], 0)
	if _, err := Check(store(t, data)); err != nil {
		t.Fatal(err)
	}
	if _, err := Check(store(t, data[:len(data)-1])); fault.Of(err).Rule != "output_incomplete" {
		t.Fatal(err)
	}
}

func TestIndexIsBounded(t *testing.T) {
	head := atom("ftyp", "isom\x00\x00\x00\x00") + string(binary.BigEndian.AppendUint32(nil, mostMoov+8)) + "moov"
	path := store(t, []byte(head))
	if err := os.Truncate(path, int64(len(head))+mostMoov); err != nil {
		t.Fatal(err)
	}
	if _, err := Check(path); fault.Of(err).Rule != "output_not_video" {
		t.Fatal(err)
	}
}

func TestMissingFileIsNoVerdict(t *testing.T) {
	if _, err := Check(filepath.Join(t.TempDir(), "none.mp4")); !os.IsNotExist(unwrapped(err)) {
		t.Fatal(err)
	}
	if _, err := Check(t.TempDir()); err == nil || fault.Is(err, fault.NotKept) {
		t.Fatal(err)
	}
}

func unwrapped(err error) error {
	for {
		next, ok := err.(interface{ Unwrap() error })
		if _, isPath := err.(*os.PathError); isPath || !ok {
			return err
		}
		err = next.Unwrap()
	}
}

func TestEndOfHugeTracksDoesNotWrap(t *testing.T) {
	track := track{chunks: 1, lastChunk: math.MaxUint64 - 1, perChunk: []mp4.StscEntry{{SamplesPerChunk: math.MaxUint32}},
		sizes: &mp4.Stsz{SampleSize: math.MaxUint32, SampleCount: math.MaxUint32}}
	if end := track.lastByte(); end != math.MaxUint64 {
		t.Fatal(end)
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range clips {
		f.Add(sample(f, name))
	}
	f.Add([]byte("\x00\x00\x00\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Add([]byte(atom("moov", atom("trak"), atom("udta", atom("meta", atom("ilst", atom("----")))))))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = check(bytes.NewReader(data), int64(len(data)))
		_, _, _ = readTags(bytes.NewReader(data), int64(len(data)))
	})
}
