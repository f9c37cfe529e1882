package library

import (
	"fmt"
	"slices"
	"testing"

	"conch/backend/fault"
	"conch/backend/generation"
)

func TestLot(t *testing.T) {
	l := opened(t)
	if err := l.AddVideos(t.Context(), []generation.Video{
		{ID: "b", Path: "/b.mp4", CreatedAt: 2000, Bytes: 20}, {ID: "c", Path: "/c.mp4", CreatedAt: 3000, Bytes: 300}, {ID: "a", Path: "/a.mp4", CreatedAt: 1000, Bytes: 1},
	}); err != nil {
		t.Fatal(err)
	}
	lot, err := l.Lot(t.Context(), []string{"c", "a"})
	if err != nil || !slices.Equal(lot.IDs, []string{"a", "c"}) || lot.Bytes != 301 {
		t.Fatal(lot, err)
	}
	if _, err := l.Lot(t.Context(), []string{"a", "none"}); fault.Of(err).Rule != "not_found_video" || fault.Of(err).Args["id"] != "none" {
		t.Error(err)
	}
}

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
