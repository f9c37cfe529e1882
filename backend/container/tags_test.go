package container

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/abema/go-mp4"
)

var recipe = Tags{
	Title: "海浪", Prompt: "海浪 [Pan left] \"quoted\"\nsecond line", Model: "minimax/hailuo-02/standard",
	PredictionID: "pred_1", GenerationID: "g1", VideoID: "v1", Service: "https://api.atlascloud.ai",
	Params: map[string]any{"duration": 6.0, "enable_prompt_expansion": false}, Pictures: map[string]string{"image": "cat.png sha256:00"},
	CreatedAt: 1_700_000_000_000, Tool: "Conch 1.0",
}

func write(t testing.TB, from string, tags Tags) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "tagged"+filepath.Ext(from))
	if err := WriteTags(from, to, tags); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestTagsComeBack(t *testing.T) {
	for _, name := range clips {
		t.Run(name, func(t *testing.T) {
			from := filepath.Join("testdata", name)
			if _, found, err := ReadTags(from); err != nil || found {
				t.Fatalf("tags before: %v, %v", found, err)
			}
			first := write(t, from, Tags{Title: "first", Prompt: strings.Repeat("long ", 400)})
			second := write(t, first, recipe)
			got, found, err := ReadTags(second)
			if err != nil || !found || !reflect.DeepEqual(got, recipe) {
				t.Fatalf("%+v, %v, %v", got, found, err)
			}
			if n := strings.Count(content(t, second), recipeMean); n != 1 {
				t.Errorf("%d recipes", n)
			}
			if !bytes.Equal(samples(t, from), samples(t, second)) {
				t.Error("samples changed or are looked for in the wrong place")
			}
			before, _ := Check(from)
			if after, err := Check(second); err != nil || after != before {
				t.Errorf("facts %+v became %+v, %v", before, after, err)
			}
		})
	}
}

func content(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// samples sums up what a player would read: every sample through the tables, every fragment from its base.
func samples(t *testing.T, path string) []byte {
	t.Helper()
	data := content(t, path)
	r := strings.NewReader(data)
	info, err := mp4.Probe(r)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for _, track := range info.Tracks {
		at := 0
		for _, chunk := range track.Chunks {
			offset := uint64(chunk.DataOffset)
			for range chunk.SamplesPerChunk {
				size := uint64(track.Samples[at].Size)
				sum.Write([]byte(data[offset : offset+size]))
				offset, at = offset+size, at+1
			}
		}
	}
	fragments, err := mp4.ExtractBoxesWithPayload(r, nil, []mp4.BoxPath{{mp4.BoxTypeMoof(), mp4.BoxTypeTraf(), mp4.BoxTypeTfhd()}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fragments {
		base := f.Payload.(*mp4.Tfhd).BaseDataOffset
		if kind := data[base+4 : base+8]; kind != "moof" {
			t.Fatalf("a fragment is based on %q", kind)
		}
	}
	return sum.Sum(nil)
}

// What other programs put there stays, unless it has the meaning of one of ours.
func TestTagsOfOthersStay(t *testing.T) {
	for name, kept := range map[string]string{"fast.mp4": "Somebody", "clip.mov": "Somebody", "keys.mov": "custom"} {
		tagged := content(t, write(t, filepath.Join("testdata", name), recipe))
		if !strings.Contains(tagged, kept) {
			t.Errorf("%s: %q is gone", name, kept)
		}
		if name != "keys.mov" && strings.Contains(tagged, "Old title") {
			t.Errorf("%s: the old title is still there", name)
		}
	}
	untitled := recipe
	untitled.Title = ""
	if !strings.Contains(content(t, write(t, "testdata/fast.mp4", untitled)), "Old title") {
		t.Error("a title was taken away for none")
	}
}

// A file that can be played while it arrives stays one.
func TestIndexStaysInItsPlace(t *testing.T) {
	for name, first := range map[string]bool{"clip.mp4": true, "last.mp4": false} {
		tagged := content(t, write(t, filepath.Join("testdata", name), recipe))
		if got := strings.Index(tagged, "moov") < strings.Index(tagged, "mdat"); got != first {
			t.Errorf("%s: index first is %v", name, got)
		}
	}
}

// Offsets of 32 bits that would overflow don't: the index goes behind the samples, which stay where they are.
func TestIndexGoesLastBeyond4GiB(t *testing.T) {
	data := []byte(atom("moov", atom("trak", atom("mdia", atom("minf", atom("stbl", atom("stco", "\x00\x00\x00\x00\x00\x00\x00\x01\xff\xff\xff\x00")))))))
	boxes, err := walk(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	moov, err := readIndex(bytes.NewReader(data), boxes)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkOffsets(moov, 0, 0xff); err != nil {
		t.Fatalf("it fits: %v", err)
	}
	if err := checkOffsets(moov, 0, 0x100); !errors.Is(err, errBeyond) {
		t.Fatalf("it doesn't fit: %v", err)
	}

	in, length, err := open("testdata/clip.mp4")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	if boxes, err = walk(in, length); err != nil {
		t.Fatal(err)
	}
	if moov, err = readIndex(in, boxes); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "out.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	if _, err := io.WriteString(out, strings.Repeat("what an attempt left", 100_000)); err != nil {
		t.Fatal(err)
	}
	if err := copyIndexLast(out, in, boxes, moov, recipe); err != nil {
		t.Fatal(err)
	}
	if err := sameVideo(in, out); err != nil {
		t.Fatal(err)
	}
	if got, found, err := ReadTags(out.Name()); err != nil || !found || got.Title != recipe.Title {
		t.Fatalf("%+v, %v, %v", got, found, err)
	}
	if !bytes.Equal(samples(t, in.Name()), samples(t, out.Name())) {
		t.Fatal("samples changed")
	}
}

func TestRefusedWritesLeaveNothing(t *testing.T) {
	whole := sample(t, "clip.mp4")
	for name, data := range map[string][]byte{"cut": whole[:len(whole)/2], "text": []byte("no video at all"), "sound": sample(t, "sound.mp4")} {
		to := filepath.Join(t.TempDir(), "out.mp4")
		if err := WriteTags(store(t, data), to, recipe); err == nil {
			t.Errorf("%s: written", name)
		}
		if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: left a file, %v", name, err)
		}
	}
	same := store(t, whole)
	if err := WriteTags(same, same, recipe); err == nil || content(t, same) != string(whole) {
		t.Errorf("onto itself: %v", err)
	}
}

// An independent reader decodes the same packets and shows the tags.
// panics stands for what the MP4 library does over a crafted file.
type panics struct{}

func (panics) MarshalJSON() ([]byte, error) { panic("a crafted box") }

func TestAPanicOnTheWayLeavesNothing(t *testing.T) {
	to := filepath.Join(t.TempDir(), "tagged.mp4")
	if err := WriteTags("testdata/clip.mp4", to, Tags{Params: map[string]any{"x": panics{}}}); !errors.Is(err, errNotVideo) {
		t.Error(err)
	}
	if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
		t.Error("half a film was left: ", err)
	}
}

func TestOthersReadIt(t *testing.T) {
	for _, tool := range []string{"ffmpeg", "ffprobe"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	frames := func(path string) []byte {
		out, err := exec.Command("ffmpeg", "-v", "error", "-xerror", "-i", path, "-map", "0", "-f", "framemd5", "-").CombinedOutput()
		if err != nil {
			t.Fatalf("decode %s: %v: %s", path, err, out)
		}
		return out
	}
	for _, name := range clips {
		from := filepath.Join("testdata", name)
		to := write(t, from, recipe)
		if !bytes.Equal(frames(from), frames(to)) {
			t.Errorf("%s: frames changed", name)
		}
		out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "format_tags", "-of", "default=nw=1", to).CombinedOutput()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"TAG:title=海浪", "TAG:comment=海浪 [Pan left]", "TAG:description=海浪", "TAG:encoder=Conch 1.0", "TAG:date=2023-11-14T22:13:20Z", "TAG:recipe={\"title\""} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: no %q in\n%s", name, want, out)
			}
		}
	}
}

func FuzzWriteTags(f *testing.F) {
	for _, name := range clips {
		f.Add(sample(f, name), "A title")
	}
	f.Fuzz(func(t *testing.T, data []byte, title string) {
		dir := t.TempDir()
		from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
		if err := os.WriteFile(from, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if WriteTags(from, to, Tags{Title: title, Model: "m"}) != nil {
			return
		}
		if got, found, err := ReadTags(to); err != nil || !found || got.Model != "m" {
			t.Fatalf("written but not read: %+v, %v, %v", got, found, err)
		}
	})
}
