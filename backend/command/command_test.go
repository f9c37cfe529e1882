package command

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"conch/backend/paths"
	"conch/backend/printable"
	"conch/backend/simulator"
	"conch/backend/vault"
)

// shell is a person at a prompt: a home, a service, an environment.
type shell struct {
	t      *testing.T
	sim    *simulator.Server
	home   string
	env    map[string]string
	stdin  string
	places paths.Places
	chain  vault.Keychain
}

const testKey = "sk-conch-test-0123456789"

func newShell(t *testing.T, o simulator.Options) *shell {
	o.Key, o.Speed = testKey, 400
	sim := simulator.New(o)
	base, err := sim.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	home := t.TempDir()
	return &shell{
		t: t, sim: sim, home: home, chain: vault.Memory(),
		env: map[string]string{"ATLASCLOUD_BASE_URL": base, "ATLASCLOUD_API_KEY": testKey, "CONCH_DEMO_SPEED": "400"},
		places: paths.Places{
			Data: filepath.Join(home, "data"), Config: filepath.Join(home, "config"), Cache: filepath.Join(home, "cache"), Videos: filepath.Join(home, "videos"),
		},
	}
}

func (s *shell) run(args ...string) (code int, out, said string) {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	code = Run(context.Background(), args, Env{
		Stdin: strings.NewReader(s.stdin), Stdout: &stdout, Stderr: &stderr, Getenv: func(name string) string { return s.env[name] },
		Places: s.places, Keychain: s.chain, Version: "test",
	})
	if strings.Contains(stdout.String()+stderr.String(), testKey) {
		s.t.Error("the key was printed")
	}
	return code, stdout.String(), stderr.String()
}

// alone fails the test when a second write begins before the first has ended.
type alone struct {
	t      *testing.T
	inside atomic.Bool
}

func (a *alone) Write(line []byte) (int, error) {
	if a.inside.Swap(true) {
		a.t.Error("two write at once")
	}
	runtime.Gosched()
	a.inside.Store(false)
	return len(line), nil
}

// TestLinesAreWhole: the stages are told by the studio's goroutines while the command says something itself.
func TestLinesAreWhole(t *testing.T) {
	s := newShell(t, simulator.Options{})
	Run(t.Context(), []string{"generate", "--prompt", "many", "--count", "2"}, Env{
		Stdin: strings.NewReader(""), Stdout: &alone{t: t}, Stderr: &alone{t: t}, Getenv: func(name string) string { return s.env[name] },
		Places: s.places, Keychain: s.chain, Version: "test",
	})
	out := printable.NewWriter(&alone{t: t})
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			for range 1000 {
				_, _ = io.WriteString(out, "a line\n")
			}
		})
	}
	both.Wait()
}

func (s *shell) file(name string, content []byte) string {
	path := filepath.Join(s.home, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

func picturePNG(width, height int) []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height)))
	return out.Bytes()
}

// pictureJPEG is a real JPEG with something to see on it.
func pictureJPEG(width, height, quality int) []byte {
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = byte(i*i>>7 ^ i)
	}
	var out bytes.Buffer
	_ = jpeg.Encode(&out, img, &jpeg.Options{Quality: quality})
	return out.Bytes()
}

// heavyPNG is a picture of 21 MB, as long as nobody makes it smaller.
func heavyPNG() []byte {
	var out bytes.Buffer
	_ = (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&out, image.NewGray(image.Rect(0, 0, 6000, 3500)))
	return out.Bytes()
}

// bomb is a PNG whose head declares 50,000 × 50,000 pixels.
func bomb() []byte {
	raw := picturePNG(1, 1)
	copy(raw[16:], []byte{0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50})
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	return raw
}

func TestGenerateKeepsTheVideo(t *testing.T) {
	s := newShell(t, simulator.Options{})
	code, out, said := s.run("generate", "--prompt", "a shell at dawn", "--image", s.file("p.png", picturePNG(640, 400)), "--json")
	if code != exitDone {
		t.Fatal(code, out, said)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var last line
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || last.Event != "done" || last.Cost == nil || *last.Cost != 0.23 {
		t.Fatal(err, lines)
	}
	if info, err := os.Stat(last.Path); err != nil || info.Size() < 100_000 {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(s.places.Videos, "*", ".*")); len(left) != 0 {
		t.Fatal("something was left beside the video:", left)
	}
	ledger := s.sim.Ledger()
	if len(ledger) != 1 || ledger[0].Request["duration"] != 6.0 || !strings.Contains(ledger[0].Request["image"].(string), "/media/") {
		t.Fatalf("%+v", ledger)
	}
	code, out, _ = s.run("list", "--query", "dawn", "--json")
	var listed video
	if err := json.Unmarshal([]byte(out), &listed); code != 0 || err != nil || listed.Path != last.Path || listed.Duration != 6 || listed.PredictionID != last.PredictionID {
		t.Fatal(code, err, out)
	}
	for _, id := range []string{listed.ID, last.ID} {
		if code, out, _ := s.run("show", id, "--json"); code != 0 || !strings.Contains(out, last.PredictionID) {
			t.Fatal(code, out)
		}
	}
}

func TestDemoNeedsNoKeyAndNoNetwork(t *testing.T) {
	s := newShell(t, simulator.Options{})
	s.env = map[string]string{"CONCH_DEMO_SPEED": "400"}
	code, out, said := s.run("--demo", "generate", "--prompt", "海螺在沙灘上", "--duration", "10")
	if code != exitDone || len(s.sim.Ledger()) != 0 {
		t.Fatal(code, out, said)
	}
	if code, out, _ := s.run("list", "--query", "沙灘"); code != 0 || !strings.Contains(out, "海螺") {
		t.Fatal(code, out)
	}
}

// TestBadInput drives what a person or the service can do wrong: one sentence, its exit code, nothing billed.
func TestBadInput(t *testing.T) {
	generate := func(more ...string) []string { return append([]string{"generate", "--prompt", "x"}, more...) }
	for name, c := range map[string]struct {
		args  []string
		image []byte
		set   map[string]string
		rules []simulator.Fault
		poor  bool
		code  int
		says  string
	}{
		"empty prompt":          {args: []string{"generate", "--prompt", ""}, code: 2, says: "Enter a prompt"},
		"no prompt":             {args: []string{"generate"}, code: 2, says: "--prompt"},
		"2,001 characters":      {args: []string{"generate", "--prompt", strings.Repeat("海", 2001)}, code: 2, says: "2001 characters"},
		"duration 7":            {args: generate("--duration", "7"), code: 2, says: "6, 10"},
		"duration in words":     {args: generate("--duration", "six"), code: 2, says: "duration"},
		"unknown model":         {args: generate("--model", "no/such"), code: 2, says: "no/such"},
		"unknown parameter":     {args: generate("--set", "fps=24"), code: 2, says: "fps"},
		"picture for words":     {args: generate("--model", textModel), image: picturePNG(400, 400), code: 2, says: "image"},
		"no picture":            {args: generate("--model", "minimax/hailuo-02/i2v-pro"), code: 2, says: "image"},
		"picture of 0 bytes":    {args: generate(), image: []byte{}, code: 2, says: "0 bytes"},
		"text named .png":       {args: generate(), image: []byte("just words, really"), code: 2, says: "isn’t a picture"},
		"PNG bomb":              {args: generate(), image: bomb(), code: 2, says: "50000"},
		"truncated picture":     {args: generate(), image: picturePNG(640, 400)[:120], code: 2, says: "damaged"},
		"truncated JPEG":        {args: generate(), image: pictureJPEG(640, 400, 90)[:4000], code: 2, says: "damaged"},
		"picture of 21 MB":      {args: generate(), image: heavyPNG(), code: 2, says: "MB. This model accepts up to 20 MB"},
		"HEIC":                  {args: generate(), image: []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), code: 2, says: "This model accepts JPEG and PNG"},
		"ratio 5:2":             {args: generate(), image: picturePNG(1000, 400), code: 2, says: "1000 × 400"},
		"short side 300":        {args: generate(), image: picturePNG(300, 400), code: 2, says: "300 px"},
		"picture is a folder":   {args: generate("--image", "/"), code: 2, says: "folder"},
		"picture is my folder":  {args: generate("--image", "."), code: 2, says: "folder"},
		"picture not there":     {args: generate("--image", "/no/such.png"), code: 2, says: "Conch can’t read"},
		"no key":                {args: generate(), set: map[string]string{"ATLASCLOUD_API_KEY": ""}, code: 3, says: "Add an API key"},
		"wrong key":             {args: generate(), set: map[string]string{"ATLASCLOUD_API_KEY": "sk-wrong-wrong-wrong"}, code: 3, says: "declined the API key"},
		"key with a newline":    {args: generate(), set: map[string]string{"ATLASCLOUD_API_KEY": "sk-one\nsk-two"}, code: 3, says: "isn’t an API key"},
		"base URL http":         {args: generate(), set: map[string]string{"ATLASCLOUD_BASE_URL": "http://example.com"}, code: 2, says: "doesn’t use https"},
		"base URL nonsense":     {args: generate(), set: map[string]string{"ATLASCLOUD_BASE_URL": "::"}, code: 2, says: "API address"},
		"nobody there":          {args: generate(), set: map[string]string{"ATLASCLOUD_BASE_URL": "http://127.0.0.1:1"}, code: 6, says: "Nothing was billed"},
		"balance too low":       {args: generate(), poor: true, code: 4, says: "balance is too low"},
		"balance told late":     {args: generate(), rules: []simulator.Fault{{On: "submit", Status: 402}}, code: 4, says: "balance is too low"},
		"422 with a message":    {args: generate(), rules: []simulator.Fault{{On: "submit", Status: 422, Body: `{"code":422,"msg":"prompt is odd"}`}}, code: 2, says: "prompt is odd"},
		"404":                   {args: generate(), rules: []simulator.Fault{{On: "submit", Status: 404}}, code: 2, says: "Nothing was billed"},
		"HTML":                  {args: generate(), rules: []simulator.Fault{{On: "submit", Body: "<html>hello</html>"}}, code: 7, says: "may have been billed"},
		"HTML 502":              {args: generate(), rules: []simulator.Fault{{On: "submit", Status: 502, Body: "<html>Bad Gateway</html>"}}, code: 7, says: "may have been billed"},
		"empty 200":             {args: generate(), rules: []simulator.Fault{{On: "submit", Empty: true}}, code: 7, says: "may have been billed"},
		"no id":                 {args: generate(), rules: []simulator.Fault{{On: "submit", Body: `{"code":200,"data":{}}`}}, code: 7, says: "may have been billed"},
		"answer lost":           {args: generate(), rules: []simulator.Fault{{On: "submit", Drop: "after"}}, code: 7, says: "may have been billed"},
		"401 inside a 200":      {args: generate(), rules: []simulator.Fault{{On: "submit", Body: `{"code":401,"msg":"no"}`}}, code: 3, says: "declined the API key"},
		"the run fails":         {args: generate(), rules: []simulator.Fault{{On: "run", Fail: "out of ideas"}}, code: 5, says: "out of ideas"},
		"fails as a 500":        {args: generate(), rules: []simulator.Fault{{On: "run", Fail: "out of ideas", FailStatus: 500}}, code: 5, says: "out of ideas"},
		"moderated":             {args: generate(), rules: []simulator.Fault{{On: "run", Fail: "not that", FailCode: 1039}}, code: 5, says: "safety check"},
		"output is not a video": {args: generate(), rules: []simulator.Fault{{On: "run", OutputBody: "hello"}}, code: 8, says: "sent text instead"},
		"output is a file: URL": {args: generate(), rules: []simulator.Fault{{On: "run", OutputURL: "file:///etc/passwd"}}, code: 8, says: "hasn’t provided the video"},
		"output is gone":        {args: generate(), rules: []simulator.Fault{{On: "output", Status: 404}}, code: 8, says: "doesn’t have its video"},
		"no output named":       {args: generate(), rules: []simulator.Fault{{On: "run", NoOutputs: true}}, code: 8, says: "hasn’t provided the video"},
		"show of nothing":       {args: []string{"show", "nothing"}, code: 2, says: "no video nothing"},
		"unknown command":       {args: []string{"frobnicate"}, code: 2, says: "frobnicate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := simulator.Options{}
			if c.poor {
				o.Balance = 0.1
			}
			s := newShell(t, o)
			s.sim.SetFaults(c.rules...)
			for k, v := range c.set {
				s.env[k] = v
			}
			args := c.args
			if c.image != nil {
				args = append(args, "--image", s.file("picture.png", c.image))
			}
			code, _, said := s.run(args...)
			if code != c.code || !strings.Contains(said, c.says) {
				t.Fatalf("exit %d, want %d; said %q, want %q", code, c.code, said, c.says)
			}
			if billed := len(s.sim.Ledger()); billed > 0 && c.code < exitRunFailed {
				t.Fatalf("%d runs were billed", billed)
			}
		})
	}
}

func TestLimitedSubmitIsSentAgain(t *testing.T) {
	s := newShell(t, simulator.Options{})
	s.sim.SetFaults(simulator.Fault{On: "submit", Status: 429, RetryAfter: "1", Times: 2})
	if code, _, said := s.run("generate", "--prompt", "x"); code != exitDone || len(s.sim.Ledger()) != 1 {
		t.Fatal(code, said, len(s.sim.Ledger()))
	}
}

func TestBrokenDownloadGoesOn(t *testing.T) {
	s := newShell(t, simulator.Options{})
	s.sim.SetFaults(simulator.Fault{On: "output", CutAt: 40_000, Times: 2}, simulator.Fault{On: "output", Status: 503, Times: 1})
	if code, _, said := s.run("generate", "--prompt", "x"); code != exitDone || len(s.sim.Ledger()) != 1 {
		t.Fatal(code, said)
	}
}

func TestFolderThatCanNotBeMade(t *testing.T) {
	s := newShell(t, simulator.Options{})
	s.places.Videos = filepath.Join(s.file("in-the-way", nil), "videos")
	code, out, said := s.run("generate", "--prompt", "x", "--json")
	if code != exitNotKept || !strings.Contains(out, `"kind":"not_kept"`) || !strings.Contains(out, "prediction_id") {
		t.Fatal(code, out, said)
	}
}

func TestLibraryOfANewerConch(t *testing.T) {
	s := newShell(t, simulator.Options{})
	if code, _, said := s.run("list"); code != exitDone {
		t.Fatal(said)
	}
	raiseSchema(t, s.places.Database())
	code, _, said := s.run("generate", "--prompt", "x")
	if code != exitInternal || !strings.Contains(said, "newer version of Conch") || len(s.sim.Ledger()) != 0 {
		t.Fatal(code, said)
	}
}

func TestKeyCommands(t *testing.T) {
	s := newShell(t, simulator.Options{})
	delete(s.env, "ATLASCLOUD_API_KEY")
	for _, c := range []struct {
		stdin string
		args  []string
		code  int
		says  string
	}{
		{"", []string{"key", "status"}, 3, "No key is set"},
		{"one\ntwo\n", []string{"key", "set"}, 2, "isn’t an API key"},
		{"sk-wrong-wrong-wrong\n", []string{"key", "set"}, 3, "declined"},
		{testKey + "\n", []string{"key", "set"}, 0, "ends in 6789"},
		{"", []string{"key", "status"}, 0, "ends in 6789"},
		{"", []string{"key", "remove"}, 0, "removed"},
		{"", []string{"key", "status"}, 3, "No key is set"},
	} {
		s.stdin = c.stdin
		if code, out, said := s.run(c.args...); code != c.code || !strings.Contains(out+said, c.says) {
			t.Fatalf("%v: exit %d, want %d; said %q %q", c.args, code, c.code, out, said)
		}
	}
}
