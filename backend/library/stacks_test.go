package library

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"conch/backend/fault"
	"conch/backend/generation"
)

// piles has 80 videos in stacks of up to a dozen, and what a person said of them, from a seed.
func piles(t *testing.T) *Library {
	t.Helper()
	in(t, "Europe/Berlin")
	l := opened(t)
	rng := rand.New(rand.NewPCG(4, 4))
	prompts := []string{"A heron lifts off in the rain", "A fox in snow", "雨夜的台北街頭", "Koi beneath leaves", "An egret in rainbows", "", "slow pan over the lake"}
	var all []generation.Video
	for i := range 80 {
		v := generation.Video{
			ID: fmt.Sprint("v", i), Prompt: prompts[rng.IntN(len(prompts))], Model: []string{"minimax/hailuo-02/standard", "minimax/hailuo-02/pro", "kling/v2"}[rng.IntN(3)],
			CreatedAt: on(t, "2026-10-20 23:00") + int64(i)*1000*60*60*7, Duration: []int64{6000, 10000}[rng.IntN(2)], Favourite: rng.IntN(4) == 0, Rating: rng.IntN(6),
			Label: []string{"", "red"}[rng.IntN(2)], Service: []string{"", "demo"}[rng.IntN(2)],
		}
		v.Name, v.Path = fmt.Sprint("take ", i%9), "/videos/"+v.ID+".mp4"
		if rng.IntN(3) == 0 {
			v.Tags = []string{"snow"}
		}
		if rng.IntN(6) == 0 {
			v.TrashedAt = 5
		}
		if rng.IntN(5) == 0 {
			v.Notes = "opening"
		}
		if rng.IntN(5) == 0 {
			v.Pictures = map[string]string{"image": "p1"}
		}
		all = append(all, v)
	}
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] }) // an older one may come later
	must(t, l.AddVideos(t.Context(), all))
	return l
}

// Whatever is asked, stacks shown as one are what the same question without them gives, but of each stack only
// the one that was chosen, or else the newest; pages, days and counts agree.
func TestStacksAnswerAsTheirVideosDo(t *testing.T) {
	l := piles(t)
	ctx := t.Context()
	own, err := l.SaveCollection(ctx, Collection{Name: "own"})
	must(t, err)
	some := strings.Fields(ids(t, l, GalleryQuery{Text: "rating:>=2"}))
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	_, err = l.Collect(ctx, own.ID, some)
	must(t, err)
	all := strings.Fields(ids(t, l, GalleryQuery{}))
	for i := 0; i < len(all); i += 4 {
		_, err := l.StandFor(ctx, all[i], true)
		must(t, err)
	}
	kept, err := l.SaveCollection(ctx, Collection{Name: "kept", Smart: true, Query: "fav:yes"})
	must(t, err)
	texts := []string{"take", "take 3", "snow -fox", "before:2026-11-01", "on:2026-10 rain", "-after:2026-11-03 model:pro"}
	for text := range asked {
		texts = append(texts, text)
	}
	stacked := 0
	for _, collection := range []string{"", own.ID, kept.ID} {
		for _, text := range texts {
			q := GalleryQuery{Text: text, Collection: collection}
			plain, err := l.Videos(ctx, q, "", 0, 500)
			must(t, err)
			rank := func(v generation.Video) string { return fmt.Sprintf("%v%020d", v.Front, v.CreatedAt) } // "false" comes before "true"
			first := map[int64]string{}
			for _, v := range plain {
				first[stackOf(v)] = max(first[stackOf(v)], rank(v))
			}
			var want []string
			for _, v := range plain {
				if stack := stackOf(v); stack != 0 && v.TrashedAt == 0 && first[stack] != rank(v) {
					stacked++
					continue
				}
				want = append(want, v.ID)
			}
			q.Stacked = true
			if got := strings.Fields(ids(t, l, q)); !slices.Equal(got, want) {
				t.Errorf("%+v: %v, want %v", q, got, want)
			}
			counted, err := l.Sections(ctx, q)
			must(t, err)
			if counted.Total != len(want) {
				t.Errorf("%+v: counts %d of %d", q, counted.Total, len(want))
			}
			position := 0
			for _, day := range counted.Days {
				first, err := l.IDs(ctx, q, day.Day, 0, 1)
				if err != nil || len(first) != 1 || first[0] != want[position] {
					t.Fatalf("%+v: %s begins with %v, want %s: %v", q, day.Day, first, want[position], err)
				}
				position += day.Count
			}
		}
	}
	if stacked < 500 {
		t.Error("these libraries have few stacks:", stacked)
	}
}

// Whoever writes, and in whatever order: the chosen one of a stack outside the trash is its top, else the newest, and
// nobody else.
func TestTopsFollowEveryWrite(t *testing.T) {
	l := piles(t)
	right := func(db querier, after ...any) {
		t.Helper()
		var wrong int
		must(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM (SELECT top, stack = 0 OR row_number() OVER (PARTITION BY stack ORDER BY front DESC, n DESC) = 1 first FROM videos WHERE trashed_at = 0)
			WHERE top != first`).Scan(&wrong))
		if wrong > 0 {
			t.Fatalf("after %v %d are wrong", after, wrong)
		}
	}
	right(l.db, "adding")
	rng := rand.New(rand.NewPCG(8, 8))
	tx, err := l.db.BeginTx(t.Context(), nil)
	must(t, err)
	run := func(query string, args ...any) {
		t.Helper()
		_, err := tx.ExecContext(t.Context(), query, args...)
		must(t, err)
		right(tx, query, args)
	}
	for i := range 400 {
		few := fmt.Sprintf("(SELECT n FROM videos ORDER BY (n * %d) %% 1009 LIMIT %d)", 1+rng.IntN(500), 1+rng.IntN(9))
		switch rng.IntN(6) {
		case 5:
			run("UPDATE videos SET front = ? WHERE n IN "+few, rng.IntN(2))
		case 0:
			run("UPDATE videos SET trashed_at = 7 WHERE n IN " + few)
		case 1:
			run("UPDATE videos SET trashed_at = 0 WHERE n IN " + few)
		case 2:
			run("UPDATE videos SET stack = ? WHERE n IN "+few, rng.IntN(5))
		case 3:
			run("INSERT INTO videos (n, id, version, trashed_at, pictured, demo, model, duration, cost, stack) SELECT abs(?), 'new' || ?, 1, ?, 0, 0, 1, 0, 0, ?", rng.Int64N(1<<53), i, rng.IntN(3)/2, rng.IntN(5))
		case 4:
			run("DELETE FROM videos WHERE n = (SELECT n FROM videos ORDER BY (n * ?) % 1009 LIMIT 1)", 1+rng.IntN(500))
		}
	}
	must(t, tx.Rollback())
	all := strings.Fields(ids(t, l, GalleryQuery{}))
	e, err := l.SetTrashed(t.Context(), all[:30], true)
	must(t, err)
	right(l.db, "the trash")
	_, err = l.Undo(t.Context(), e.ID)
	must(t, err)
	right(l.db, "undo")
	_, err = l.ChangeVideo(t.Context(), all[3], func(v *generation.Video) error { v.Prompt = "other words"; return nil })
	must(t, err)
	right(l.db, "another prompt")
}

func TestAStackIsShownWhole(t *testing.T) {
	l := opened(t)
	for i, prompt := range []string{"koi", "koi", "fox", "koi", ""} {
		must(t, l.AddVideo(t.Context(), generation.Video{ID: fmt.Sprint("v", i), Name: fmt.Sprint("take ", i), Prompt: prompt, CreatedAt: int64(i), Favourite: i == 1}))
	}
	_, err := l.SetTrashed(t.Context(), []string{"v3"}, true)
	must(t, err)
	for q, want := range map[GalleryQuery]string{
		{Stack: "v0"}:                                "v1 v0",
		{Stack: "v3", Stacked: true}:                 "v1 v0", // of one in the trash, too, and nothing is left out
		{Stack: "v1", Text: "take -1"}:               "v0",
		{Stack: "v1", Text: "fav:yes"}:               "v1",
		{Stack: "v1", View: "trash"}:                 "v3",
		{Stack: "v1", Text: "take 3", View: "trash"}: "v3",
		{Stack: "v4"}:                                "",
		{Stack: "nobody"}:                            "",
	} {
		if got := ids(t, l, q); got != want {
			t.Errorf("%+v: %q, want %q", q, got, want)
		}
		if s, err := l.Sections(t.Context(), q); err != nil || s.Total != len(strings.Fields(want)) {
			t.Errorf("%+v: counts %+v %v", q, s, err)
		}
	}
	all, err := l.Videos(t.Context(), GalleryQuery{Text: "is:trashed", Stacked: true}, "", 0, 9)
	if err != nil || len(all) != 1 || all[0].Stack != 0 {
		t.Errorf("in the trash there are no stacks: %+v %v", all, err)
	}
}

// A person says which video stands for a stack, takes that back, and finds it again when the library is made anew from
// what stands beside the videos.
func TestAPersonChoosesWhatStandsForAStack(t *testing.T) {
	l := opened(t)
	for i := range 4 {
		must(t, l.AddVideo(t.Context(), generation.Video{ID: fmt.Sprint("v", i), Prompt: "koi", Name: "koi", Path: fmt.Sprintf("/videos/v%d.mp4", i), CreatedAt: int64(i)}))
	}
	shows := func(want string) {
		t.Helper()
		if got := ids(t, l, GalleryQuery{Stacked: true}) + ids(t, l, GalleryQuery{Stacked: true, Text: "koi"}); got != want+want {
			t.Errorf("shows %q, want %q", got, want)
		}
		if s, err := l.Sections(t.Context(), GalleryQuery{Stacked: true, Text: "koi"}); err != nil || s.Total != 1 {
			t.Errorf("counts %+v: %v", s, err)
		}
	}
	shows("v3")
	first, err := l.StandFor(t.Context(), "v1", true)
	must(t, err)
	shows("v1")
	second, err := l.StandFor(t.Context(), "v2", true)
	must(t, err)
	shows("v2")
	if v, err := l.Video(t.Context(), "v1"); err != nil || v.Front {
		t.Error("two stand for one stack", err)
	}
	must(t, l.AddVideo(t.Context(), generation.Video{ID: "v4", Prompt: "koi", Name: "koi", CreatedAt: 9}))
	shows("v2")
	_, err = l.SetTrashed(t.Context(), []string{"v2"}, true)
	must(t, err)
	shows("v4")
	_, err = l.SetTrashed(t.Context(), []string{"v2"}, false)
	must(t, err)
	shows("v2")
	marks, err := l.SaidIn(t.Context(), "/videos")
	must(t, err)
	if len(marks) != 1 || marks[0].ID != "v2" || !marks[0].Front {
		t.Errorf("said: %+v", marks)
	}
	_, err = l.Undo(t.Context(), second.ID)
	must(t, err)
	shows("v1")
	_, err = l.Undo(t.Context(), first.ID)
	must(t, err)
	shows("v4")
	_, err = l.Undo(t.Context(), first.ID)
	must(t, err)
	shows("v1")
	none, err := l.StandFor(t.Context(), "v1", false)
	must(t, err)
	shows("v4")
	if again, err := l.StandFor(t.Context(), "v1", false); err != nil || again.ID != 0 || none.Kind != "front" {
		t.Errorf("%+v %+v %v", none, again, err)
	}
	if _, err := l.StandFor(t.Context(), "nobody", true); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

// What is known of stacks is read anew when they change, also where indexing finds that later.
func TestStacksAreCountedAnewAfterIndexing(t *testing.T) {
	l := opened(t)
	for i := range 3 {
		must(t, l.AddVideo(t.Context(), generation.Video{ID: fmt.Sprint("v", i), Prompt: "koi", CreatedAt: int64(i)}))
	}
	_, err := l.db.ExecContext(t.Context(), "UPDATE videos SET stack = 0")
	must(t, err)
	_, err = l.db.ExecContext(t.Context(), "INSERT INTO unindexed SELECT n FROM videos")
	must(t, err)
	for _, want := range []int{3, 1} {
		if s, err := l.Sections(t.Context(), GalleryQuery{Text: "koi", Stacked: true}); err != nil || s.Total != want {
			t.Errorf("%+v %v, want %d", s, err, want)
		}
		must(t, l.Index(t.Context()))
	}
}
