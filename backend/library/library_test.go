package library

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/studio"
)

func opened(t *testing.T) *Library {
	l, err := Open(t.Context(), filepath.Join(t.TempDir(), "data", "library.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func add(t *testing.T, l *Library, id, prompt string, at int64) {
	t.Helper()
	if err := l.AddVideo(t.Context(), generation.Video{ID: id, Name: prompt, Prompt: prompt, Model: "minimax/hailuo-02/standard", CreatedAt: at}); err != nil {
		t.Fatal(err)
	}
}

func ids(t *testing.T, l *Library, q GalleryQuery) string {
	t.Helper()
	page, err := l.Videos(t.Context(), q, "", 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, v := range page {
		all = append(all, v.ID)
	}
	return strings.Join(all, " ")
}

func TestSearch(t *testing.T) {
	l := opened(t)
	add(t, l, "shell", "A shell opens on the beach at dawn", 1)
	add(t, l, "beach", "海螺在沙灘上慢慢打開", 2)
	add(t, l, "city", "城市夜景，霓虹燈 neon lights [Pan left]", 3)
	for query, want := range map[string]string{
		"":           "city beach shell",
		"shell":      "shell",
		"SHE":        "shell",
		"沙灘":         "beach",
		"海螺":         "beach",
		"灘":          "beach",
		"沙上":         "",
		"夜景 neon":    "city",
		"hailuo":     "city beach shell",
		`"; DROP --`: "",
		"* AND (":    "",
		"pan":        "city",
	} {
		if got := ids(t, l, GalleryQuery{Text: query}); got != want {
			t.Errorf("%q found %q, want %q", query, got, want)
		}
	}
	if _, err := l.Rename(t.Context(), "shell", "  Conch\nat dawn "); err != nil {
		t.Fatal(err)
	}
	if got := ids(t, l, GalleryQuery{Text: "conch"}); got != "shell" {
		t.Fatal("a new name is not found:", got)
	}
}

func TestPagesMeetEveryVideoOnce(t *testing.T) {
	l := opened(t)
	for i := range 25 {
		add(t, l, fmt.Sprintf("v%02d", i), "x", int64(i/5)) // five to a moment
	}
	seen := map[string]bool{}
	for offset := 0; ; offset += 7 {
		page, err := l.Videos(t.Context(), GalleryQuery{}, "", offset, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range page {
			if seen[v.ID] {
				t.Fatal(v.ID, "came twice")
			}
			seen[v.ID] = true
		}
		if len(page) < 7 {
			break
		}
	}
	if len(seen) != 25 {
		t.Fatal(len(seen))
	}
}

func run(service string) generation.Generation {
	return generation.Generation{
		ID: "g", Service: service, State: generation.Waiting, CreatedAt: 1,
		Request: generation.Request{Model: "m", Params: map[string]any{"prompt": "x", "duration": 6}},
	}
}

func TestOneOwnerAtATime(t *testing.T) {
	l, ctx := opened(t), t.Context()
	if err := l.Beat(ctx, "first"); err != nil {
		t.Fatal(err)
	}
	g, err := l.Create(ctx, run("s"), "first", studio.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	owners, err := l.Owners(ctx, "s")
	if err != nil || len(owners) != 1 || owners[0] != (studio.Owner{ID: "first", Beat: 1}) {
		t.Fatal(err, owners)
	}
	if err := l.Beat(ctx, "first"); err != nil {
		t.Fatal(err)
	}
	if all, err := l.Take(ctx, "s", "second", owners); err != nil || len(all) != 0 {
		t.Fatal("a living owner was robbed", err, all)
	}
	owners[0].Beat++
	if all, err := l.Take(ctx, "other", "second", owners); err != nil || len(all) != 0 {
		t.Fatal("another service's run was taken", err, all)
	}
	if all, err := l.Take(ctx, "s", "second", owners); err != nil || len(all) != 1 {
		t.Fatal("a dead owner's run was left", err, all)
	}
	g.State = generation.Submitting
	if _, err := l.Save(ctx, "first", g); !errors.Is(err, studio.ErrLost) {
		t.Fatal("the dead owner came back and wrote", err)
	}
	if _, err := l.Decide(ctx, "g", "", func(g *generation.Generation) error { g.State = generation.Canceled; return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Save(ctx, "second", g); !errors.Is(err, studio.ErrCanceled) {
		t.Fatal("a canceled run was submitted", err)
	}
}

// Who was stopped while another submitted, and has the run again since the other went, must not submit it a second time.
func TestAnAttemptIsBegunOnce(t *testing.T) {
	l, ctx := opened(t), t.Context()
	g, err := l.Create(ctx, run("s"), "first", studio.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	g.State, g.Attempt, g.SubmittedAt = generation.Submitting, 1, 5
	for _, owner := range []string{"second", "first"} {
		if _, err := l.Decide(ctx, "g", owner, func(*generation.Generation) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Save(ctx, owner, g); (owner == "second") != (err == nil) || owner == "first" && !errors.Is(err, studio.ErrLost) {
			t.Fatal(owner, err)
		}
	}
	early := g
	early.State, early.Attempt, early.SubmittedAt = generation.Uploading, 0, 0
	if _, err := l.Save(ctx, "first", early); !errors.Is(err, studio.ErrLost) {
		t.Fatal("the attempt was forgotten", err)
	}
	g.State, g.PredictionID = generation.Processing, "p"
	if g, err = l.Save(ctx, "first", g); err != nil {
		t.Fatal(err)
	}
	g.State, g.Attempt = generation.Submitting, 2
	if _, err = l.Save(ctx, "first", g); err != nil {
		t.Fatal("the next attempt is another one", err)
	}
}

func TestALateAnswerFindsItsQuestion(t *testing.T) {
	l, ctx := opened(t), t.Context()
	g, err := l.Create(ctx, run("s"), "first", studio.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	g.State, g.Attempt, g.SubmittedAt = generation.Submitting, 1, 5
	if g, err = l.Save(ctx, "first", g); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Take(ctx, "s", "second", []studio.Owner{{ID: "first"}}); err != nil {
		t.Fatal(err)
	}
	unsure := g
	unsure.State = generation.Uncertain
	if _, err := l.Save(ctx, "second", unsure); err != nil {
		t.Fatal(err)
	}
	wrong := g
	wrong.Attempt = 2
	if _, err := l.Receive(ctx, "first", wrong); !errors.Is(err, studio.ErrLost) {
		t.Fatal(err)
	}
	g.State, g.PredictionID = generation.Processing, "p"
	if g, err = l.Receive(ctx, "first", g); err != nil || g.State != generation.Processing {
		t.Fatal(err, g)
	}
	if g, err = l.Save(ctx, "first", g); err != nil {
		t.Fatal("who has the answer can't go on", err)
	}
	if _, err := l.Receive(ctx, "first", g); !errors.Is(err, studio.ErrLost) {
		t.Fatal("an answer was taken twice", err)
	}
	if all, err := l.Ledger(ctx, LedgerQuery{}); err != nil || len(all) != 1 || all[0].Outcome != generation.Accepted || all[0].PredictionID != "p" {
		t.Fatal(err, all)
	}
	other := run("s")
	other.ID, other.PredictionID = "g2", "p"
	if _, err := l.Create(ctx, other, "first", studio.Budget{}); fault.Of(err).Rule != "prediction_taken" {
		t.Fatal(err)
	}
	if _, err := l.Generation(ctx, "g2"); !fault.Is(err, fault.NotFound) {
		t.Fatal("half a record was left", err)
	}
}

func priced(id string, cents int64) generation.Generation {
	g := run("s")
	g.ID, g.Price = id, &generation.Price{Amount: generation.Money(cents * 10_000), Source: generation.FromQuote}
	return g
}

// TestARunWithoutAPriceIsNoWayPastTheBudget: it may go while anything is left, and is held when nothing is.
func TestARunWithoutAPriceIsNoWayPastTheBudget(t *testing.T) {
	l, ctx := opened(t), t.Context()
	budget := studio.Budget{Limit: 460_000}
	unpriced := priced("z", 0)
	unpriced.Price = nil
	for _, step := range []struct{ id, rule string }{{"a", ""}, {"b", "budget"}} {
		if _, err := l.Create(ctx, priced(step.id, 23), "o", budget); err != nil {
			t.Fatal(err)
		}
		err := l.Affordable(ctx, unpriced, budget)
		if step.rule == "" && err != nil || step.rule != "" && (err == nil || fault.Of(err).Rule != step.rule) {
			t.Errorf("with %s waiting: %v", step.id, err)
		}
	}
}

func TestBudgetCountsWhatIsSpentAndWhatWaits(t *testing.T) {
	l, ctx := opened(t), t.Context()
	budget := studio.Budget{Since: 0, Limit: 500_000}
	a, err := l.Create(ctx, priced("a", 23), "o", budget)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Create(ctx, priced("b", 23), "o", budget); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Create(ctx, priced("c", 23), "o", budget); fault.Of(err).Rule != "budget" || fault.Of(err).Args["spent"] != "$0.46" {
		t.Fatal(err)
	}
	a.State, a.Attempt, a.SubmittedAt = generation.Submitting, 1, 10
	if a, err = l.Save(ctx, "o", a); err != nil {
		t.Fatal(err)
	}
	a.State = generation.Uncertain
	if a, err = l.Save(ctx, "o", a); err != nil {
		t.Fatal(err)
	}
	s, err := l.Spending(ctx, "s", 0)
	if err != nil || s != (generation.Spending{Runs: 1, Amount: 230_000, Reserved: 230_000, Unsure: 230_000}) {
		t.Fatal(err, s)
	}
	// Sent again: the first answer stays lost, and counts.
	a.State = generation.Waiting
	if a, err = l.Save(ctx, "o", a); err != nil {
		t.Fatal(err)
	}
	a.State, a.Attempt = generation.Submitting, 2
	if a, err = l.Save(ctx, "o", a); err != nil {
		t.Fatal(err)
	}
	a.State, a.PredictionID = generation.Failed, "p"
	a.Fault = fault.ToWire(fault.New("run_failed", nil))
	if _, err = l.Save(ctx, "o", a); err != nil {
		t.Fatal(err)
	}
	all, err := l.Ledger(ctx, LedgerQuery{Service: "s"})
	if err != nil || len(all) != 2 || all[0].Outcome != generation.RanFailed || all[1].Outcome != generation.Unsure {
		t.Fatalf("%v %+v", err, all)
	}
	if s, err := l.Spending(ctx, "s", 0); err != nil || s.Amount != 230_000 || s.Runs != 1 {
		t.Fatal(err, s)
	}
	if s, err := l.Spending(ctx, "demo", 0); err != nil || s.Runs != 0 {
		t.Fatal("a demonstration counts as spent", err, s)
	}
}

func TestABatchIsAllOrNone(t *testing.T) {
	l, ctx := opened(t), t.Context()
	three := []generation.Generation{priced("a", 23), priced("b", 23), priced("c", 23)}
	if _, err := l.CreateAll(ctx, three, "o", studio.Budget{Limit: 500_000}); fault.Of(err).Rule != "budget" || fault.Of(err).Args["spent"] != "$0.00" {
		t.Fatal(err)
	}
	if all, err := l.Generations(ctx, GenerationsQuery{Limit: -1}); err != nil || len(all) != 0 {
		t.Fatal("half a batch was accepted", all, err)
	}
	if all, err := l.CreateAll(ctx, three, "o", studio.Budget{Limit: 690_000}); err != nil || len(all) != 3 || all[2].Version == 0 {
		t.Fatal(all, err)
	}
}

func TestRecoverTakesWhatTheOtherBookKnowsMoreOf(t *testing.T) {
	l, ctx := opened(t), t.Context()
	known, err := l.Create(ctx, run("s"), "o", studio.Budget{})
	if err != nil {
		t.Fatal(err)
	}
	more := known
	more.State, more.Attempt, more.PredictionID, more.SubmittedAt = generation.Processing, 1, "p", 7
	lost := run("s")
	lost.ID, lost.State, lost.Attempt, lost.PredictionID = "lost", generation.Processing, 1, "q"
	if n, err := l.Recover(ctx, []generation.Generation{more, lost}); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	if n, err := l.Recover(ctx, []generation.Generation{more, lost, known}); err != nil || n != 0 {
		t.Fatal("the same was recovered twice", n, err)
	}
	if g, err := l.Prediction(ctx, "s", "q"); err != nil || g.ID != "lost" {
		t.Fatal(g, err)
	}
	if all, err := l.Ledger(ctx, LedgerQuery{}); err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
}

func TestEstimateIsTheServicesOwn(t *testing.T) {
	l, ctx := opened(t), t.Context()
	for i, took := range []int64{30_000, 50_000, 40_000} {
		g := run("s")
		g.ID = fmt.Sprint("g", i)
		if _, err := l.Create(ctx, g, "o", studio.Budget{}); err != nil {
			t.Fatal(err)
		}
		g.State, g.SubmittedAt, g.CompletedAt = generation.Done, 1000, 1000+took
		if _, err := l.Finish(ctx, "o", g, nil); err != nil {
			t.Fatal(err)
		}
	}
	room := 40 * time.Second / 15 // three runs don't tell all
	if e, err := l.Estimate(ctx, "s", "m", "6"); err != nil || e != (studio.Estimate{Low: 30*time.Second - room, Typical: 40 * time.Second, High: 50*time.Second + room}) {
		t.Fatal(e, err)
	}
	if e, err := l.Estimate(ctx, "demo", "m", "6"); err != nil || e != (studio.Estimate{}) {
		t.Fatal("a demonstration learned from real runs", e, err)
	}
}

func TestFaults(t *testing.T) {
	l := opened(t)
	if _, err := l.Video(t.Context(), "none"); !fault.Is(err, fault.NotFound) {
		t.Fatal(err)
	}
	add(t, l, "v", "x", 1)
	if _, err := l.Rename(t.Context(), "v", " \n "); fault.Of(err).Rule != "name_empty" {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), "/proc/no/library.db"); !fault.Is(err, fault.Library) {
		t.Fatal(err)
	}
}

func FuzzFileName(f *testing.F) {
	f.Add("a shell at dawn")
	f.Add("../../etc/passwd")
	f.Add("海螺\x00\u202e/\\:*?\"<>|")
	f.Add("CON.")
	f.Fuzz(func(t *testing.T, prompt string) {
		name := FileName(time.UnixMilli(0), prompt, "0123456789abcdef", ".mp4")
		if len(name) > 160 || strings.ContainsAny(name, "/\\:*?\"<>|\x00\n") || !strings.HasSuffix(name, ".mp4") || !utf8.ValidString(name) || filepath.Base(name) != name {
			t.Fatalf("%q", name)
		}
	})
}

// TestDismissedAndBack takes a run out of the queue and puts it back; each is news to who watches.
func TestDismissedAndBack(t *testing.T) {
	l, ctx := opened(t), t.Context()
	if _, err := l.Create(ctx, run("s"), "me", studio.Budget{}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Dismiss(ctx, "g"); !fault.Is(err, fault.Invalid) {
		t.Fatal("what is under way was dismissed", err)
	}
	if _, err := l.Decide(ctx, "g", "", func(g *generation.Generation) error { g.State = generation.Canceled; return nil }); err != nil {
		t.Fatal(err)
	}
	gone, err := l.Dismiss(ctx, "g")
	if err != nil || !gone.Dismissed {
		t.Fatal(gone, err)
	}
	back, err := l.Undismiss(ctx, "g")
	if err != nil || back.Dismissed || back.Version <= gone.Version {
		t.Fatal(back, err)
	}
}
