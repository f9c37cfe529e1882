package library

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"conch/backend/fault"
	"conch/backend/generation"
)

// Marks are what a person says of videos; what is nil or empty stays as it is.
type Marks struct {
	Name       *string  `json:"name,omitempty"`
	Favourite  *bool    `json:"favourite,omitempty"`
	Rating     *int     `json:"rating,omitempty"` // 0 to 5
	Label      *string  `json:"label,omitempty"`  // one of Labels, or ""
	Notes      *string  `json:"notes,omitempty"`
	AddTags    []string `json:"addTags,omitempty"`
	RemoveTags []string `json:"removeTags,omitempty"`
}

// Labels are the colours a video can have.
var Labels = []string{"red", "orange", "yellow", "green", "blue", "purple"}

const (
	longestTag   = 80      // characters
	longestNotes = 100_000 // bytes
)

// Mark changes many videos in one transaction; ids that are not there are left out. It gives the edit that Undo
// takes back; its count is how many videos really changed. Faults: name_empty, mark_invalid, tag_invalid, not_found_video.
func (l *Library) Mark(ctx context.Context, ids []string, m Marks) (Edit, error) {
	var c change
	set := func(column string, value any) { c.Set = append(c.Set, set{Column: column, Value: value}) }
	kind := "tags"
	if m.Name != nil {
		name := strings.Join(strings.Fields(*m.Name), " ")
		if name == "" {
			return Edit{}, fault.New("name_empty", nil)
		}
		kind = "name"
		set("name", name)
	}
	if m.Notes != nil {
		if len(*m.Notes) > longestNotes {
			return Edit{}, fault.New("mark_invalid", fault.Args{"name": "notes"})
		}
		kind = "notes"
		set("notes", strings.TrimSpace(*m.Notes))
	}
	if m.Label != nil {
		if *m.Label != "" && !slices.Contains(Labels, *m.Label) {
			return Edit{}, fault.New("mark_invalid", fault.Args{"name": "label"})
		}
		kind = "label"
		set("label", *m.Label)
	}
	if m.Rating != nil {
		if *m.Rating < 0 || *m.Rating > 5 {
			return Edit{}, fault.New("mark_invalid", fault.Args{"name": "rating"})
		}
		kind = "rating"
		set("rating", *m.Rating)
	}
	if m.Favourite != nil {
		kind = "favourite"
		set("favourite", bit(*m.Favourite))
	}
	for on, names := range map[bool][]string{true: m.AddTags, false: m.RemoveTags} {
		for _, name := range names {
			name, err := tagName(name)
			if err != nil {
				return Edit{}, err
			}
			c.Tags = append(c.Tags, tagging{Tag: name, On: on})
		}
	}
	return l.edit(ctx, kind, func(tx *writing) (change, error) {
		all, err := chosen(ctx, tx, ids)
		for i := range c.Set {
			c.Set[i].N = all
		}
		for i := range c.Tags {
			c.Tags[i].N = all
		}
		return c, err
	})
}

// Rename changes what the person calls a video. Fault: name_empty.
func (l *Library) Rename(ctx context.Context, id, name string) (generation.Video, error) {
	return l.markOne(ctx, id, Marks{Name: &name})
}

// SetFavourite marks or unmarks.
func (l *Library) SetFavourite(ctx context.Context, id string, on bool) (generation.Video, error) {
	return l.markOne(ctx, id, Marks{Favourite: &on})
}

func (l *Library) markOne(ctx context.Context, id string, m Marks) (generation.Video, error) {
	if _, err := l.Mark(ctx, []string{id}, m); err != nil {
		return generation.Video{}, err
	}
	return l.Video(ctx, id)
}

// chosen are the numbers of videos. Fault: not_found_video when none is there.
func chosen(ctx context.Context, tx *writing, ids []string) ([]int64, error) {
	all, err := numbers(tx.QueryContext(ctx, "SELECT n FROM videos WHERE id IN (SELECT value FROM json_each(?))", list(ids)))
	if err == nil && len(all) == 0 && len(ids) > 0 {
		err = fault.New("not_found_video", fault.Args{"id": ids[0]})
	}
	return all, err
}

// tagName is a tag as it is written: in one line, without what the search box reads as something else.
func tagName(typed string) (string, error) {
	name := strings.Join(strings.Fields(norm.NFC.String(strings.ToValidUTF8(strings.ReplaceAll(typed, `"`, " "), " "))), " ")
	if name == "" || len([]rune(name)) > longestTag {
		return "", fault.New("tag_invalid", fault.Args{"max": longestTag})
	}
	return name, nil
}

// folded is what a tag's name is told apart by.
func folded(name string) string { return strings.ToLower(norm.NFKC.String(name)) }

func bit(on bool) int {
	if on {
		return 1
	}
	return 0
}
