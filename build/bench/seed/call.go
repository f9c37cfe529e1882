package seed

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"conch/backend/library"
)

// Call is one question of the page to a library.
type Call struct {
	Kind   string // page or sections
	Query  library.GalleryQuery
	Day    string
	Offset int
}

// PageSize is how many videos the page asks for at once.
const PageSize = 100

// On asks it.
func (c Call) On(ctx context.Context, lib *library.Library) (err error) {
	switch c.Kind {
	case "page":
		_, err = lib.Videos(ctx, c.Query, c.Day, c.Offset, PageSize)
	case "sections":
		_, err = lib.Sections(ctx, c.Query)
	default:
		err = fmt.Errorf("unknown call %q", c.Kind)
	}
	return err
}

// Traced is what a call asked of SQLite.
type Traced struct{ Statements []Statement }

// Pages are questions for pages anywhere in a library, as a person who scrolls and jumps asks them.
func Pages(ctx context.Context, lib *library.Library, seed uint64, count int) ([]Call, error) {
	s, err := lib.Sections(ctx, library.GalleryQuery{})
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(seed, 11))
	var all []Call
	for range count {
		at := rng.IntN(max(1, s.Total-PageSize))
		for _, day := range s.Days {
			if at < day.Count {
				all = append(all, Call{Kind: "page", Day: day.Day, Offset: at})
				break
			}
			at -= day.Count
		}
	}
	return all, nil
}

// searches are what people type, key by key; an input method gives the Chinese ones by the character.
var searches = []string{
	"golden hour", "lighthouse in the fog", "samurai", "velmor", "机器人在森林", "小猫", "极光", "夜景", "slow pan", "cyber 城市", "-rain cat", `"paper boat" sea`,
	"model:hailuo-02 cat", "fav:yes", "tag:forest 女孩", "rating:>=4 dragon", "after:2026-10", "cost:>0.3 robot", "duration:10 label:red",
}

// Typed are the questions of someone who types all of the searches; each key asks for the first page.
func Typed(kind string) (all []Call) {
	for _, search := range searches {
		runes := []rune(search)
		for n := range runes {
			if text := string(runes[:n+1]); strings.TrimSpace(text) != "" {
				all = append(all, Call{Kind: kind, Query: library.GalleryQuery{Text: text}})
			}
		}
	}
	return all
}
