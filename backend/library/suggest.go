package library

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf16"

	"conch/backend/query"
)

// Suggestion completes what is typed: Text takes the place of the UTF-16 units from From to To.
type Suggestion struct {
	Text  string `json:"text"`
	From  int    `json:"from"`
	To    int    `json:"to"`
	Kind  string `json:"kind"`            // key, tag, model, collection or value
	Count int    `json:"count,omitempty"` // of videos, for tags and collections
}

const mostSuggestions = 10

// typical values of the keys whose values are numbers or dates.
var typical = map[query.Key][]string{
	query.Rating: {">=4", "5", ">=3", "none"}, query.Duration: {"6", "10", ">=10"}, query.Cost: {">0.3", "<0.3"},
	query.After: {"today", "yesterday"}, query.Before: {"today", "yesterday"}, query.On: {"today", "yesterday"},
}

// Suggest completes the term before a cursor, which is counted in UTF-16 units as the page does.
func (l *Library) Suggest(ctx context.Context, text string, cursor int) (_ []Suggestion, err error) {
	defer l.notice(&err)
	units := utf16.Encode([]rune(text))
	cursor = min(max(cursor, 0), len(units))
	head := string(utf16.Decode(units[:cursor]))
	end := query.End(head)
	all, from := []Suggestion{}, len(utf16.Encode([]rune(head[:end.From])))
	typed := strings.ToLower(end.Typed)
	say := func(kind, text string, count int) {
		if end.Not {
			text = "-" + text
		}
		if len(all) < mostSuggestions && text != head[end.From:] {
			all = append(all, Suggestion{text, from, cursor, kind, count})
		}
	}
	value := func(key query.Key, kind, value string, count int) {
		if text, ok := query.Write(key, value); ok {
			say(kind, text, count)
		}
	}
	if end.Key == "" {
		for _, key := range query.Keys {
			if strings.HasPrefix(string(key), typed) {
				say("key", string(key)+":", 0)
			}
		}
	}
	for _, word := range append(query.Words[end.Key], typical[end.Key]...) {
		if end.Key != "" && strings.HasPrefix(word, typed) {
			value(end.Key, "value", word, 0)
		}
	}
	if end.Key == query.Tag || end.Key == "" && typed != "" {
		tags, err := l.Tags(ctx, end.Typed, mostSuggestions)
		if err != nil {
			return nil, err
		}
		for _, t := range tags {
			value(query.Tag, "tag", t.Name, t.Count)
		}
	}
	if end.Key == query.Collection || end.Key == "" && typed != "" {
		found, err := l.collectionsNamed(ctx, func(name string) bool { return strings.Contains(name, folded(end.Typed)) })
		if err != nil {
			return nil, err
		}
		some, err := l.collections(ctx, "id IN (SELECT value FROM json_each(?))", list(found[:min(len(found), mostSuggestions)]))
		if err != nil {
			return nil, err
		}
		for _, c := range some {
			value(query.Collection, "collection", c.Name, c.Count)
		}
	}
	if end.Key == query.Model || end.Key == "" && typed != "" {
		models, err := texts(l.db.QueryContext(ctx, "SELECT name FROM models WHERE name != '' AND instr(lower(name), ?) > 0 ORDER BY name LIMIT ?", typed, mostSuggestions))
		if err != nil {
			return nil, err
		}
		for _, m := range models {
			value(query.Model, "model", m, 0)
		}
	}
	return all, nil
}

// Tag is a word of a person's own on videos.
type Tag struct {
	Name  string `json:"name"`
	Count int    `json:"count"` // of videos
}

// Tags lists tags that contain what is typed, those that begin with it first; a limit below 0 is none.
func (l *Library) Tags(ctx context.Context, typed string, limit int) (_ []Tag, err error) {
	defer l.notice(&err)
	rows, err := l.db.QueryContext(ctx, `SELECT t.name, (SELECT count(*) FROM video_tags WHERE tag_id = t.id) FROM
		(SELECT id, name, folded FROM tags WHERE instr(folded, ?1) > 0 ORDER BY instr(folded, ?1) > 1, folded LIMIT ?2) t`, folded(strings.TrimSpace(typed)), limit)
	if err != nil {
		return nil, fmt.Errorf("list tags: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := []Tag{}
	for rows.Next() {
		var t Tag
		if err := rows.Scan(&t.Name, &t.Count); err != nil {
			return nil, fmt.Errorf("list tags: %w", err)
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

// RenameTag gives a tag another name; where there is a tag of that name the two become one. Fault: tag_invalid.
func (l *Library) RenameTag(ctx context.Context, from, to string) (Edit, error) {
	to, err := tagName(to)
	if err != nil {
		return Edit{}, err
	}
	return l.edit(ctx, "tags", func(tx *writing) (change, error) {
		if folded(from) == folded(to) {
			return change{Spellings: []spelling{{to}}}, nil
		}
		on, err := numbers(tx.QueryContext(ctx, "SELECT n FROM video_tags WHERE tag_id = (SELECT id FROM tags WHERE folded = ?)", folded(from)))
		return change{Tags: []tagging{{Tag: to, On: true, N: on}, {Tag: from, N: on}}}, err
	})
}
