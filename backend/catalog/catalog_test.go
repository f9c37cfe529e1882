package catalog

import (
	"context"
	"errors"
	"strings"
	"testing"

	"conch/backend/atlas"
	"conch/backend/fault"
	"conch/backend/generation"
)

func TestValidate(t *testing.T) {
	c, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		model    string
		params   map[string]any
		pictures map[string]string
		rule     string
	}{
		"good":              {defaultModel, map[string]any{"prompt": "a", "duration": 10.0, "enable_prompt_expansion": true}, map[string]string{"image": "x"}, ""},
		"longest":           {defaultModel, map[string]any{"prompt": strings.Repeat("海", 2000)}, nil, ""},
		"too long":          {defaultModel, map[string]any{"prompt": strings.Repeat("海", 2001)}, nil, "prompt_too_long"},
		"empty":             {defaultModel, map[string]any{"prompt": " \n"}, nil, "prompt_empty"},
		"no prompt":         {defaultModel, nil, nil, "prompt_empty"},
		"duration 7":        {defaultModel, map[string]any{"prompt": "a", "duration": 7}, nil, "param_not_allowed"},
		"duration as text":  {defaultModel, map[string]any{"prompt": "a", "duration": "6"}, nil, "param_type"},
		"fraction":          {defaultModel, map[string]any{"prompt": "a", "duration": 6.5}, nil, "param_type"},
		"template's fields": {defaultModel, map[string]any{"prompt": "a", "fps": 24}, nil, "param_unknown"},
		"picture needed":    {"minimax/hailuo-02/fast", map[string]any{"prompt": "a"}, nil, "param_missing"},
		"picture too much":  {"minimax/hailuo-02/t2v-standard", map[string]any{"prompt": "a"}, map[string]string{"image": "x"}, "param_unknown"},
		"unknown model":     {"minimax/none", map[string]any{"prompt": "a"}, nil, "model_unknown"},
	} {
		err := c.Validate(generation.Request{Model: x.model, Params: x.params, Pictures: x.pictures})
		rule := ""
		if err != nil {
			rule = fault.Of(err).Rule
		}
		if rule != x.rule {
			t.Errorf("%s: %q, want %q", name, rule, x.rule)
		}
	}
}

type source struct{ models []atlas.Model }

func (s source) Models(context.Context) ([]atlas.Model, error) { return s.models, nil }
func (s source) Schema(_ context.Context, url string) ([]byte, error) {
	if url == "gone" {
		return nil, errors.New("404")
	}
	return []byte(`{"components":{"schemas":{"Input":{"required":["prompt"],"x-order-properties":["duration"],
		"properties":{"prompt":{"type":"string"},"duration":{"type":"integer","minimum":1,"maximum":8},"seed":{"type":"integer","hidden":true}}}}}}`), nil
}

func TestRefresh(t *testing.T) {
	dir := t.TempDir()
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	price := int64(560_000)
	if err := c.Refresh(context.Background(), source{[]atlas.Model{
		{ID: "other/video", Type: "Video", SchemaURL: "x", Displayed: true, BasePrice: &price},
		{ID: "other/image", Type: "Image", SchemaURL: "x", Displayed: true},
		{ID: "other/gone", Type: "Video", SchemaURL: "gone", Displayed: true},
		{ID: defaultModel, Type: "Video", SchemaURL: "gone", Displayed: true, BasePrice: &price},
	}}); err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	m, err := again.Model("other/video")
	if err != nil || m.Fields[0].Name != "duration" || m.Fields[1].Role != RolePrompt || !m.Fields[2].Hidden || *m.BasePrice != 560_000 {
		t.Fatalf("%+v, %v", m, err)
	}
	if err := again.Validate(generation.Request{Model: m.ID, Params: map[string]any{"prompt": "a", "duration": 9}}); fault.Of(err).Rule != "param_out_of_range" {
		t.Fatal(err)
	}
	for _, id := range []string{"other/image", "other/gone"} {
		if _, err := again.Model(id); err == nil {
			t.Errorf("%s was kept", id)
		}
	}
	if first := c.Models()[0]; first.ID != defaultModel || *first.BasePrice != 560_000 {
		t.Fatalf("%+v", first)
	}
}

func FuzzSchema(f *testing.F) {
	f.Add(builtin)
	f.Add([]byte(`{"components":{"schemas":{"Input":{"properties":{"":{}},"x-order-properties":["","x"]}}}}`))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = entry{Model: "m", Schema: data}.model() })
}
