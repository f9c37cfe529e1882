package library

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"conch/backend/generation"
)

// Questions of ever new forms, asked at once while others are read, are answered, and few stay prepared.
func TestManyFormsOfQuestions(t *testing.T) {
	l := shelf(t)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for j := range 2 * mostPrepared {
				rows, err := l.ask(t.Context(), fmt.Sprintf("SELECT n FROM videos WHERE trashed_at = 0 AND n != %d ORDER BY n", i+j))
				if found, err := numbers(rows, err); err != nil || len(found) != 5 {
					t.Error(found, err)
				}
				if q := (GalleryQuery{Text: strings.Repeat("fav:yes ", 1+(i+j)%7)}); ids(t, l, q) != "koi rain" {
					t.Error(q)
				}
			}
		})
	}
	all.Wait()
	if n := len(l.asked.all); n == 0 || n > mostPrepared {
		t.Error("prepared:", n)
	}
}

func TestTagsAreInTheirOrder(t *testing.T) {
	l := opened(t)
	must(t, l.AddVideo(t.Context(), generation.Video{ID: "v", Tags: []string{"zoo", "Éclair", "apple", "Bee", "雨", "B\"quote"}}))
	v, err := l.Video(t.Context(), "v")
	if want := []string{"apple", "B\"quote", "Bee", "zoo", "Éclair", "雨"}; err != nil || !slices.Equal(v.Tags, want) {
		t.Errorf("%q %v", v.Tags, err)
	}
}

// FuzzFacts: whatever is written of a video is read as encoding/json reads it.
func FuzzFacts(f *testing.F) {
	f.Add("v1", "A heron \u2028 <lifts> \"off\"", "雨\x00", "\xff\xfe", int64(-1), 29.97, true)
	f.Add("", "\\u0041", "prompt", "", int64(1)<<62, 1e-300, false)
	f.Fuzz(func(t *testing.T, id, prompt, key, value string, amount int64, rate float64, on bool) {
		cost := generation.Money(amount)
		v := generation.Video{
			ID: id, Prompt: prompt, FrameRate: rate, Cost: &cost, HasPoster: on, CreatedAt: amount, Pictures: map[string]string{key: value},
			Params: map[string]any{key: value, "n": rate, "on": on, "none": nil, "list": []any{amount, prompt, map[string]any{value: key}}},
		}
		facts, err := json.Marshal(record{Video: v})
		if err != nil {
			t.Skip(err) // not a number
		}
		var want, got generation.Video
		must(t, json.Unmarshal(facts, &want))
		if err := decode(facts, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is read as %+v, want %+v: %v", facts, got, want, err)
		}
	})
}
