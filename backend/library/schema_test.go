package library

import (
	"compress/gzip"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"conch/backend/generation"
)

// of puts a library that the code of a schema wrote at a path of its own: that of an earlier one from
// testdata/schema/N.db.gz, of this one made now. Each has a run with two videos (v1 a favourite with a name, v2
// trashed), an older one taken in later (v3), and a lost answer. From 3 on, v1 and v3 are variations of one prompt; v1
// has a rating, a tag and a note, and v3 is in a collection. From 6 on they have what kept makes.
func of(t *testing.T, schema int) string {
	t.Helper()
	if schema == current(t) {
		return kept(t)
	}
	packed, err := os.Open(fmt.Sprintf("testdata/schema/%d.db.gz", schema))
	must(t, err)
	defer func() { _ = packed.Close() }()
	unpacked, err := gzip.NewReader(packed)
	must(t, err)
	data, err := io.ReadAll(unpacked)
	path := filepath.Join(t.TempDir(), "library.db")
	must(t, errors.Join(err, os.WriteFile(path, data, 0o600)))
	return path
}

// current is the schema of this code.
func current(t *testing.T) int {
	t.Helper()
	all, err := migrations.ReadDir("migrations")
	must(t, err)
	return len(all)
}

func TestOldLibrariesKeepEverything(t *testing.T) {
	for schema := 1; schema <= current(t); schema++ {
		if schema == 4 { // nobody had it
			continue
		}
		t.Run(fmt.Sprint(schema), func(t *testing.T) {
			path := of(t, schema)
			l, err := Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = l.Close() }()
			if err := check(t.Context(), l.db); err != nil {
				t.Fatal(err)
			}
			if copied := len(Backups(path)) == 1; copied != (schema < current(t)) {
				t.Error("a copy is made before a change, and only then:", copied)
			}
			v, err := l.Video(t.Context(), "v1")
			if err != nil {
				t.Fatal(err)
			}
			price, cost := generation.Price{Amount: 230_000, Source: generation.FromQuote}, generation.Money(210_000)
			if v.Name != "Morning bird" || !v.Favourite || !v.HasPoster || v.Prompt != "A heron lifts off from a misty lake" || v.Model != "minimax/hailuo-02/standard" ||
				v.Path != "/videos/2026-09/v1.mp4" || v.Bytes != 1_234_567 || v.Duration != 5880 || v.Width != 1366 || v.CreatedAt != 1_790_000_000_000 || v.TrashedAt != 0 ||
				*v.Price != price || *v.Cost != cost || v.Pictures["image"] != "p1" || v.GenerationID == "" || v.PredictionID != "pred_1" || v.Version == 0 || v.Tags == nil || v.Missing {
				t.Errorf("%+v", v)
			}
			if v, err := l.Video(t.Context(), "v2"); err != nil || v.TrashedAt != 1_790_500_000_000 {
				t.Error(v.TrashedAt, err)
			}
			if got := ids(t, l, GalleryQuery{}); got != "v1 v3" {
				t.Error("in time order:", got)
			}
			if got := ids(t, l, GalleryQuery{Text: "cost:0.21 has:image fav:yes"}); got != "v1" {
				t.Error(got)
			}
			if err := l.Index(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := ids(t, l, GalleryQuery{Text: "morning heron"}); got != "v1" {
				t.Error("words:", got)
			}
			if got := ids(t, l, GalleryQuery{Text: "海浪 is:trashed"}); got != "v2" {
				t.Error("Chinese:", got)
			}
			g, err := l.Prediction(t.Context(), "https://api.atlascloud.ai", "pred_1")
			if err != nil || g.State != generation.Done || !slices.Equal(g.Videos, []string{"v1", "v2"}) {
				t.Errorf("%+v %v", g, err)
			}
			entries, err := l.Ledger(t.Context(), LedgerQuery{})
			if err != nil || len(entries) != 2 || entries[0].Outcome != generation.Unsure || entries[1].Outcome != generation.Completed || *entries[1].Charged != cost {
				t.Errorf("%+v %v", entries, err)
			}
		})
	}
}

// What a person said of the videos of a library since schema 3 is there, can be taken back, and its stacks show as one.
func TestOldLibrariesKeepWhatWasSaid(t *testing.T) {
	for schema, brought := range map[int]showing{
		3: {front: "v1", trash: "v2", collections: "birds: v3"},
		5: {front: "v1", trash: "v2", collections: "birds: v3"},
		6: {front: "v1", trash: "v4 v2", collections: "birds: v3 v1, loved: v1", blue: "v3"},
		7: {front: "v1", trash: "v4 v2", collections: "birds: v3 v1, loved: v1", blue: "v3"},
		8: {front: "v3", trash: "v4 v2", collections: "birds: v3 v1, loved: v1", blue: "v3"},
	} {
		t.Run(fmt.Sprint(schema), func(t *testing.T) { keepsWhatWasSaid(t, of(t, schema), brought) })
	}
}

// showing is what a library shows: of its stack, in its trash, in its collections, and with a blue label.
type showing struct{ front, trash, collections, blue string }

func keepsWhatWasSaid(t *testing.T, path string, want showing) {
	l, err := Open(t.Context(), path)
	must(t, err)
	defer func() { _ = l.Close() }()
	shown := func() (got showing) {
		got = showing{front: ids(t, l, GalleryQuery{Stacked: true}), trash: ids(t, l, GalleryQuery{View: "trash"}), blue: ids(t, l, GalleryQuery{Text: "label:blue"})}
		all, err := l.Collections(t.Context())
		must(t, err)
		var names []string
		for _, c := range all {
			names = append(names, c.Name+": "+ids(t, l, GalleryQuery{Collection: c.ID}))
		}
		got.collections = strings.Join(names, ", ")
		return got
	}
	if got := shown(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := ids(t, l, GalleryQuery{Stack: "v1"}); got != "v1 v3" {
		t.Error("a stack:", got)
	}
	if got := ids(t, l, GalleryQuery{Text: "tag:lake rating:4 has:note opening"}) + ids(t, l, GalleryQuery{Text: "rating:4 -label:red duration:5.9s cost:0.21"}); got != "v1v1" {
		t.Error("marks:", got)
	}
	v, err := l.Video(t.Context(), "v1")
	if err != nil || v.Origin == nil || *v.Origin != (generation.Origin{Kind: generation.OfPicture, Picture: "p1"}) {
		t.Errorf("%+v %v", v.Origin, err)
	}
	edits, err := l.Edits(t.Context())
	must(t, err)
	for _, e := range edits {
		if _, err := l.Undo(t.Context(), e.ID); err != nil {
			t.Error(e, err)
		}
	}
	if v, err = l.Video(t.Context(), "v1"); err != nil || v.Notes != "" || len(v.Tags) > 0 || v.Rating != 0 || v.Favourite {
		t.Errorf("%+v %v", v, err)
	}
	if got := shown(); got.trash != "v2" || got.blue+got.collections != "" || !strings.HasPrefix(got.front, "v1") {
		t.Errorf("taken back: %+v", got)
	}
}

// A million videos of one moment, and of none, stay apart and in order.
func TestNumbersOfOneMoment(t *testing.T) {
	path := of(t, 2)
	raw, err := openRaw(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = raw.Exec(`WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 9000)
		INSERT INTO videos (id, version, created_at, record) SELECT 'm' || i, 1, 5 + (i > 8999) - 9 * (i = 1), json_object('id', 'm' || i, 'model', 'm', 'duration', 0, 'createdAt', 5 + (i > 8999) - 9 * (i = 1)) FROM i`)
	if err := errors.Join(err, raw.Close()); err != nil {
		t.Fatal(err)
	}
	l, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if err := check(t.Context(), l.db); err != nil {
		t.Fatal(err)
	}
	add(t, l, "between", "x", 5)
	all, err := l.IDs(t.Context(), GalleryQuery{}, "", 2, 10000)
	if err != nil || len(all) != 9001 || all[len(all)-1] != "m1" || all[len(all)-2] != "m2" || all[len(all)-3] != "m3" {
		t.Fatal(len(all), all[:3], err)
	}
}

func openRaw(path string) (*sql.DB, error) { return sql.Open("sqlite", dsn(path)) }
