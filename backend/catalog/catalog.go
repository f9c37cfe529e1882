// Package catalog knows the models and their parameter schemas: the Hailuo family
// ships inside, the service's catalogue refreshes it, and requests are validated against it.
package catalog

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"conch/backend/atlas"
	"conch/backend/atomicfile"
	"conch/backend/fault"
	"conch/backend/generation"
)

// Roles of a field that has a control of its own.
const (
	RolePrompt     = "prompt"
	RoleFirstFrame = "first_frame"
	RoleLastFrame  = "last_frame"
)

// Field is one parameter of a model, as its schema describes it.
type Field struct {
	Name        string   `json:"name"`
	Type        string   `json:"type"` // string, integer, number, boolean, array
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Default     any      `json:"default,omitempty"`
	Enum        []any    `json:"enum,omitempty"`
	Minimum     *float64 `json:"minimum,omitempty"`
	Maximum     *float64 `json:"maximum,omitempty"`
	Step        *float64 `json:"step,omitempty"`
	MaxLength   int      `json:"maxLength,omitempty"` // code points; 0 is no limit
	Required    bool     `json:"required"`
	Hidden      bool     `json:"hidden"`
	Role        string   `json:"role"`
}

// Model is one model that makes videos.
type Model struct {
	ID             string            `json:"id"`
	Name           string            `json:"name"`
	Family         string            `json:"family"`
	Profile        string            `json:"profile"`
	Fields         []Field           `json:"fields"`
	BasePrice      *generation.Money `json:"basePrice,omitempty"` // per run, "about"; nil when nobody told
	CameraCommands bool              `json:"cameraCommands"`
	BuiltIn        bool              `json:"builtIn"`
	TakesPicture   bool              `json:"takesPicture"`
	NeedsPicture   bool              `json:"needsPicture"`
}

// Source is the service's catalogue.
type Source interface {
	Models(ctx context.Context) ([]atlas.Model, error)
	Schema(ctx context.Context, url string) ([]byte, error)
}

//go:embed builtin/hailuo.json
var builtin []byte

// entry is a model as it is kept: what the catalogue said, with its schema.
type entry struct {
	Model       string            `json:"model"`
	DisplayName string            `json:"displayName"`
	FamilyName  string            `json:"familyName"`
	Profile     string            `json:"profile,omitempty"`
	BasePrice   *generation.Money `json:"basePrice,omitempty"`
	Schema      json.RawMessage   `json:"schema"`
}

// Catalog is safe for concurrent use.
type Catalog struct {
	cache string

	mu     sync.Mutex
	models []Model
}

// DefaultPrice is what the product page names for one run of the first model at 6 s; it stands in only for
// that model and only until the catalogue or a quote has told.
const DefaultPrice generation.Money = 230_000

const defaultModel = "minimax/hailuo-02/standard"

// Open reads what ships inside and what was refreshed last; a damaged cache is ignored, since it can be had again.
func Open(dir string) (*Catalog, error) {
	c := &Catalog{cache: filepath.Join(dir, "models.json")}
	var shipped []entry
	if err := json.Unmarshal(builtin, &shipped); err != nil {
		return nil, fmt.Errorf("catalog: shipped models: %w", err)
	}
	var cached []entry
	if data, err := os.ReadFile(c.cache); err == nil {
		if json.Unmarshal(data, &cached) != nil {
			cached = nil
		}
	}
	var err error
	c.models, err = merge(shipped, cached)
	return c, err
}

// merge lets refreshed models replace shipped ones.
func merge(shipped, refreshed []entry) ([]Model, error) {
	byID := map[string]Model{}
	for _, e := range shipped {
		m, err := e.model()
		if err != nil {
			return nil, fmt.Errorf("catalog: %s: %w", e.Model, err)
		}
		m.BuiltIn = true
		if m.ID == defaultModel {
			price := DefaultPrice
			m.BasePrice = &price
		}
		byID[m.ID] = m
	}
	for _, e := range refreshed {
		m, err := e.model()
		if err != nil {
			continue // a schema of a form nobody knows yet: the others still count
		}
		m.BuiltIn = byID[m.ID].BuiltIn
		byID[m.ID] = m
	}
	all := make([]Model, 0, len(byID))
	for _, m := range byID {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Model) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a.ID, b.ID))
	})
	return all, nil
}

// rank puts the first model first, then Hailuo, then the rest.
func rank(m Model) int {
	switch {
	case m.ID == defaultModel:
		return 0
	case m.ID == "minimax/hailuo-02/t2v-standard":
		return 1
	case m.CameraCommands:
		return 2
	}
	return 3
}

// Models lists all models, the first model first.
func (c *Catalog) Models() []Model {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.models)
}

// Model finds one. Fault: model_unknown.
func (c *Catalog) Model(id string) (Model, error) {
	for _, m := range c.Models() {
		if m.ID == id {
			return m, nil
		}
	}
	return Model{}, fault.New("model_unknown", fault.Args{"model": id})
}

const schemasAtOnce = 6

// Refresh reads the service's video models and their schemas and keeps them. A model whose schema can't be
// had keeps the shipped one, or stays out.
func (c *Catalog) Refresh(ctx context.Context, source Source) error {
	listed, err := source.Models(ctx)
	if err != nil {
		return err
	}
	var (
		mu      sync.Mutex
		entries []entry
		group   errgroup.Group
	)
	group.SetLimit(schemasAtOnce)
	for _, m := range listed {
		if !strings.EqualFold(m.Type, "video") || !m.Displayed || m.SchemaURL == "" {
			continue
		}
		group.Go(func() error {
			schema, err := source.Schema(ctx, m.SchemaURL)
			if err != nil {
				return nil // some schemas answer 404: that is one model less, not a failure
			}
			e := entry{Model: m.ID, DisplayName: m.Name, FamilyName: m.Family, Profile: m.Profile, Schema: schema, BasePrice: (*generation.Money)(m.BasePrice)}
			if _, err := e.model(); err != nil {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			entries = append(entries, e)
			return nil
		})
	}
	_ = group.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	var shipped []entry
	if err := json.Unmarshal(builtin, &shipped); err != nil {
		return fmt.Errorf("catalog: shipped models: %w", err)
	}
	models, err := merge(shipped, entries)
	if err != nil {
		return err
	}
	// The price list is worth having even where a schema is not.
	for i := range models {
		for _, m := range listed {
			if m.ID == models[i].ID && m.BasePrice != nil {
				models[i].BasePrice = (*generation.Money)(m.BasePrice)
			}
		}
	}
	c.mu.Lock()
	c.models = models
	c.mu.Unlock()
	return c.keep(entries)
}

func (c *Catalog) keep(entries []entry) error {
	data, err := json.Marshal(entries)
	if err != nil {
		return fmt.Errorf("catalog: encode: %w", err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(c.cache), 0o700), atomicfile.Write(c.cache, data, 0o600)); err != nil {
		return fmt.Errorf("catalog: keep: %w", err)
	}
	return nil
}
