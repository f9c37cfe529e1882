package library

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"conch/backend/query"
)

// readOn have nothing of their own to be driven by: most videos meet them.
var readOn = []string{"-tag:snow", "-has:tag", "-is:missing", "-has:origin -tag:snow", `-collection:"été 1"`, "-has:collection"}

// walk is a step that reads all of an index or a table, or all of it in a time: nothing but numbers bound it.
var walk = regexp.MustCompile(`^(?:SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?(?:INDEX (\w+)|INTEGER PRIMARY KEY))?(?: \((?:(?:n|rowid)[<>]\?(?: AND )?)+\))?$`)

// No path of a keystroke or a scroll, from the newest on or from a day on, looks at a video that what drives it does
// not list, and nothing is sorted.
func TestNoPlanScansOrSorts(t *testing.T) {
	l := shelves(t)
	kept, err := l.SaveCollection(t.Context(), Collection{Name: "own"})
	must(t, err)
	small := []string{"p", "models", "json_each", "videos_trashed", "files_missing", "d", "video_tags_n"} // d: origins
	for _, q := range []GalleryQuery{{}, {Stacked: true}, {View: "trash"}, {Collection: kept.ID}, {Collection: kept.ID, Stacked: true}, {Stack: "fox"}, {Stack: "fox", View: "trash"}} {
		for text := range asked {
			q.Text = text
			everything := !slices.ContainsFunc(query.Parse(text, time.Now).Terms, looksAtRow) || slices.Contains(readOn, text)
			for _, day := range []string{"", "2026-11-01"} {
				numbers, args, err := l.stretch(t.Context(), q, day, 0, 120)
				must(t, err)
				plan, err := l.Plan(t.Context(), Statement{"SELECT " + videoColumns + " FROM (" + numbers + ") p CROSS JOIN " + videosOf, args})
				must(t, err)
				for _, step := range plan {
					m := walk.FindStringSubmatch(step)
					listed := strings.Contains(text, "has:collection") && m != nil && m[1] == "collection_items" // once, for all videos
					whole := m != nil && !listed && !slices.Contains(small, cmp.Or(m[2], m[1])) && !(everything && (m[2] == "videos_shown" || m[2] == "videos_tops" || m[2] == "" && m[1] == "v"))
					if whole || strings.Contains(step, "FOR ORDER BY") {
						t.Errorf("%+v from %q: %s", q, day, step)
					}
				}
			}
		}
	}
}

// What is counted is listed from indexes that have all they need; what looks for a newer or a chosen one of a stack, at
// each row or in a trigger, finds it in the stack's own index.
func TestWhatIsCountedIsListedFromSlimIndexes(t *testing.T) {
	fill := shelves(t)
	l, trace, err := OpenTraced(fill.path)
	must(t, err)
	defer func() { must(t, l.Close()) }()
	few := []string{"search", "json_each", "models", "all_of", "counter", "collections", "files"} // a virtual table, and what has few rows: files are those that are missing
	for text := range asked {
		for _, stacked := range []bool{false, true} {
			trace.Take()
			_, err := l.Sections(t.Context(), GalleryQuery{Text: text, Stacked: stacked})
			must(t, err)
			for _, s := range trace.Take() {
				plan, err := l.Plan(t.Context(), s)
				must(t, err)
				for _, step := range plan {
					m := read.FindStringSubmatch(step)
					if m != nil && m[2] == "" && !slices.Contains(few, m[1]) && !strings.HasPrefix(text, "is:trashed") || strings.Contains(step, "FOR GROUP BY") {
						t.Errorf("%q: %s: %s", text, s.SQL, step)
					}
				}
			}
		}
	}
}

// read is a step that reads rows, and whether it reads no more than an index or numbers.
var read = regexp.MustCompile(`^(?:SCAN|SEARCH) (\w+)( USING (?:COVERING INDEX|INTEGER PRIMARY KEY|PRIMARY KEY))?`)

func TestStacksAreLookedUpInTheirIndexes(t *testing.T) {
	l := shelf(t)
	for text, want := range map[string]string{
		"model:pro":                  "SEARCH o USING INDEX videos_stack (stack=? AND n>?)",
		"-fav:yes":                   "SEARCH o USING INDEX videos_front (stack=? AND n<?)",
		"label:red fav:yes rating:5": "SEARCH o USING INDEX videos_stack (stack=? AND n>?)",
		"on:2026-11":                 "SEARCH o USING COVERING INDEX videos_stack (stack=? AND n>? AND n<?)",
	} {
		numbers, args, err := l.stretch(t.Context(), GalleryQuery{Stacked: true, Text: text}, "", 0, 120)
		must(t, err)
		plan, err := l.Plan(t.Context(), Statement{numbers, args})
		must(t, err)
		if !slices.Contains(plan, want) {
			t.Errorf("%s: %s", text, strings.Join(plan, "\n"))
		}
	}
	plan, err := l.Plan(t.Context(), Statement{"SELECT max(o.n) FROM videos o WHERE o.stack = ? AND o.stack != 0 AND o.trashed_at = 0 AND o.n < ?", []any{1, 2}})
	if err != nil || !slices.Equal(plan, []string{"SEARCH o USING COVERING INDEX videos_stack (stack=? AND n<?)"}) {
		t.Error(plan, err)
	}
}
