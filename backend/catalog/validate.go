package catalog

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"conch/backend/fault"
	"conch/backend/generation"
)

// Validate refuses what the service would refuse, before anything is uploaded or billed. Faults: model_unknown,
// prompt_empty, prompt_too_long, param_missing, param_unknown, param_type, param_not_allowed, param_out_of_range.
func (c *Catalog) Validate(r generation.Request) error {
	m, err := c.Model(r.Model)
	if err != nil {
		return err
	}
	known := map[string]Field{}
	for _, f := range m.Fields {
		known[f.Name] = f
		if err := f.check(r); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		if _, there := known[name]; !there {
			return fault.New("param_unknown", fault.Args{"name": name})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Pictures)) {
		if f := known[name]; f.Role != RoleFirstFrame && f.Role != RoleLastFrame {
			return fault.New("param_unknown", fault.Args{"name": name})
		}
	}
	return nil
}

func (f Field) check(r generation.Request) error {
	value, given := r.Params[f.Name]
	if f.Role == RolePrompt {
		if text, _ := value.(string); f.Required && strings.TrimSpace(text) == "" {
			return fault.New("prompt_empty", nil)
		}
	}
	if _, pictured := r.Pictures[f.Name]; pictured {
		return nil
	}
	if !given || value == nil {
		if f.Required {
			return fault.New("param_missing", fault.Args{"name": f.Name})
		}
		return nil
	}
	if err := f.checkType(value); err != nil {
		return err
	}
	if len(f.Enum) > 0 && !slices.ContainsFunc(f.Enum, func(allowed any) bool { return same(allowed, value) }) {
		return fault.New("param_not_allowed", fault.Args{"name": f.Name, "value": fmt.Sprint(value), "allowed": listed(f.Enum)})
	}
	if n, isNumber := toNumber(value); isNumber && (f.Minimum != nil && n < *f.Minimum || f.Maximum != nil && n > *f.Maximum) {
		return fault.New("param_out_of_range", fault.Args{"name": f.Name, "value": fmt.Sprint(value), "min": bound(f.Minimum), "max": bound(f.Maximum)})
	}
	return nil
}

func (f Field) checkType(value any) error {
	n, isNumber := toNumber(value)
	ok := true
	switch f.Type {
	case "string":
		text, isText := value.(string)
		ok = isText
		if length := utf8.RuneCountInString(text); isText && f.MaxLength > 0 && length > f.MaxLength {
			if f.Role == RolePrompt {
				return fault.New("prompt_too_long", fault.Args{"length": length, "max": f.MaxLength})
			}
			return fault.New("param_not_allowed", fault.Args{"name": f.Name, "value": fmt.Sprintf("%d characters long", length), "allowed": fmt.Sprintf("at most %d", f.MaxLength)})
		}
	case "integer":
		ok = isNumber && n == math.Trunc(n)
	case "number":
		ok = isNumber && !math.IsNaN(n) && !math.IsInf(n, 0)
	case "boolean":
		_, ok = value.(bool)
	case "array":
		_, ok = value.([]any)
	}
	if !ok {
		return fault.New("param_type", fault.Args{"name": f.Name, "type": f.Type})
	}
	return nil
}

func toNumber(value any) (float64, bool) {
	switch n := value.(type) {
	case float64:
		return n, true
	case int:
		return float64(n), true
	case int64:
		return float64(n), true
	case json.Number:
		f, err := n.Float64()
		return f, err == nil
	}
	return 0, false
}

// same compares as JSON does: 6 and 6.0 are one value, 6 and "6" are two.
func same(a, b any) bool {
	x, xIs := toNumber(a)
	y, yIs := toNumber(b)
	if xIs || yIs {
		return xIs && yIs && x == y
	}
	return fmt.Sprintf("%T%v", a, a) == fmt.Sprintf("%T%v", b, b)
}

func listed(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}

func bound(n *float64) string {
	if n == nil {
		return "any"
	}
	return fmt.Sprint(*n)
}
