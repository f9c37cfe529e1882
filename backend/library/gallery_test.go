package library

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/query"
)

// in makes the tests' local time that of a zone.
func in(t *testing.T, zone string) {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	was := time.Local
	time.Local = location
	t.Cleanup(func() { time.Local = was })
}

func on(t *testing.T, moment string) int64 {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", moment, time.Local)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMilli()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// shelf has five videos, oldest last: koi, fox, rain, heron, egret.
func shelf(t *testing.T) *Library {
	t.Helper()
	in(t, "Asia/Taipei")
	l := opened(t)
	price := &generation.Price{Amount: 230_000}
	cost := generation.Money(480_000)
	for _, v := range []generation.Video{
		{ID: "heron", Prompt: "A heron lifts off in the rain, slow pan over the lake", Model: "minimax/hailuo-02/standard", Duration: 5880, CreatedAt: on(t, "2026-10-31 23:50"), Price: price, Pictures: map[string]string{"image": "p1"}, Rating: 5},
		{ID: "fox", Prompt: "A fox, pan slow, in snow", Model: "minimax/hailuo-02/pro", Duration: 10040, CreatedAt: on(t, "2026-11-05 09:00"), Price: price, Cost: &cost, Label: "red", Tags: []string{"Dark forest", "snow"}},
		{ID: "rain", Prompt: "雨夜的台北街頭，霓虹燈", Model: "minimax/hailuo-02/t2v-standard", Duration: 6000, CreatedAt: on(t, "2026-11-01 00:10"), Favourite: true, Notes: "for the opening", Rating: 3, Service: "demo"},
		{ID: "koi", Prompt: "Koi beneath maple leaves", Model: "kling/v2", Duration: 10000, CreatedAt: on(t, "2026-11-20 12:00"), Favourite: true, Tags: []string{"snow"}, Origin: &generation.Origin{Kind: generation.LastFrame, Video: "fox"}},
		{ID: "egret", Prompt: "An egret in rainbows", Model: "kling/v2", Duration: 5000, CreatedAt: on(t, "2026-10-01 00:00")},
		{ID: "gone", Prompt: "A heron nobody wants", Model: "kling/v2", CreatedAt: on(t, "2026-11-06 00:00"), TrashedAt: 5},
	} {
		v.Name, v.Path = v.ID, "/videos/"+v.ID+".mp4"
		must(t, l.AddVideo(t.Context(), v))
	}
	return l
}

// shelves is the same with collections.
func shelves(t *testing.T) *Library {
	t.Helper()
	l := shelf(t)
	for _, c := range []struct {
		name string
		ids  []string
	}{{"Été 1", []string{"heron", "koi", "gone"}}, {"Twice", []string{"fox"}}, {"its twin", []string{"koi", "fox", "rain"}}} {
		made, err := l.SaveCollection(t.Context(), Collection{Name: c.name})
		must(t, err)
		_, err = l.Collect(t.Context(), made.ID, c.ids)
		must(t, err)
	}
	must(t, l.write(t.Context(), func(tx *writing, _ int64) error { // older libraries have such
		_, err := tx.ExecContext(t.Context(), "UPDATE collections SET name = 'twice' WHERE name = 'its twin'")
		return err
	}))
	_, err := l.SaveCollection(t.Context(), Collection{Name: "Rare", Smart: true, Query: "rain"})
	must(t, err)
	return l
}

var asked = map[string]string{
	"":                                    "koi fox rain heron egret",
	"heron":                               "heron",
	"rain":                                "rain heron egret",
	"-rain":                               "koi fox egret",
	"-rain -fox -heron":                   "koi egret",
	"rain -rainbows":                      "rain heron",
	`"slow pan"`:                          "heron",
	"slow pan":                            "fox heron",
	"台北":                                  "rain",
	"-台北 fav:yes":                         "koi",
	"-tag:snow":                           "rain heron egret",
	"model:hailuo-02":                     "fox rain heron",
	"-model:hailuo":                       "koi egret",
	"duration:10":                         "koi fox",
	"duration:<=6":                        "rain heron egret",
	"fav:yes":                             "koi rain",
	"fav:yes -label:red rating:3":         "rain",
	"fav:no":                              "fox heron egret",
	"tag:snow":                            "koi fox",
	`tag:"dark forest"`:                   "fox",
	`TAG:"DARK FOREST" snow`:              "fox",
	"tag:nothing":                         "",
	`collection:"été 1"`:                  "koi heron",
	`-collection:"été 1"`:                 "fox rain egret",
	"collection:twice":                    "koi fox rain",
	`collection:twice collection:"ÉTÉ 1"`: "koi",
	"collection:twice is:demo":            "rain",
	"collection:rare":                     "", // a search is none of them
	"has:collection":                      "koi fox rain heron",
	"-has:collection":                     "egret",
	"has:collection rain":                 "rain heron",
	"forest":                              "fox",
	"opening":                             "rain",
	"koi.mp4":                             "koi",
	"rating:>=3":                          "rain heron",
	"rating:none":                         "koi fox egret",
	"-rating:5 rating:>0":                 "rain",
	"label:red":                           "fox",
	"label:none fav:yes":                  "koi rain",
	"after:2026-11":                       "koi fox rain",
	"before:2026-11":                      "heron egret",
	"-before:2026-11":                     "koi fox rain",
	"on:2026-10":                          "heron egret",
	"on:2026-11-01 rain":                  "rain",
	"after:2026-10-31 before:2026-11-06":  "fox rain heron",
	"cost:>0.3":                           "fox",
	"cost:0.23":                           "heron",
	"has:image":                           "heron",
	"-has:image has:tag":                  "koi fox",
	"has:note":                            "rain",
	"has:origin":                          "koi",
	"is:trashed":                          "gone",
	"is:trashed heron":                    "gone",
	"is:demo":                             "rain",
	"is:missing":                          "",
	"-has:tag":                            "rain heron egret",
	"-has:origin -tag:snow":               "rain heron egret",
	"-fav:yes -label:red":                 "heron egret",
	"label:red label:blue":                "",
	"is:missing heron":                    "",
	"label:red fox":                       "fox",
	"has:note -fox":                       "rain",
	"tag:snow l":                          "koi",
	"-fav:yes -cost:>0.3 lake":            "heron",
	"-has:note":                           "koi fox heron egret",
	"-duration:10 -cost:0.23":             "rain egret",
	"cost:..0.20 -rating:3":               "koi egret",
	"cost:>9":                             "",
	"duration:>60":                        "",
	"model:nothing":                       "",
	"-model:nothing has:tag":              "koi fox",
	"model:hailuo duration:<9 -is:demo":   "heron",
	"model:kling after:2026-11":           "koi",
	"-is:missing -is:demo":                "koi fox heron egret",
	"fav:perhaps":                         "",
}

func TestTheGalleryAnswers(t *testing.T) {
	l := shelves(t)
	for text, want := range asked {
		q := GalleryQuery{Text: text}
		if got := ids(t, l, q); got != want {
			t.Errorf("%q found %q, want %q", text, got, want)
		}
		s, err := l.Sections(t.Context(), q)
		if err != nil || s.Total != len(strings.Fields(want)) {
			t.Errorf("%q counts %d: %v", text, s.Total, err)
		}
		all, err := l.IDs(t.Context(), q, "2026-11-01", 0, 99)
		older := strings.Fields(want)
		older = older[slices.IndexFunc(append(older, "rain"), func(id string) bool { return slices.Contains([]string{"rain", "heron", "egret"}, id) }):]
		if err != nil || text != "is:trashed" && text != "is:trashed heron" && !slices.Equal(all, older) {
			t.Errorf("%q from a day on has %v, want %v: %v", text, all, older, err)
		}
	}
	if got := ids(t, l, GalleryQuery{View: "trash"}); got != "gone" {
		t.Error("in the trash:", got)
	}
	if _, err := l.Videos(t.Context(), GalleryQuery{Collection: "none"}, "", 0, 1); fault.Of(err).Rule != "not_found_collection" {
		t.Error(err)
	}
	s, err := l.Sections(t.Context(), GalleryQuery{Text: "rating:lots"})
	if err != nil || !slices.Equal(s.Hints, []string{"rating:lots"}) {
		t.Errorf("%+v %v", s, err)
	}
}

func TestSectionsAreLocalDays(t *testing.T) {
	for _, zone := range []string{"Asia/Taipei", "Europe/Berlin", "America/Havana", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe"} {
		t.Run(zone, func(t *testing.T) {
			in(t, zone)
			l := opened(t)
			var all []generation.Video
			start := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC)
			for i := range 250 { // every 35 hours and a bit, over a year: each zone changes its clocks twice in it
				at := start.Add(time.Duration(i) * 2111 * time.Minute)
				all = append(all, generation.Video{ID: fmt.Sprint("v", i), Prompt: "x", CreatedAt: at.UnixMilli()})
			}
			must(t, l.AddVideos(t.Context(), all))
			got, err := l.Sections(t.Context(), GalleryQuery{})
			must(t, err)
			want := Sections{Total: len(all)}
			for _, v := range slices.Backward(all) {
				day := time.UnixMilli(v.CreatedAt).Format(time.DateOnly)
				if len(want.Days) == 0 || want.Days[len(want.Days)-1].Day != day {
					want.Days = append(want.Days, Section{Day: day})
				}
				want.Days[len(want.Days)-1].Count++
			}
			if got.Total != want.Total || !slices.Equal(got.Days, want.Days) {
				t.Fatalf("got  %v\nwant %v", got, want)
			}
			before := 0
			for _, s := range got.Days {
				first, err := l.Videos(t.Context(), GalleryQuery{}, s.Day, 0, 1)
				must(t, err)
				if want := all[len(all)-1-before].ID; len(first) != 1 || first[0].ID != want {
					t.Fatalf("%s begins with %v, want %s", s.Day, first, want)
				}
				before += s.Count
			}
		})
	}
}

func TestStacksShowTheirNewestThatMatches(t *testing.T) {
	l := opened(t)
	for i, model := range []string{"minimax/hailuo-02/standard", "minimax/hailuo-02/pro", "minimax/hailuo-02/standard", "kling/v2", "minimax/hailuo-02/standard"} {
		v := generation.Video{ID: fmt.Sprint("v", i), Prompt: "the same  words", Model: model, CreatedAt: int64(i + 1)}
		if i == 4 {
			v.Prompt = "other words"
		}
		v.Favourite = i == 0
		must(t, l.AddVideo(t.Context(), v))
	}
	stacked := func(text string) string { return ids(t, l, GalleryQuery{Text: text, Stacked: true}) }
	if got := stacked(""); got != "v4 v3 v2" {
		t.Error(got)
	}
	if got := stacked("fav:yes"); got != "v0" {
		t.Error("the favourite of a stack:", got)
	}
	if got := stacked("same -kling"); got != "v2" {
		t.Error(got)
	}
	all, err := l.Videos(t.Context(), GalleryQuery{Stacked: true}, "", 0, 10)
	if err != nil || all[2].Stack != 3 || all[0].Stack != 1 {
		t.Errorf("%+v %v", all, err)
	}
	s, err := l.Sections(t.Context(), GalleryQuery{Stacked: true, Text: "words"})
	if err != nil || s.Total != 3 {
		t.Errorf("%+v %v", s, err)
	}
}

func TestSuggest(t *testing.T) {
	l := shelves(t)
	for text, want := range map[string]string{
		"fa":          "fav:",
		"x -be":       "-before:",
		"tag:s":       `tag:snow tag:"Dark forest"`,
		"標籤:dark":     `tag:"Dark forest"`,
		"fav:":        "fav:yes fav:no",
		"co":          "collection: cost:",
		"collection:": `collection:Twice collection:twice collection:"Été 1"`,
		"-été":        `-collection:"Été 1"`,
		"label:p":     "label:purple",
		"model:kl":    "model:kling/v2",
		"sno":         "tag:snow",
		"fav:yes":     "",
		"is:m":        "is:missing",
		"rating:":     "rating:>=4 rating:5 rating:>=3 rating:none",
	} {
		all, err := l.Suggest(t.Context(), text, len([]rune(text)))
		var got []string
		for _, s := range all {
			got = append(got, s.Text)
		}
		if strings.Join(got, " ") != want || err != nil {
			t.Errorf("%q suggests %q, want %q: %v", text, got, want, err)
		}
	}
	all, err := l.Suggest(t.Context(), "😀 tag:sn and more", 9)
	if err != nil || len(all) != 1 || all[0] != (Suggestion{Text: "tag:snow", From: 3, To: 9, Kind: "tag", Count: 2}) {
		t.Errorf("%+v %v", all, err)
	}
	if all, err := l.Suggest(t.Context(), "", 0); err != nil || len(all) != min(mostSuggestions, len(query.Keys)) {
		t.Errorf("%+v %v", all, err)
	}
}
