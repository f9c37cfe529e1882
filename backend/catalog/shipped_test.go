package catalog

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"image"
	"image/png"
	"io"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"conch/backend/atlas"
	"conch/backend/generation"
	"conch/backend/simulator"
)

var update = flag.Bool("update", false, "write models.json for the page's tests anew")

// The page's form and this package meet in two files: the models as the page gets them, written here, and what the
// untouched form makes of each, written by the page's models.test.ts.
const forms = "../../frontend/src/state/testdata"

func TestUntouchedFormOfEveryShippedModelIsAccepted(t *testing.T) {
	c, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	models, err := json.MarshalIndent(c.Models(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	models = append(models, '\n')
	path := filepath.Join(forms, "models.json")
	if *update {
		if err := os.WriteFile(path, models, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(path); err != nil || !bytes.Equal(kept, models) {
		t.Fatalf("models.json is not what ships: go test ./backend/catalog -run UntouchedForm -update, then npx vitest run -u src/state/models.test.ts (%v)", err)
	}

	data, err := os.ReadFile(filepath.Join(forms, "requests.json"))
	if err != nil {
		t.Fatal(err)
	}
	var requests []generation.Request
	if err := json.Unmarshal(data, &requests); err != nil {
		t.Fatal(err)
	}
	if len(requests) != len(c.Models()) {
		t.Fatalf("%d forms for %d models", len(requests), len(c.Models()))
	}
	service := simulator.New(simulator.Options{Key: "key"})
	server := httptest.NewServer(service)
	defer server.Close()
	client, err := atlas.New(atlas.Options{BaseURL: server.URL, Key: func(context.Context) (string, error) { return "key", nil }})
	if err != nil {
		t.Fatal(err)
	}
	var frame bytes.Buffer
	if err := png.Encode(&frame, image.NewGray(image.Rect(0, 0, 640, 400))); err != nil {
		t.Fatal(err)
	}
	for i, m := range c.Models() {
		t.Run(m.ID, func(t *testing.T) {
			request := requests[i]
			if request.Model != m.ID {
				t.Fatalf("the form is of %s", request.Model)
			}
			if err := c.Validate(request); err != nil {
				t.Fatal(err)
			}
			params := maps.Clone(request.Params)
			for field := range request.Pictures {
				if params[field], err = client.Upload(t.Context(), "frame.png", "image/png", int64(frame.Len()), func() (io.ReadCloser, error) {
					return io.NopCloser(bytes.NewReader(frame.Bytes())), nil
				}, func(int64) {}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := client.Submit(t.Context(), "video", request.Model, params); err != nil {
				t.Fatal(err)
			}
			ledger := service.Ledger()
			if len(ledger) != i+1 || ledger[i].Model != m.ID {
				t.Fatalf("not accepted: %v", ledger)
			}
		})
	}
}
