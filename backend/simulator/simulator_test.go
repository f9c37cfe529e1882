package simulator

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// bench: a server on a clock that the test drives.
type bench struct {
	*Server
	t    *testing.T
	base string
	now  time.Time
}

func start(t *testing.T, o Options) *bench {
	b := &bench{t: t, now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	o.Now, o.Key = func() time.Time { return b.now }, "right-key"
	b.Server = New(o)
	ts := httptest.NewServer(b.Server)
	t.Cleanup(ts.Close)
	b.base = ts.URL
	return b
}

func (b *bench) send(method, path, kind, key string, body io.Reader) (int, map[string]any) {
	b.t.Helper()
	req, err := http.NewRequest(method, b.base+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("User-Agent", "test")
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer map[string]any
	_ = json.NewDecoder(resp.Body).Decode(&answer)
	return resp.StatusCode, answer
}

func (b *bench) post(path string, body any) (int, map[string]any) {
	b.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.send(http.MethodPost, path, "application/json", "right-key", bytes.NewReader(raw))
}

func (b *bench) get(path string) (int, map[string]any) {
	return b.send(http.MethodGet, path, "", "right-key", nil)
}

func (b *bench) upload(name string, content []byte) (int, map[string]any) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		b.t.Fatal(err)
	}
	_, _ = part.Write(content)
	_ = w.Close()
	return b.send(http.MethodPost, "/api/v1/model/uploadMedia", w.FormDataContentType(), "right-key", &form)
}

const standard, words = "minimax/hailuo-02/standard", "minimax/hailuo-02/t2v-standard"

func picture(width, height int) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			p.SetRGBA(x, y, color.RGBA{byte(x), byte(y), 90, 255})
		}
	}
	return p
}

func encoded(width, height int) []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, picture(width, height))
	return out.Bytes()
}

func TestRefusals(t *testing.T) {
	b := start(t, Options{Balance: 0.3})
	for name, c := range map[string]struct {
		body   any
		status int
	}{
		"no model":          {map[string]any{"prompt": "x"}, 400},
		"unknown model":     {map[string]any{"model": "no/such", "prompt": "x"}, 404},
		"no prompt":         {map[string]any{"model": words}, 422},
		"blank prompt":      {map[string]any{"model": words, "prompt": "  "}, 422},
		"long prompt":       {map[string]any{"model": words, "prompt": strings.Repeat("海", 2001)}, 422},
		"duration 7":        {map[string]any{"model": words, "prompt": "x", "duration": 7}, 422},
		"duration as words": {map[string]any{"model": words, "prompt": "x", "duration": "6"}, 422},
		"unknown field":     {map[string]any{"model": words, "prompt": "x", "fps": 24}, 422},
		"nested input":      {map[string]any{"model": words, "input": map[string]any{"prompt": "x"}}, 422},
		"no picture":        {map[string]any{"model": "minimax/hailuo-02/i2v-pro", "prompt": "x"}, 422},
		"picture not there": {map[string]any{"model": standard, "prompt": "x", "image": "http://127.0.0.1:1/x.png"}, 422},
		"picture small":     {map[string]any{"model": standard, "prompt": "x", "image": dataURI(encoded(300, 400))}, 422},
		"picture 5:2":       {map[string]any{"model": standard, "prompt": "x", "image": dataURI(encoded(1000, 400))}, 422},
		"image model":       {map[string]any{"model": "example/still-1", "prompt": "x"}, 400},
		"too dear":          {map[string]any{"model": words, "prompt": "x", "duration": 10}, 402},
	} {
		t.Run(name, func(t *testing.T) {
			if status, answer := b.post("/api/v1/model/generateVideo", c.body); status != c.status || answer["msg"] == "" {
				t.Fatal(status, answer)
			}
		})
	}
	if status, _ := b.send(http.MethodGet, "/public/v1/balance", "", "wrong", nil); status != 401 {
		t.Fatal(status)
	}
	if status, _ := b.get("/api/v1/nothing"); status != 401 {
		t.Fatal("a wrong path is answered like a wrong key", status)
	}
	if status, _ := b.upload("x.png", []byte("not a picture")); status != 422 {
		t.Fatal(status)
	}
	if len(b.Ledger()) != 0 {
		t.Fatal("a refusal was billed")
	}
}

func dataURI(content []byte) string {
	out := &strings.Builder{}
	_, _ = fmt.Fprint(out, "data:image/png;base64,")
	raw, _ := json.Marshal(content)
	out.WriteString(strings.Trim(string(raw), `"`))
	return out.String()
}

func TestRunFromPictureToVideo(t *testing.T) {
	b := start(t, Options{})
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, picture(640, 400), nil); err != nil {
		t.Fatal(err)
	}
	_, up := b.upload("p.jpg", photo.Bytes())
	at := up["data"].(map[string]any)["download_url"].(string)
	status, receipt := b.post("/api/v1/model/generateVideo", map[string]any{"model": standard, "prompt": "a shell", "image": at, "duration": 10})
	if status != 200 {
		t.Fatal(status, receipt)
	}
	id := receipt["data"].(map[string]any)["id"].(string)
	tell := func() map[string]any {
		_, p := b.get("/api/v1/model/prediction/" + id)
		return p["data"].(map[string]any)
	}
	if p := tell(); p["status"] != "starting" || p["outputs"] != nil {
		t.Fatal(p)
	}
	b.now = b.now.Add(30 * time.Second)
	if p := tell(); p["status"] != "processing" {
		t.Fatal(p)
	}
	b.now = b.now.Add(60 * time.Second)
	p := tell()
	if p["status"] != "completed" || p["price"] != "0.560000" {
		t.Fatal(p)
	}
	_, left := b.get("/public/v1/balance")
	if v := left["available"].(map[string]any)["value"]; v != "99.440000" {
		t.Fatal(v)
	}
	video := fetched(t, p["outputs"].([]any)[0].(string))
	if seconds := movieSeconds(t, video); seconds != 10 {
		t.Fatal(seconds)
	}
	b.now = b.now.Add(15 * 24 * time.Hour)
	if resp, err := http.Get(p["outputs"].([]any)[0].(string)); err != nil || resp.StatusCode != 404 {
		t.Fatal("outputs are kept 14 days", err)
	}
}

func fetched(t *testing.T, address string) []byte {
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 || int64(len(content)) != resp.ContentLength {
		t.Fatal(err, resp.Status)
	}
	return content
}

// movieSeconds walks the boxes, which must tile the file, and reads the movie header.
func movieSeconds(t *testing.T, file []byte) float64 {
	var seconds float64
	for at := 0; at < len(file); {
		size := int(binary.BigEndian.Uint32(file[at:]))
		if size < 8 || at+size > len(file) {
			t.Fatal("boxes don't tile the file at", at)
		}
		if string(file[at+4:at+8]) == "moov" {
			head := file[at+8:]
			seconds = float64(binary.BigEndian.Uint32(head[24:])) / float64(binary.BigEndian.Uint32(head[20:]))
		}
		at += size
	}
	return seconds
}

func TestFilmBeginsWithThePicture(t *testing.T) {
	e := newEncoder(48, 32)
	p := planesOf(picture(48, 32), 48, 32)
	unit := e.first(p)
	plain := bytes.ReplaceAll(unit, []byte{0, 0, 3}, []byte{0, 0})
	row := p.y[17*p.stride+16 : 17*p.stride+32] // the second row of the second macroblock of the second row
	if !bytes.Contains(plain, row) {
		t.Fatal("the pixels are not in the first frame as they are")
	}
	for i := 0; i+2 < len(unit); i++ {
		if unit[i] == 0 && unit[i+1] == 0 && unit[i+2] < 3 {
			t.Fatal("start code inside a unit at", i)
		}
	}
}

func TestCodes(t *testing.T) {
	b := &bits{}
	for _, v := range []int{0, 1, -1, 2, -2} { // 1 010 011 00100 00101
		b.se(v)
	}
	b.align()
	if !bytes.Equal(b.out, []byte{0b10100110, 0b01000010, 0b10000000}) {
		t.Fatalf("%08b", b.out)
	}
}

func TestFaults(t *testing.T) {
	b := start(t, Options{})
	body := map[string]any{"model": words, "prompt": "x"}
	b.SetFaults(Fault{On: "submit", Status: 429, RetryAfter: "7", Times: 1}, Fault{On: "run", Fail: "no", FailCode: 1039, FailStatus: 500, Times: 1})
	if status, _ := b.post("/api/v1/model/generateVideo", body); status != 429 || len(b.Ledger()) != 0 {
		t.Fatal(status)
	}
	_, receipt := b.post("/api/v1/model/generateVideo", body)
	b.now = b.now.Add(2 * time.Minute)
	status, p := b.get("/api/v1/model/prediction/" + receipt["data"].(map[string]any)["id"].(string))
	if d := p["data"].(map[string]any); status != 500 || d["status"] != "failed" || d["error_code"] != 1039.0 {
		t.Fatal(status, p)
	}
	if _, left := b.get("/public/v1/balance"); left["available"].(map[string]any)["value"] != "100.000000" {
		t.Fatal("failed runs are not charged", left)
	}

	b.SetFaults(Fault{On: "submit", Drop: "after"})
	req, _ := http.NewRequest(http.MethodPost, b.base+"/api/v1/model/generateVideo", strings.NewReader(`{"model":"`+words+`","prompt":"x"}`))
	req.Header = http.Header{"Authorization": {"Bearer right-key"}, "Content-Type": {"application/json"}, "User-Agent": {"test"}}
	if _, err := http.DefaultClient.Do(req); err == nil || len(b.Ledger()) != 2 {
		t.Fatal("accepted and unanswered", err, len(b.Ledger()))
	}
}

func TestRunsOutliveTheProcess(t *testing.T) {
	dir := t.TempDir()
	b := start(t, Options{Dir: dir})
	_, receipt := b.post("/api/v1/model/generateVideo", map[string]any{"model": standard, "prompt": "x", "image": dataURI(encoded(400, 400))})
	id := receipt["data"].(map[string]any)["id"].(string)
	after := start(t, Options{Dir: dir})
	after.now = b.now.Add(2 * time.Minute)
	_, p := after.get("/api/v1/model/prediction/" + id)
	if len(fetched(t, p["data"].(map[string]any)["outputs"].([]any)[0].(string))) < 400*400 {
		t.Fatal("the picture was lost")
	}
}

func TestEveryClipIsThere(t *testing.T) {
	for side, names := range scenes {
		for _, name := range names {
			for _, seconds := range []int{6, 10} {
				if side == 1080 && seconds == 10 {
					continue
				}
				file, err := clips.ReadFile(fmt.Sprintf("clips/%s-%d-%d.mp4", name, side, seconds))
				if err != nil {
					t.Fatal(err)
				}
				if got := movieSeconds(t, file); got != float64(seconds) {
					t.Fatal(name, got)
				}
			}
		}
	}
}
