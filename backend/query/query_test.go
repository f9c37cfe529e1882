package query

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func at(zone string) Clock {
	in, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	return func() time.Time { return time.Date(2026, 11, 25, 10, 0, 0, 0, in) }
}

// said is a query in one line: texts as they are, phrases in quotes, filters with their word or range.
func said(q Query) string {
	var all []string
	for _, t := range q.Terms {
		text := t.Text
		switch {
		case t.Key != "" && t.Filter.Word != "":
			text = fmt.Sprintf("%s=%s", t.Key, t.Filter.Word)
		case t.Key != "":
			text = fmt.Sprintf("%s=[%d,%d)", t.Key, t.Filter.Low, t.Filter.Top)
		case t.Phrase:
			text = `"` + text + `"`
		}
		if t.Not {
			text = "-" + text
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

func TestParse(t *testing.T) {
	const most, least = "9223372036854775807", "-9223372036854775808"
	for text, want := range map[string]string{
		"":                         "",
		"  heron   lake ":          "heron lake",
		"heron -rain":              `heron -"rain"`,
		`"slow pan" x`:             `"slow pan" x`,
		`“慢 推” 「夕陽」`:               `"慢 推" "夕陽"`,
		`"not closed`:              `"not closed"`,
		"- x":                      "x",
		"-":                        "",
		"--x":                      `-"-x"`,
		"[Pan left]":               "[Pan left]",
		"16:9 http://a.b":          "16 9 http //a.b",
		"model:hailuo-02":          "model=hailuo-02",
		"MODEL:Hailuo":             "model=hailuo",
		"fav:yes 收藏:否 fav：是":       "fav=yes fav=no fav=yes",
		`tag:"dark forest" -tag:雨`: `tag=dark forest -tag=雨`,
		`-collection:"My Reel"`:    `-collection=my reel`,
		"合輯:雪 合集:雪 has:合輯":         "collection=雪 collection=雪 has=collection",
		"rating:>=4":               "rating=[4," + most + ")",
		"rating:4 rating:none":     "rating=[4,5) rating=[0,1)",
		"rating:2..4 rating:..3":   "rating=[2,5) rating=[" + least + ",4)",
		"duration:10":              "duration=[9500,10500)",
		"duration:5.9s":            "duration=[5850,5950)",
		"duration:>6":              "duration=[6500," + most + ")",
		"cost:>0.3":                "cost=[300001," + most + ")",
		"cost:0.23 cost:<=$1":      "cost=[225000,235000) cost=[" + least + ",1000001)",
		"label:红 label:none":       "label=red label=none",
		"has:image -has:note":      "has=image -has=note",
		"is:trashed":               "is=trashed",
		"on:2026-10":               "on=[1790812800000,1793491200000)",
		"on:2026":                  "on=[1767225600000,1798761600000)",
		"after:2026/10/5":          "after=[1791158400000," + most + ")",
		"before:2026年11月5日":        "before=[" + least + ",1793836800000)",
		"on:yesterday":             "on=[1795478400000,1795564800000)",
	} {
		if got := said(Parse(text, at("UTC"))); got != want {
			t.Errorf("%q is read as %s, want %s", text, got, want)
		}
	}
}

func TestWhatCannotBeReadIsLookedFor(t *testing.T) {
	q := Parse("rating:lots label:pink on:2026-13 cost:1..x fav:", at("UTC"))
	if got := said(q); got != "rating lots label pink on 2026-13 cost 1..x fav " {
		t.Errorf("%q", got)
	}
	if want := []string{"rating:lots", "label:pink", "on:2026-13", "cost:1..x", "fav:"}; !slices.Equal(q.Hints, want) {
		t.Errorf("%q", q.Hints)
	}
}

func TestAWrittenFilterIsReadAgain(t *testing.T) {
	for value, want := range map[string]string{
		"reel":        "collection:reel",
		"my reel":     `collection:"my reel"`,
		"a:b":         `collection:"a:b"`,
		`say "hi"`:    `collection:“say "hi"”`,
		`"hi"`:        `collection:“"hi"”`,
		`5"`:          `collection:5"`,
		"“a” \"b\"":   "collection:「“a” \"b\"」",
		"「夜」":         `collection:"「夜」"`,
		"全形　空白":       `collection:"全形　空白"`,
		`" ” 」 』 all`: "",
	} {
		text, ok := Write(Collection, value)
		if text != want || ok != (want != "") {
			t.Errorf("%q is written as %s, want %s", value, text, want)
		}
		if q := Parse(text, at("UTC")); ok && (len(q.Terms) != 1 || q.Terms[0].Text != value || q.Terms[0].Key != Collection) {
			t.Errorf("%s is read as %+v", text, q)
		}
	}
}

func TestTheTermAtTheEnd(t *testing.T) {
	for text, want := range map[string]string{
		"":             "0 false  ",
		"heron ":       "6 false  ",
		"heron la":     "6 false  la",
		"a -tag:for":   "2 true tag for",
		`tag:"dark fo`: "0 false tag dark fo",
		"x what:ever":  "2 false  what:ever",
		"夕陽 標籤:森":      "7 false tag 森",
		`tag:"a b" `:   "10 false  ",
	} {
		u := End(text)
		if got := fmt.Sprint(u.From, " ", u.Not, " ", u.Key, " ", u.Typed); got != want {
			t.Errorf("%q ends in %q, want %q", text, got, want)
		}
	}
}

// A day begins when the date of the clock on the wall changes, also where that is not at midnight.
func TestDaysBegin(t *testing.T) {
	for _, zone := range []string{"UTC", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Asia/Taipei", "Africa/Cairo", "Pacific/Apia", "Asia/Beirut", "Australia/Lord_Howe"} {
		in, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for d := range 366 * 30 {
			start := DayStart(2000, 1, 1+d, in)
			noon := time.Date(2000, 1, 1+d, 12, 0, 0, 0, in)
			if start.YearDay() != noon.YearDay() || start.Add(-1).YearDay() == noon.YearDay() {
				t.Fatalf("%s: %v does not begin %v", zone, start, noon)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`model:x duration:10 fav:yes -rain "slow pan"`, "標籤：雨 rating:>=4 cost:..", "-\"", "a:b:c", "on:0000-00", "\xff:\xfe", "after:9999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := Parse(text, at("America/Havana"))
		for _, term := range q.Terms {
			if term.Key == "" && strings.TrimSpace(term.Text) == "" {
				t.Errorf("nothing is looked for: %+v", term)
			}
			if term.Key != "" && !slices.Contains(Keys, term.Key) {
				t.Errorf("no such filter: %+v", term)
			}
		}
		for _, hint := range q.Hints {
			if !strings.Contains(text, hint) {
				t.Errorf("hint %q was not typed", hint)
			}
		}
		if end := End(text); end.From < 0 || end.From > len(text) {
			t.Errorf("the end begins at %d", end.From)
		}
	})
}
