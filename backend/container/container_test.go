package container

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"conch/backend/fault"
)

// sample is a real clip, its index before its samples: ffmpeg's testsrc2, 6 s, 25 fps.
func sample(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/clip.mp4")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func put(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.mp4")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCheck(t *testing.T) {
	whole := sample(t)
	facts, err := Check(put(t, whole))
	if err != nil || facts.Width == 0 || facts.Duration < 1900 || facts.Codec != "avc1" || facts.FrameRate < 24.9 || facts.FrameRate > 25.1 {
		t.Fatalf("%+v, %v", facts, err)
	}
	for name, c := range map[string]struct {
		data []byte
		rule string
	}{
		"empty":    {nil, "output_not_video"},
		"text":     {[]byte("<html>not a video</html>"), "output_not_video"},
		"cut":      {whole[:len(whole)*2/3], "output_incomplete"},
		"no index": {atom("ftyp", []byte("isom\x00\x00\x00\x00")), "output_not_video"},
		"picture":  {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), "output_not_video"},
	} {
		if _, err := Check(put(t, c.data)); err == nil || fault.Of(err).Rule != c.rule {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTagsRoundTrip(t *testing.T) {
	from := put(t, sample(t))
	tags := Tags{Title: "海浪", Prompt: "海浪 [Pan left] \"quoted\"\nsecond line", Model: "minimax/hailuo-02/standard", PredictionID: "pred_1",
		Params: map[string]any{"duration": 6.0}, Pictures: map[string]string{"image": "abc"}, CreatedAt: 1_700_000_000_000, Tool: "Conch"}
	first := filepath.Join(t.TempDir(), "first.mp4")
	if err := WriteTags(from, first, tags); err != nil {
		t.Fatal(err)
	}
	tags.Title = "second"
	second := filepath.Join(t.TempDir(), "second.mp4")
	if err := WriteTags(first, second, tags); err != nil {
		t.Fatal(err)
	}
	got, found, err := ReadTags(second)
	if err != nil || !found || got.Title != "second" || got.Prompt != tags.Prompt || got.Params["duration"] != 6.0 || got.Pictures["image"] != "abc" {
		t.Fatalf("%+v, %v, %v", got, found, err)
	}
	before, err := Check(from)
	if err != nil {
		t.Fatal(err)
	}
	if after, err := Check(second); err != nil || after != before {
		t.Fatalf("facts %+v became %+v, %v", before, after, err)
	}
	if n := strings.Count(readAll(t, second), recipeMean); n != 1 {
		t.Fatalf("%d recipes", n)
	}
	if _, found, err := ReadTags(from); err != nil || found {
		t.Fatalf("tags in an untagged file: %v, %v", found, err)
	}
}

func readAll(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// An independent reader decodes the same frames and shows the tags.
func TestOthersReadIt(t *testing.T) {
	for _, tool := range []string{"ffmpeg", "ffprobe"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	from := put(t, sample(t))
	to := filepath.Join(t.TempDir(), "out.mp4")
	if err := WriteTags(from, to, Tags{Title: "A title", Prompt: "A prompt 海", Tool: "Conch"}); err != nil {
		t.Fatal(err)
	}
	frames := func(path string) []byte {
		out, err := exec.Command("ffmpeg", "-v", "error", "-i", path, "-map", "0:v", "-f", "framemd5", "-").Output()
		if err != nil {
			t.Fatalf("decode %s: %v", path, err)
		}
		return out
	}
	if !bytes.Equal(frames(from), frames(to)) {
		t.Fatal("frames changed")
	}
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "format_tags", "-of", "default=nw=1", to).Output()
	if err != nil || !strings.Contains(string(out), "A title") || !strings.Contains(string(out), "A prompt 海") {
		t.Fatalf("%s, %v", out, err)
	}
}

func FuzzCheck(f *testing.F) {
	whole := sample(f)
	f.Add(whole[:4096])
	f.Add([]byte("\x00\x00\x00\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Add(atom("moov", atom("trak"), atom("udta", atom("meta", atom("ilst", atom("----"))))))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = check(bytes.NewReader(data), int64(len(data)))
		_, _, _ = readTags(bytes.NewReader(data), int64(len(data)))
	})
}
