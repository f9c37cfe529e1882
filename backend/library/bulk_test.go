package library

import (
	"fmt"
	"slices"
	"testing"

	"conch/backend/fault"
	"conch/backend/generation"
)

func TestByID(t *testing.T) {
	l := opened(t)
	var videos []generation.Video
	var ids []string
	for i := range mostPage + 5 {
		id := fmt.Sprint("v", i)
		videos = append(videos, generation.Video{ID: id, Name: "name " + id, Path: "/" + id + ".mp4", CreatedAt: int64(i)})
		ids = append(ids, id)
	}
	if err := l.AddVideos(t.Context(), videos); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(ids, func(a, b string) int { return -len(a) + len(b) })
	ids = append(ids, "v7") // one of them twice
	all, err := l.ByID(t.Context(), ids)
	if err != nil || len(all) != len(ids) {
		t.Fatalf("%d of %d, %v", len(all), len(ids), err)
	}
	for i, v := range all {
		if v.ID != ids[i] || v.Name != "name "+v.ID {
			t.Fatalf("%d: %+v", i, v)
		}
	}
	if _, err := l.ByID(t.Context(), []string{"v1", "none", "v2"}); err == nil || fault.Of(err).Rule != "not_found_video" || fault.Of(err).Args["id"] != "none" {
		t.Error(err)
	}
	if none, err := l.ByID(t.Context(), nil); err != nil || len(none) != 0 {
		t.Error(none, err)
	}
}
