package container

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/abema/go-mp4"

	"conch/backend/fault"
)

// made makes clips with ffmpeg: name -> its arguments behind the sources.
var made = map[string][]string{
	"b-frames.mp4": {"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=4", "-f", "lavfi", "-i", "sine=d=4", "-c:v", "libx264", "-bf", "3", "-g", "25", "-c:a", "aac", "-shortest"},
	"ntsc.mp4":     {"-f", "lavfi", "-i", "testsrc2=s=160x90:r=30000/1001:d=4", "-c:v", "libx264", "-g", "20", "-movflags", "+faststart"},
	"open.mp4":     {"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=4", "-c:v", "libx264", "-x264opts", "open-gop=1", "-g", "25", "-bf", "3"},
	"pcm.mov":      {"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=3", "-f", "lavfi", "-i", "sine=d=3", "-c:v", "libx264", "-bf", "2", "-g", "30", "-c:a", "pcm_s16le", "-shortest"},
	"short.mp4":    {"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=3", "-f", "lavfi", "-i", "sine=d=1.3", "-c:v", "libx264", "-bf", "3", "-g", "25", "-c:a", "aac"},
}

func ffmpeg(t testing.TB, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("ffmpeg", append([]string{"-v", "error", "-nostdin", "-y"}, args...)...)
	var out, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &trouble
	if err := cmd.Run(); err != nil || trouble.Len() > 0 && !strings.Contains(trouble.String(), "mmco: unref short failure") {
		t.Fatalf("ffmpeg %s: %v\n%s", strings.Join(args, " "), err, &trouble)
	}
	return out.Bytes()
}

func needFFmpeg(t testing.TB) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed")
	}
}

func clip(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	ffmpeg(t, append(slices.Clone(made[name]), "-preset", "veryfast", "-threads", "1", "-pix_fmt", "yuv420p", path)...)
	return path
}

// picture is one decoded frame: when it is shown, in milliseconds from the film's beginning, and what it looks like.
type picture struct {
	at  float64
	sum string
}

// pictures decodes a film with ffmpeg, which is an independent reader of everything that is written here.
func pictures(t testing.TB, path string) []picture {
	t.Helper()
	out := string(ffmpeg(t, "-xerror", "-threads", "1", "-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"))
	var all []picture
	scale := 0.0
	for line := range strings.Lines(out) {
		if base, ok := strings.CutPrefix(line, "#tb 0: "); ok {
			above, below, _ := strings.Cut(strings.TrimSpace(base), "/")
			a, _ := strconv.ParseFloat(above, 64)
			b, _ := strconv.ParseFloat(below, 64)
			scale = 1000 * a / b
		}
		fields := strings.Split(line, ",")
		if strings.HasPrefix(line, "#") || len(fields) != 6 {
			continue
		}
		pts, err := strconv.ParseFloat(strings.TrimSpace(fields[2]), 64)
		if err != nil || scale == 0 {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, picture{pts * scale, strings.TrimSpace(fields[5])})
	}
	return all
}

// sound decodes to 44100 samples a second of one channel.
func sound(t testing.TB, path string) []byte {
	t.Helper()
	return ffmpeg(t, "-xerror", "-i", path, "-map", "0:a", "-f", "s16le", "-ac", "1", "-ar", "44100", "-")
}

// between are the frames shown in a range, as Trim promises them.
func between(all []picture, from, to float64) (shown []picture) {
	for i, p := range all {
		ends := math.Inf(1)
		if i+1 < len(all) {
			ends = all[i+1].at
		}
		if ends > from+1 && p.at < to-1 {
			shown = append(shown, p)
		}
	}
	return shown
}

func sums(all []picture) (sums []string) {
	for _, p := range all {
		sums = append(sums, p.sum)
	}
	return sums
}

func trim(t testing.TB, from string, begin, end float64) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "trimmed"+filepath.Ext(from))
	if err := Trim(t.Context(), from, to, "", time.Duration(begin*1e6), time.Duration(end*1e6), nil); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestTrimShowsTheRange(t *testing.T) {
	needFFmpeg(t)
	random := rand.New(rand.NewPCG(4, 7))
	for _, name := range slices.Sorted(maps.Keys(made)) {
		t.Run(name, func(t *testing.T) {
			from := clip(t, name)
			whole := pictures(t, from)
			length := whole[len(whole)-1].at + 40
			ranges := [][2]float64{{0, length}, {whole[1].at, whole[2].at}, {1000, 2000}}
			for range 2 {
				a, b := random.Float64()*length, random.Float64()*length
				ranges = append(ranges, [2]float64{min(a, b), max(a, b) + 45})
			}
			for _, r := range ranges {
				cut := trim(t, from, r[0], r[1])
				got, want := pictures(t, cut), between(whole, r[0], r[1])
				if !slices.Equal(sums(got), sums(want)) {
					t.Fatalf("%v: %d frames, want %d", r, len(got), len(want))
				}
				for i := range got {
					if at := want[i].at - want[0].at; math.Abs(got[i].at-at) > 0.1 {
						t.Fatalf("%v: frame %d is shown at %f, want %f", r, i, got[i].at, at)
					}
				}
				if name == "b-frames.mp4" || name == "pcm.mov" {
					sameSound(t, from, cut, want[0].at, want[len(want)-1].at+40)
				}
			}
		})
	}
}

// sameSound compares what is heard; coded sound begins with a packet whose past is missing, so its first part may differ.
func sameSound(t *testing.T, from, cut string, begin, end float64) {
	t.Helper()
	whole, got := sound(t, from), sound(t, cut)
	at := func(ms float64) int { return min(int(math.Round(ms*44.1))*2, len(whole)) }
	want := whole[at(begin):at(end)]
	const packet = 2 * 1024 // ffmpeg plays the last packet to its end, whatever the edit list says
	if d := len(got) - len(want); d < -4 || d > 4+packet {
		t.Fatalf("%v-%v: %d bytes of sound, want %d of %d", begin, end, len(got), len(want), len(whole))
	}
	n := min(len(got), len(want)) &^ 1
	for i := 0; i < n; i += 2 {
		a, b := int16(uint16(got[i])|uint16(got[i+1])<<8), int16(uint16(want[i])|uint16(want[i+1])<<8)
		if d := int(a) - int(b); d < -600 || d > 600 {
			t.Fatalf("%v–%v: sound differs by %d, %d ms after the beginning", begin, end, d, i/2*1000/44100)
		}
	}
}

// What the simulator films and what a service sent, of sizes and shapes that ffmpeg didn't choose here.
func TestTrimOfOurOwnFilms(t *testing.T) {
	needFFmpeg(t)
	for _, from := range []string{"testdata/film.mp4", "testdata/clip.mov", "testdata/last.mp4"} {
		whole := pictures(t, from)
		if got := pictures(t, trim(t, from, 800, 1200)); !slices.Equal(sums(got), sums(between(whole, 800, 1200))) || len(got) != 10 {
			t.Errorf("%s: %d frames", from, len(got))
		}
	}
}

func TestTrimKeepsTheRecipe(t *testing.T) {
	from := write(t, "testdata/clip.mp4", recipe)
	got, found, err := ReadTags(trim(t, from, 1000, 2500))
	want := recipe
	want.VideoID, want.GenerationID = "", "" // it isn't the video that the run made: a rebuilt library must not take it for that
	want.Origin = &Origin{Kind: "trim", Video: "v1", From: 1000, To: 2500}
	if err != nil || !found || !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v, %v, %v", got, found, err)
	}
	to := filepath.Join(t.TempDir(), "piece.mp4") // of a piece, and of a film from elsewhere: the library knows who they are
	for _, source := range []string{trim(t, from, 0, 2000), "testdata/fast.mp4"} {
		if err := Trim(t.Context(), source, to, "known", 0, time.Second, nil); err != nil {
			t.Fatal(err)
		}
		if got, found, err := ReadTags(to); err != nil || !found || *got.Origin != (Origin{Kind: "trim", Video: "known", To: 1000}) || got.VideoID != "" {
			t.Errorf("%+v, %v, %v", got, found, err)
		}
	}
	if _, found, err := ReadTags(trim(t, "testdata/fast.mp4", 0, 1000)); err != nil || found {
		t.Fatalf("a recipe out of nothing: %v", err)
	}
	if cut := trim(t, "testdata/fast.mp4", 0, 1000); !strings.Contains(content(t, cut), "Old title") {
		t.Error("another program's title is gone")
	}
}

func joined(t testing.TB, from ...string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "joined.mp4")
	if err := Join(t.Context(), from, to, "海 and sky", nil); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestJoinShowsOneAfterTheOther(t *testing.T) {
	needFFmpeg(t)
	with := func(name, source string, more ...string) string {
		to := filepath.Join(t.TempDir(), name)
		args := []string{"-f", "lavfi", "-i", source + "=s=160x90:r=25:d=2", "-f", "lavfi", "-i", "sine=d=2", "-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"}
		ffmpeg(t, append(append(args, more...), to)...)
		return to
	}
	a, b := with("a.mp4", "testsrc2"), with("b.mp4", "smptebars", "-video_track_timescale", "90000", "-movflags", "+faststart")
	trimmed := trim(t, a, 480, 1500)
	for name, clips := range map[string][]string{
		"two timescales": {a, b},
		"a piece first":  {trimmed, b},
		"films":          {"testdata/film.mp4", trim(t, "testdata/film.mp4", 0, 1600), "testdata/film.mp4"},
		"a join":         {joined(t, trimmed, b), a},
	} {
		t.Run(name, func(t *testing.T) {
			var want []string
			for _, path := range clips {
				want = append(want, sums(pictures(t, path))...)
			}
			whole := joined(t, clips...)
			got := pictures(t, whole)
			if !slices.Equal(sums(got), want) {
				t.Fatalf("%d frames, want %d", len(got), len(want))
			}
			for i := range got {
				if math.Abs(got[i].at-float64(i)*40) > 0.1 {
					t.Fatalf("frame %d is shown at %f", i, got[i].at)
				}
			}
			if again := sums(pictures(t, trim(t, whole, 880, 1720))); !slices.Equal(again, want[22:43]) { // over a seam, or more
				t.Fatalf("cut again: %d frames", len(again))
			}
			if name == "films" {
				return
			}
			if heard := len(sound(t, whole)); math.Abs(float64(heard)/2/44100-float64(len(got))/25) > 0.05 {
				t.Fatalf("%d frames with %d bytes of sound", len(got), heard)
			}
		})
	}
}

func TestJoinHasATitleAndNoRecipe(t *testing.T) {
	one := write(t, "testdata/clip.mp4", recipe)
	whole := joined(t, one, "testdata/clip.mp4")
	if _, found, err := ReadTags(whole); err != nil || found {
		t.Fatalf("%v, %v", found, err)
	}
	if text := content(t, whole); !strings.Contains(text, "海 and sky") || strings.Contains(text, recipe.Prompt) {
		t.Fatal("the title is missing, or a prompt is left")
	}
}

func TestWhatCantBeJoined(t *testing.T) {
	needFFmpeg(t)
	encode := func(name string, args ...string) string {
		to := filepath.Join(t.TempDir(), name)
		ffmpeg(t, append(append([]string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1"}, args...), "-pix_fmt", "yuv420p", to)...)
		return to
	}
	first := encode("first.mp4", "-c:v", "libx264")
	text := store(t, []byte("no video at all"))
	for rule, other := range map[string]string{
		"join_hides":      trim(t, first, 400, 800),
		"join_size":       encode("wide.mp4", "-vf", "scale=320:90", "-c:v", "libx264"),
		"join_format":     encode("other.mp4", "-c:v", "libx264", "-profile:v", "baseline"),
		"join_sound":      encode("loud.mp4", "-f", "lavfi", "-i", "sine=d=1", "-c:v", "libx264"),
		"clip_fragmented": "testdata/fragmented.mp4",
		"clip_unreadable": text,
	} {
		to := filepath.Join(t.TempDir(), "out.mp4")
		err := Join(t.Context(), []string{first, first, other}, to, "", nil)
		if f := fault.Of(err); f == nil || f.Rule != rule || f.Args["name"] != filepath.Base(other) {
			t.Errorf("%s: %v", rule, err)
		}
		if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: left a file", rule)
		}
	}
}

func TestWhatCantBeTrimmed(t *testing.T) {
	slow := sample(t, "clip.mp4")
	at := bytes.Index(slow, []byte("elst"))
	copy(slow[at+20:], "\x00\x02") // twice as fast
	for rule, from := range map[string]string{
		"clip_fragmented": "testdata/fragmented.mp4",
		"clip_unreadable": "testdata/sound.mp4",
		"clip_edited":     store(t, slow),
		"trim_empty":      "testdata/clip.mp4",
	} {
		to := filepath.Join(t.TempDir(), "out.mp4")
		if err := Trim(t.Context(), from, to, "", time.Hour, 2*time.Hour, nil); err == nil || fault.Of(err).Rule != rule {
			t.Errorf("%s: %v", rule, err)
		}
		if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: left a file", rule)
		}
	}
	same := store(t, sample(t, "clip.mp4"))
	if err := Trim(t.Context(), same, same, "", 0, time.Second, nil); err == nil || content(t, same) != string(sample(t, "clip.mp4")) {
		t.Errorf("onto itself: %v", err)
	}
}

// A long film is cut without being read into memory, tells how far it is, and stops when it is told to.
func TestLongFilm(t *testing.T) {
	needFFmpeg(t)
	long := filepath.Join(t.TempDir(), "long.mov")
	ffmpeg(t, "-f", "lavfi", "-i", "color=s=640x360:r=25:d=4", "-c:v", "rawvideo", "-pix_fmt", "uyvy422", long)
	info, err := os.Stat(long)
	if err != nil || info.Size() < 40<<20 {
		t.Fatalf("%v, %v", info, err)
	}
	to := filepath.Join(t.TempDir(), "out.mp4")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var last, total int64
	if err := Trim(t.Context(), long, to, "", 0, time.Hour, func(done, of int64) { last, total = done, of }); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > uint64(info.Size())/20 {
		t.Errorf("%d bytes of memory for a film of %d", used, info.Size())
	}
	if last != total || total < 40<<20 {
		t.Errorf("%d of %d bytes", last, total)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := Trim(ctx, long, to, "", 0, time.Hour, func(int64, int64) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
		t.Error("a canceled cut left a file")
	}
}

// Beyond 4 GiB offsets have 64 bits.
func TestWideOffsets(t *testing.T) {
	l := &lane{chunks: []*chunk{{bytes: 10, samples: 1, kind: 1, to: 1 << 32}}, ctts: []mp4.CttsEntry{{SampleCount: 1}}, samples: 1}
	f := film{lanes: []*lane{l}}
	boxes := l.tables(f.wide())
	if places, ok := boxes[len(boxes)-1].(*mp4.Co64); !ok || places.ChunkOffset[0] != 1<<32 {
		t.Fatalf("%+v", boxes[len(boxes)-1])
	}
}

// Whatever the file: no panic, no endless loop, and what is cut out of it is a film of its size at most.
func FuzzTrim(f *testing.F) {
	for _, name := range append(slices.Clone(clips), "film.mp4") {
		f.Add(sample(f, name), uint16(500), uint16(900))
	}
	f.Fuzz(func(t *testing.T, data []byte, begin, end uint16) {
		from, to := store(t, data), filepath.Join(t.TempDir(), "to.mp4")
		s, err := openSource(from)
		if err != nil {
			return
		}
		defer func() { _ = s.file.Close() }()
		cut, err := func() (cut *film, err error) {
			defer damaged(&err)
			return s.trim("", time.Duration(begin)*time.Millisecond, time.Duration(end)*time.Millisecond)
		}()
		if err != nil {
			return
		}
		out, err := os.Create(to)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = out.Close() }()
		if err := cut.encode(t.Context(), out, nil); err != nil {
			return
		}
		if err := cut.verify(out); err != nil {
			t.Fatal(err)
		}
		if info, err := out.Stat(); err != nil || info.Size() > int64(2*len(data))+1<<16 {
			t.Fatalf("%v, %v: of %d bytes", info, err, len(data))
		}
	})
}
