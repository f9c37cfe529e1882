package simulator

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

//go:embed models.json
var modelsFile []byte

// model is a model as the simulator offers it; models.json holds them.
type model struct {
	ID      string             `json:"model"`
	Type    string             `json:"type"`
	Name    string             `json:"displayName"`
	Family  string             `json:"familyName"`
	Profile string             `json:"profile"`
	Price   float64            `json:"price"`  // dollars per run
	Prices  map[string]float64 `json:"prices"` // by duration, where it matters
	Side    int                `json:"side"`   // short side of what it makes, px
	Seconds int                `json:"seconds"`
	Input   schema             `json:"input"`
}

type schema struct {
	Properties map[string]property `json:"properties"`
	Required   []string            `json:"required"`
	Order      []string            `json:"x-order-properties"`
}

type property struct {
	Type        string   `json:"type"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Default     any      `json:"default,omitempty"`
	Enum        []any    `json:"enum,omitempty"`
	Minimum     *float64 `json:"minimum,omitempty"`
	Maximum     *float64 `json:"maximum,omitempty"`
	Step        *float64 `json:"step,omitempty"`
	MaxLength   int      `json:"maxLength,omitempty"`
	Format      string   `json:"format,omitempty"`
	Component   string   `json:"x-ui-component,omitempty"`
}

func shipped() []model {
	var all []model
	if err := json.Unmarshal(modelsFile, &all); err != nil {
		panic("simulator: models.json: " + err.Error())
	}
	return all
}

func (s *Server) model(id string) (model, bool) {
	for _, m := range s.models {
		if m.ID == id {
			return m, true
		}
	}
	return model{}, false
}

func (m model) duration(params map[string]any) int {
	if d, ok := params["duration"].(float64); ok {
		return int(d)
	}
	return m.Seconds
}

func (m model) price(params map[string]any) float64 {
	if p, ok := m.Prices[fmt.Sprint(m.duration(params))]; ok {
		return p
	}
	return m.Price
}

func dashed(id string) string { return strings.ReplaceAll(id, "/", "-") }

func (s *Server) catalog(w http.ResponseWriter, r *http.Request) {
	list := []map[string]any{}
	for i, m := range s.models {
		price := map[string]any{"base_price": money(m.Price)}
		list = append(list, map[string]any{
			"uuid": fmt.Sprintf("00000000-0000-4000-8000-%012d", i+1), "model": m.ID, "type": m.Type, "displayName": m.Name,
			"profile": m.Profile, "avatar": "", "readme": origin(r) + "/readme/" + dashed(m.ID) + ".md",
			"schema": origin(r) + "/model/schema/" + dashed(m.ID) + ".json", "tags": []string{},
			"price": map[string]any{"discount": "1", "actual": price, "origin": price}, "organization": strings.SplitN(m.ID, "/", 2)[0],
			"familyName": m.Family, "display_console": true,
		})
	}
	data(w, list)
}

func (s *Server) schema(w http.ResponseWriter, r *http.Request) {
	for _, m := range s.models {
		if r.PathValue("file") != dashed(m.ID)+".json" || m.Type == "Text" {
			continue
		}
		answer(w, http.StatusOK, map[string]any{
			"openapi": "3.0.0", "info": map[string]any{"title": m.Name, "version": "1"},
			"components": map[string]any{"schemas": map[string]any{"Input": map[string]any{
				"type": "object", "properties": m.Input.Properties, "required": m.Input.Required, "x-order-properties": m.Input.Order,
			}}},
		})
		return
	}
	http.Error(w, "<html><body>404 Not Found</body></html>", http.StatusNotFound)
}
