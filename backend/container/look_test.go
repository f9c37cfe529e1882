package container

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/abema/go-mp4"

	"conch/backend/fault"
)

func sumOf(t *testing.T, path string) string {
	t.Helper()
	sum, err := Hash(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestHashStaysWhenTagsAndNameChange(t *testing.T) {
	for _, name := range clips {
		from := filepath.Join("testdata", name)
		if sumOf(t, write(t, from, recipe)) != sumOf(t, from) {
			t.Errorf("%s: the tags changed the hash", name)
		}
	}
	if sumOf(t, "testdata/clip.mov") != sumOf(t, "testdata/last.mp4") || sumOf(t, "testdata/clip.mp4") == sumOf(t, "testdata/last.mp4") {
		t.Error("the same film in another container, or another film")
	}
}

// exiftool, mp4tags and ffmpeg all write the index anew and leave the samples.
func TestHashStaysWhenAnotherProgramWrites(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed")
	}
	for _, name := range []string{"clip.mp4", "last.mp4", "clip.mov"} {
		from := filepath.Join("testdata", name)
		first := filepath.Join(t.TempDir(), "first"+filepath.Ext(name))
		second := filepath.Join(t.TempDir(), "second"+filepath.Ext(name))
		for _, step := range [][]string{{from, first, "one"}, {first, second, "another"}} {
			out, err := exec.Command("ffmpeg", "-v", "error", "-i", step[0], "-map", "0", "-c", "copy", "-metadata", "title="+step[2], step[1]).CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v: %s", name, err, out)
			}
		}
		if sumOf(t, first) != sumOf(t, second) {
			t.Errorf("%s: a title changed the hash", name)
		}
	}
}

func TestHashSeesOneByte(t *testing.T) {
	data := sample(t, "clip.mp4")
	before := sumOf(t, store(t, data))
	data[len(data)-1] ^= 1 // its samples come last
	if sumOf(t, store(t, data)) == before {
		t.Error("a changed sample was not seen")
	}
}

func TestHashCanBeStopped(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Hash(ctx, "testdata/clip.mp4"); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestLook(t *testing.T) {
	path := write(t, "testdata/last.mp4", recipe)
	s, err := Look(path)
	info, _ := os.Stat(path)
	if err != nil || !s.Tagged || s.Tags.VideoID != "v1" || s.Facts.Width != 160 || s.Size != info.Size() || s.Modified != info.ModTime().UnixNano() {
		t.Fatalf("%+v, %v", s, err)
	}
	if s, err := Look("testdata/clip.mov"); err != nil || s.Tagged {
		t.Fatalf("%+v, %v", s, err)
	}
}

func TestWhatIsWrongWithAFile(t *testing.T) {
	whole := string(sample(t, "last.mp4"))
	long := store(t, []byte(atom("ftyp", "isom\x00\x00\x00\x00")+string(binary.BigEndian.AppendUint32(nil, mostMoov+8))+"moov"))
	if err := os.Truncate(long, 16+mostMoov+8); err != nil {
		t.Fatal(err)
	}
	for rule, path := range map[string]string{
		"film_empty":      store(t, nil),
		"film_not_video":  store(t, []byte("<html>502 Bad Gateway</html>")),
		"film_no_index":   store(t, []byte(whole[:strings.Index(whole, "moov")-4])),
		"film_incomplete": store(t, []byte(whole[:len(whole)-1])),
		"film_too_long":   long,
		"film_unreadable": filepath.Join(t.TempDir(), "none.mp4"),
	} {
		if _, err := Look(path); fault.Of(err).Rule != rule {
			t.Errorf("%s: %v", rule, err)
		}
	}
	if _, err := Look(t.TempDir()); fault.Of(err).Rule != "film_unreadable" {
		t.Errorf("a folder: %v", err)
	}
	silent := store(t, []byte(whole[:strings.Index(whole, "mdat")+4]))
	for rule, path := range map[string]string{"film_empty": store(t, nil), "film_incomplete": silent} {
		if _, err := Hash(context.Background(), path); fault.Of(err).Rule != rule {
			t.Errorf("hash, %s: %v", rule, err)
		}
	}
}

// Ten hours at 25 frames a second, each in a chunk of its own: the largest index that such a film has.
func TestTenHours(t *testing.T) {
	const frames = 10 * 3600 * 25
	head := atom("ftyp", "isom\x00\x00\x00\x00")
	words := func(all ...uint32) string {
		var out []byte
		for _, w := range all {
			out = binary.BigEndian.AppendUint32(out, w)
		}
		return string(out)
	}
	var offsets bytes.Buffer
	for i := range uint32(frames) {
		_ = binary.Write(&offsets, binary.BigEndian, uint32(len(head))+8+i)
	}
	stbl := atom("stbl", atom("stsd", words(0, 0)), atom("stts", words(0, 1, frames, 1)), atom("stsc", words(0, 1, 1, 1, 1)),
		atom("stsz", words(0, 1, frames)), atom("stco", words(0, frames), offsets.String()))
	mdia := atom("mdia", atom("mdhd", string(atomOf(t, &mp4.Mdhd{Timescale: 25, DurationV0: frames}))),
		atom("hdlr", string(atomOf(t, &mp4.Hdlr{HandlerType: [4]byte{'v', 'i', 'd', 'e'}, Name: "v"}))), atom("minf", stbl))
	film := head + atom("mdat", strings.Repeat("x", frames)) + atom("moov", atom("trak", mdia))
	if s, err := Look(store(t, []byte(film))); err != nil || s.Facts.Duration != 36_000_000 || s.Facts.FrameRate != 25 {
		t.Fatalf("%+v, %v", s.Facts, err)
	}
}
