package simulator

import (
	"bytes"
	"embed"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

//go:embed clips/*.mp4
var clips embed.FS

// Scenes by short side: text alone picks one of them.
var scenes = map[int][]string{768: {"dusk", "sea", "aurora", "ink"}, 1080: {"dusk", "aurora"}}

// kept is how long outputs can be fetched.
const kept = 14 * 24 * time.Hour

func (s *Server) serveOutput(w http.ResponseWriter, req *http.Request) {
	if faultOf(req.Context()).NeedKey && req.Header.Get("Authorization") != "Bearer "+s.Key {
		refuse(w, http.StatusUnauthorized, "an API key is needed")
		return
	}
	id, form, _ := strings.Cut(req.PathValue("name"), ".")
	id, _, _ = strings.Cut(id, "-")
	r, found := s.findRun(id)
	if !found || s.elapsed(r) < r.took() || s.Now().Sub(r.Created) > kept {
		http.Error(w, "<Error><Code>NoSuchKey</Code></Error>", http.StatusNotFound)
		return
	}
	content, kind, err := r.content(form)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	send(w, req, content, r.ID, faultOf(req.Context()))
}

func (r *run) content(form string) (content []byte, kind string, err error) {
	switch {
	case r.Fault.OutputBody != "":
		return []byte(r.Fault.OutputBody), "text/plain", nil
	case form == "png":
		content, err = r.picture()
		return content, "image/png", err
	case r.first != nil:
		return film(r.first, r.Side, r.Seconds, r.hash()), "video/mp4", nil
	}
	side := r.Side
	if scenes[side] == nil {
		side = 768
	}
	names := scenes[side]
	seconds := 6
	if r.Seconds > 6 && side == 768 {
		seconds = 10
	}
	content, err = clips.ReadFile(fmt.Sprintf("clips/%s-%d-%d.mp4", names[scene(r.Prompt)%uint32(len(names))], side, seconds))
	return content, "video/mp4", err
}

// scene hangs on the prompt alone: the same words make the same film.
func scene(prompt string) uint32 { return (&run{Prompt: prompt}).hash() }

// picture is what an image model makes: a wash of two colours.
func (r *run) picture() ([]byte, error) {
	const side = 512
	h := scene(r.Prompt)
	wash := image.NewRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			wash.SetRGBA(x, y, color.RGBA{byte(h) ^ byte(x/2), byte(h>>8) ^ byte(y/2), byte(h >> 16), 255})
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, wash)
	return out.Bytes(), err
}

// send serves a file with ranges, or as badly as a fault says.
func send(w http.ResponseWriter, req *http.Request, content []byte, id string, f Fault) {
	w.Header().Set("Etag", strconv.Quote(id))
	if f.CutAt == 0 && f.Rate == 0 && !f.NoRange && !f.NoLength {
		http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(content))
		return
	}
	from := 0
	if first, ok := strings.CutPrefix(req.Header.Get("Range"), "bytes="); ok && !f.NoRange {
		from, _ = strconv.Atoi(strings.TrimSuffix(first, "-"))
		from = max(0, min(from, len(content)-1))
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(content)-1, len(content)))
	}
	if !f.NoLength {
		w.Header().Set("Content-Length", strconv.Itoa(len(content)-from))
	}
	if from > 0 {
		w.WriteHeader(http.StatusPartialContent)
	}
	rest := content[from:]
	cut := f.CutAt > 0 && int64(len(rest)) > f.CutAt
	if cut {
		rest = rest[:f.CutAt]
	}
	trickle(req, w, rest, f.Rate)
	if cut {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// trickle writes at a rate in bytes per second; 0 is as fast as it goes.
func trickle(req *http.Request, w io.Writer, content []byte, rate int64) {
	const beats = 20
	step := len(content)
	if rate > 0 {
		step = max(1, int(rate/beats))
	}
	for len(content) > 0 {
		n := min(step, len(content))
		if _, err := w.Write(content[:n]); err != nil {
			return
		}
		if content = content[n:]; rate > 0 {
			if flusher, ok := w.(http.Flusher); ok {
				flusher.Flush()
			}
			select {
			case <-time.After(time.Second / beats):
			case <-req.Context().Done():
				return
			}
		}
	}
}
