package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// property is one entry of components.schemas.Input.properties.
type property struct {
	Type        string   `json:"type"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Default     any      `json:"default"`
	Enum        []any    `json:"enum"`
	Minimum     *float64 `json:"minimum"`
	Maximum     *float64 `json:"maximum"`
	Step        *float64 `json:"step"`
	MaxLength   int      `json:"maxLength"`
	Hidden      bool     `json:"hidden"`
	Disabled    bool     `json:"disabled"`
}

// model reads the entry's schema.
func (e entry) model() (Model, error) {
	var doc struct {
		Components struct {
			Schemas struct {
				Input struct {
					Properties json.RawMessage `json:"properties"`
					Required   []string        `json:"required"`
					Order      []string        `json:"x-order-properties"`
				} `json:"Input"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(e.Schema, &doc); err != nil {
		return Model{}, err
	}
	input := doc.Components.Schemas.Input
	properties := map[string]property{}
	if err := json.Unmarshal(input.Properties, &properties); err != nil || len(properties) == 0 {
		return Model{}, errors.Join(errors.New("no input properties"), err)
	}
	m := Model{ID: e.Model, Name: e.DisplayName, Family: e.FamilyName, Profile: e.Profile, BasePrice: e.BasePrice}
	if m.Name == "" {
		m.Name = m.ID
	}
	m.CameraCommands = strings.Contains(strings.ToLower(m.ID), "hailuo")
	for _, name := range order(input.Order, input.Properties) {
		p, there := properties[name]
		if !there || name == "" || name == "model" {
			continue
		}
		f := p.field(name, slices.Contains(input.Required, name))
		m.Fields = append(m.Fields, f)
		if f.Role == RoleFirstFrame {
			m.TakesPicture, m.NeedsPicture = true, f.Required
		}
	}
	return m, nil
}

// order is x-order-properties, then whatever it forgets, as written.
func order(told []string, properties json.RawMessage) []string {
	all := slices.Clone(told)
	decoder := json.NewDecoder(bytes.NewReader(properties))
	if _, err := decoder.Token(); err != nil {
		return all
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			break
		}
		if s, isName := name.(string); isName && !slices.Contains(all, s) {
			all = append(all, s)
		}
		var skipped json.RawMessage
		if decoder.Decode(&skipped) != nil {
			break
		}
	}
	return all
}

func (p property) field(name string, required bool) Field {
	title := p.Title
	if title == "" {
		title = strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
	}
	return Field{
		Name: name, Type: p.Type, Title: title, Description: p.Description, Default: p.Default, Enum: p.Enum,
		Minimum: p.Minimum, Maximum: p.Maximum, Step: p.Step, MaxLength: p.MaxLength, Required: required,
		Hidden: p.Hidden || p.Disabled, Role: role(name, p.Type),
	}
}

// role recognises the fields with a control of their own by the names that the service's models use.
func role(name, kind string) string {
	if kind != "string" && kind != "" {
		return ""
	}
	switch name {
	case "prompt":
		return RolePrompt
	case "image", "image_url", "first_frame", "first_frame_image", "start_image":
		return RoleFirstFrame
	case "end_image", "last_image", "last_frame", "last_frame_image", "end_image_url":
		return RoleLastFrame
	}
	return ""
}
