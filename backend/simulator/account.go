package simulator

import (
	"encoding/json"
	"net/http"
	"time"
)

func (s *Server) balance(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	left := s.Balance - s.spent
	s.mu.Unlock()
	amount := func(v float64) map[string]any { return map[string]any{"value": money(v), "currency": "usd"} }
	answer(w, http.StatusOK, map[string]any{
		"object": "balance", "account": map[string]any{"id": "simulated"},
		"available": amount(left), "cash": amount(left), "bonus": amount(0), "frozen": amount(0),
	})
}

const mostDays = 180

// costs sums the ledger by UTC day; the end is exclusive.
func (s *Server) costs(w http.ResponseWriter, r *http.Request) {
	from, errFrom := time.Parse(time.DateOnly, r.URL.Query().Get("start_date"))
	to, errTo := time.Parse(time.DateOnly, r.URL.Query().Get("end_date"))
	if errFrom != nil || errTo != nil || !to.After(from) || to.Sub(from) > mostDays*24*time.Hour {
		refuse(w, http.StatusBadRequest, "start_date and end_date must be UTC days, at most 180 apart")
		return
	}
	buckets := []map[string]any{}
	for day := from; day.Before(to); day = day.AddDate(0, 0, 1) {
		results := []map[string]any{}
		for _, e := range s.Ledger() {
			if e.At.UTC().Truncate(24 * time.Hour).Equal(day) {
				results = append(results, map[string]any{"model": e.Model, "amount": map[string]any{"value": money(e.Price), "currency": "usd"}})
			}
		}
		buckets = append(buckets, map[string]any{"start_time": day.Unix(), "end_time": day.AddDate(0, 0, 1).Unix(), "results": results})
	}
	answer(w, http.StatusOK, map[string]any{"object": "page", "data": buckets})
}

// chat answers in the OpenAI form, for prompt helpers: it repeats the last message with more light.
func (s *Server) chat(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Model    string `json:"model"`
		Messages []struct {
			Role, Content string
		} `json:"messages"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&asked); err != nil || len(asked.Messages) == 0 {
		answer(w, http.StatusBadRequest, map[string]any{"error": map[string]any{"message": "messages is required", "type": "invalid_request_error"}})
		return
	}
	if m, found := s.model(asked.Model); !found || m.Type != "Text" {
		answer(w, http.StatusNotFound, map[string]any{"error": map[string]any{"message": "model not found", "type": "invalid_request_error"}})
		return
	}
	words := asked.Messages[len(asked.Messages)-1].Content + ", in soft evening light, the air clear, every surface alive"
	answer(w, http.StatusOK, map[string]any{
		"id": newID(), "object": "chat.completion", "created": s.Now().Unix(), "model": asked.Model,
		"choices": []map[string]any{{"index": 0, "finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": words}}},
		"usage":   map[string]any{"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
	})
}
