package simulator

import (
	"encoding/json"
	"errors"
	"hash/fnv"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// run is an accepted run. What it says depends on how much time went by since.
type run struct {
	ID, Model, Kind, Prompt string
	Seconds, Side           int
	Price                   float64
	Created                 time.Time
	Refunded                bool
	Fault                   Fault
	first                   *still // the first frame; nil without one
}

// priceLate is how long after its end a run's price is told.
const priceLate = 2 * time.Second

// took is how long a run takes at the service: about 40 s for 6 s of video.
func (r *run) took() time.Duration {
	usual := time.Duration(7+r.Seconds*11/2) * time.Second
	if r.Kind == "Image" {
		usual = 6 * time.Second
	}
	return time.Duration(float64(usual) * (0.9 + 0.2*float64(r.hash()%100)/100))
}

func (r *run) hash() uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(r.ID + r.Prompt)) // never fails
	return h.Sum32()
}

// elapsed is the service's time since the submit.
func (s *Server) elapsed(r *run) time.Duration {
	return time.Duration(float64(s.Now().Sub(r.Created)) * s.Speed)
}

func (s *Server) prediction(w http.ResponseWriter, req *http.Request) {
	r, found := s.findRun(req.PathValue("id"))
	if !found || s.Now().Sub(r.Created) < time.Duration(r.Fault.HiddenMS)*time.Millisecond {
		refuse(w, http.StatusNotFound, "prediction not found")
		return
	}
	status, body := s.tell(r, origin(req))
	switch {
	case faultOf(req.Context()).Envelope == "flat":
		answer(w, status, body)
	case status != http.StatusOK:
		answer(w, status, map[string]any{"code": status, "msg": "failed", "data": body})
	default:
		data(w, body)
	}
}

// tell is the prediction as it stands now.
func (s *Server) tell(r *run, base string) (int, map[string]any) {
	body := map[string]any{
		"id": r.ID, "model": r.Model, "outputs": nil, "error": "", "created_at": r.Created.UTC().Format(time.RFC3339Nano),
		"has_nsfw_contents": nil, "metrics": map[string]any{},
	}
	elapsed, took := s.elapsed(r), r.took()
	if elapsed < took || r.Fault.Stuck {
		body["status"] = runningWord(r, elapsed)
		return http.StatusOK, body
	}
	body["completed_at"] = r.Created.Add(time.Duration(float64(took) / s.Speed)).UTC().Format(time.RFC3339Nano)
	body["metrics"] = map[string]any{"predict_time": took.Seconds()}
	if r.Fault.Fail != "" {
		s.refund(r)
		body["status"], body["error"] = "failed", r.Fault.Fail
		if r.Fault.FailCode != 0 {
			body["error_code"] = r.Fault.FailCode
		}
		if r.Fault.FailStatus != 0 {
			return r.Fault.FailStatus, body
		}
		return http.StatusOK, body
	}
	body["status"] = "completed"
	if r.Fault.EndWord != "" {
		body["status"] = r.Fault.EndWord
	}
	body["outputs"], body["has_nsfw_contents"] = r.outputs(base), []bool{false}
	if elapsed >= took+priceLate && !r.Fault.NoPrice {
		body["price"] = money(r.Price)
	}
	return http.StatusOK, body
}

func runningWord(r *run, elapsed time.Duration) string {
	switch {
	case r.Fault.StatusWord != "":
		return r.Fault.StatusWord
	case elapsed < 2*time.Second:
		return "starting"
	}
	return "processing"
}

func (r *run) outputs(base string) []string {
	switch {
	case r.Fault.NoOutputs:
		return nil
	case r.Fault.OutputURL != "":
		return []string{r.Fault.OutputURL}
	case r.Kind == "Image":
		return []string{base + "/outputs/" + r.ID + ".png"}
	}
	all := []string{base + "/outputs/" + r.ID + ".mp4"}
	for n := 1; n < r.Fault.Outputs; n++ {
		all = append(all, base+"/outputs/"+r.ID+"-"+string(rune('0'+n%10))+".mp4")
	}
	return all
}

// refund gives a failed run's price back, once.
func (s *Server) refund(r *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !r.Refunded {
		r.Refunded = true
		s.spent -= r.Price
	}
}

// keepRun writes a run down when the server outlives its process.
func (s *Server) keepRun(r *run) error {
	if s.Dir == "" {
		return nil
	}
	raw, err := json.Marshal(r)
	if err != nil {
		return err
	}
	files := map[string][]byte{r.ID + ".json": raw}
	if r.first != nil {
		files[r.ID+".picture"] = r.first.source
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(s.Dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) findRun(id string) (*run, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, found := s.runs[id]; found {
		return r, true
	}
	if s.Dir == "" || strings.Trim(id, "0123456789abcdef") != "" {
		return nil, false
	}
	raw, err := os.ReadFile(filepath.Join(s.Dir, id+".json"))
	if err != nil {
		return nil, false
	}
	r := &run{}
	if json.Unmarshal(raw, r) != nil {
		return nil, false
	}
	if source, err := os.ReadFile(filepath.Join(s.Dir, id+".picture")); err == nil {
		if r.first, err = decodeStill(source); err != nil {
			return nil, false
		}
	} else if !errors.Is(err, os.ErrNotExist) {
		return nil, false
	}
	s.runs[id] = r
	return r, true
}
