package library

import (
	"fmt"
	"slices"
	"testing"

	"conch/backend/fault"
	"conch/backend/generation"
)

// from is a video that came from another, or from a picture.
func from(t *testing.T, l *Library, id, parent string, at int) {
	t.Helper()
	v := generation.Video{ID: id, CreatedAt: int64(at)}
	switch {
	case parent == "":
	case parent[0] == '#':
		v.Origin = &generation.Origin{Kind: generation.OfPicture, Picture: parent}
	default:
		v.Origin = &generation.Origin{Kind: generation.Variation, Video: parent}
	}
	must(t, l.AddVideo(t.Context(), v))
}

func TestLineage(t *testing.T) {
	l := opened(t)
	for i, pair := range [][2]string{{"a", "#p"}, {"b", "a"}, {"c", "b"}, {"d", "b"}, {"e", "gone"}, {"f", "#p"}, {"g", "b"}, {"h", "b"}, {"i", "h"}, {"x", "y"}, {"y", "x"}} {
		from(t, l, pair[0], pair[1], i)
	}
	_, err := l.SetTrashed(t.Context(), []string{"g", "h"}, true) // h has a child of its own
	must(t, err)
	for id, want := range map[string]string{
		"a":    " < a < b map[#p:2 a:1 b:3]",
		"b":    "a < b < hdc map[#p:2 a:1 b:3 h:1]",
		"d":    "ab < d <  map[#p:2 a:1 b:3]",
		"i":    "abh < i <  map[#p:2 a:1 b:3 h:1]",
		"e":    " < e <  map[gone:1]",
		"gone": " < gone < e map[gone:1]",
		"#p":   " < #p < fa map[#p:2 a:1]",
		"x":    "y < x < y map[x:1 y:1]",
	} {
		line, err := l.Lineage(t.Context(), id)
		must(t, err)
		got := ""
		for _, v := range line.Parents {
			got = v.ID + got
		}
		got += " < " + id + " < "
		for _, v := range line.Children {
			got += v.ID
		}
		if got = fmt.Sprint(got, " ", line.Counts); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if _, err := l.Lineage(t.Context(), "nobody"); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

// A long line and a large family are told in part, with how many there are.
func TestTheNearestOfALongLine(t *testing.T) {
	l := opened(t)
	for i := range 10 {
		parent := ""
		if i > 0 {
			parent = fmt.Sprint("v", i-1)
		}
		from(t, l, fmt.Sprint("v", i), parent, i)
	}
	for i := range 25 {
		from(t, l, fmt.Sprint("child", i), "v9", 100+i)
	}
	line, err := l.Lineage(t.Context(), "v9")
	must(t, err)
	if len(line.Parents) != 6 || line.Parents[0].ID != "v8" || line.Parents[5].ID != "v3" || line.Above != 3 {
		t.Errorf("%d parents and %d above", len(line.Parents), line.Above)
	}
	if len(line.Children) != 20 || line.Children[0].ID != "child24" || line.Counts["v9"] != 25 {
		t.Errorf("%d of %d children", len(line.Children), line.Counts["v9"])
	}
	plan, err := l.Plan(t.Context(), Statement{childrenCounted, []any{`["v9"]`}})
	if err != nil || !slices.Contains(plan, "SEARCH o USING COVERING INDEX origins_parent (parent=?)") {
		t.Error(plan, err)
	}
}
