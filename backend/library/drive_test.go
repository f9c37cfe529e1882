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

// The days of everything are counted in an index that has nothing but numbers, and so are those of every stack's top;
// what looks for a newer or a chosen one of a stack, at each row or in a trigger, finds it in the stack's own index. A time is
// looked through once: to count each day of it by itself took minutes, for SQLite took the bounds of all for each.
func TestDaysAreCountedInSlimIndexes(t *testing.T) {
	l := shelf(t)
	for q, want := range map[GalleryQuery]string{
		{}:                                 "SEARCH v USING COVERING INDEX videos_shown (n>? AND n<?)",
		{Stacked: true}:                    "SEARCH v USING COVERING INDEX videos_tops (n>? AND n<?)",
		{Stacked: true, Text: "model:pro"}: "SEARCH o USING INDEX videos_stack (stack=? AND n>?)",
		{Stacked: true, Text: "-fav:yes"}:  "SEARCH o USING INDEX videos_front (stack=? AND n<?)",
		{Stacked: true, Text: "label:red fav:yes rating:5"}: "SEARCH o USING INDEX videos_stack (stack=? AND n>?)",
		{Stacked: true, Text: "on:2026-11"}:                 "SEARCH o USING COVERING INDEX videos_stack (stack=? AND n>? AND n<?)",
		{Text: "after:2026-06"}:                             "USE TEMP B-TREE FOR GROUP BY",
		{Stack: "fox"}:                                      "SEARCH v USING COVERING INDEX videos_stack (stack=?)",
	} {
		s, err := l.selected(t.Context(), q)
		must(t, err)
		counted, args := s.counted(1<<12, 1<<52)
		plan, err := l.Plan(t.Context(), Statement{counted, args})
		must(t, err)
		if !slices.Contains(plan, want) {
			t.Errorf("%+v: %s", q, strings.Join(plan, "\n"))
		}
	}
	plan, err := l.Plan(t.Context(), Statement{"SELECT max(o.n) FROM videos o WHERE o.stack = ? AND o.stack != 0 AND o.trashed_at = 0 AND o.n < ?", []any{1, 2}})
	if err != nil || !slices.Equal(plan, []string{"SEARCH o USING COVERING INDEX videos_stack (stack=? AND n<?)"}) {
		t.Error(plan, err)
	}
}
