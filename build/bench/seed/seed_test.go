package seed

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode"
)

func rows(t *testing.T, o Options) (all []Piece, sum [32]byte) {
	t.Helper()
	all = slices.Collect(Pieces(o))
	raw, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return all, sha256.Sum256(raw)
}

func TestTheSameSeedGivesTheSameRows(t *testing.T) {
	_, first := rows(t, Options{Seed: 4, Count: 300})
	_, again := rows(t, Options{Seed: 4, Count: 300})
	_, other := rows(t, Options{Seed: 5, Count: 300})
	if first != again || first == other {
		t.Fatalf("seed 4: %x, again: %x, seed 5: %x", first, again, other)
	}
}

func TestRowsAreAsAStudioLeavesThem(t *testing.T) {
	const count = 2000
	all, _ := rows(t, Options{Seed: 4, Count: count})
	ids, words, stacks, chinese, videos := map[string]bool{}, map[string]int{}, 0, 0, 0
	last := int64(0)
	for _, p := range all {
		if ids[p.Run.ID] || len(p.Run.Request.Prompt()) == 0 {
			t.Fatal("an id twice, or no prompt", p.Run)
		}
		ids[p.Run.ID] = true
		if p.Video == nil {
			continue
		}
		videos++
		if p.Video.CreatedAt < last || ids[p.Video.ID] || p.Clip == "" {
			t.Fatal("out of order, an id twice, or no clip", p.Video)
		}
		last, ids[p.Video.ID] = p.Video.CreatedAt, true
		if p.Marks.From != "" && !ids[p.Marks.From] {
			t.Fatal("comes from a video that is not before it", p.Video)
		}
		if p.Marks.Again {
			stacks++
		}
		if strings.ContainsFunc(p.Video.Prompt, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			chinese++
		}
		for _, word := range strings.FieldsFunc(p.Video.Prompt, func(r rune) bool { return !unicode.IsLetter(r) }) {
			words[word]++
		}
	}
	once, most := 0, 0
	for _, n := range words {
		if most = max(most, n); n == 1 {
			once++
		}
	}
	if videos != count || stacks < count/10 || chinese < count/5 || chinese > count/2 || once < len(words)/4 || most < count/4 {
		t.Errorf("%d videos, %d repeated, %d in Chinese, %d words of which %d come once and one %d times", videos, stacks, chinese, len(words), once, most)
	}
}
