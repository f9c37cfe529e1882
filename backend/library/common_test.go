package library

import (
	"reflect"
	"testing"
)

func TestCommon(t *testing.T) {
	l := shelf(t)
	ctx := t.Context()
	all := []string{"koi", "fox", "rain"}
	mark := func(m Marks, ids ...string) {
		t.Helper()
		_, err := l.Mark(ctx, ids, m)
		must(t, err)
	}
	mark(Marks{Rating: is(4), Label: is("red"), Favourite: is(false), AddTags: []string{"reel"}}, all...)
	mark(Marks{Favourite: is(true), AddTags: []string{"Wild"}}, "fox")
	_, err := l.db.ExecContext(ctx, "UPDATE files SET size = 5")
	must(t, err)
	ours := func(ids ...string) Common {
		t.Helper()
		c, err := l.Common(ctx, ids)
		must(t, err)
		tags := c.Tags
		c.Tags = []Tag{}
		for _, tag := range tags { // the shelf has others
			if tag.Name == "reel" || tag.Name == "Wild" {
				c.Tags = append(c.Tags, tag)
			}
		}
		return c
	}
	for want, ids := range map[*Common][]string{
		{Count: 3, Bytes: 15, Favourites: 1, Rating: 4, Label: "red", Tags: []Tag{{"reel", 3}, {"Wild", 1}}}: append(all, "nobody", "koi"),
		{Count: 1, Bytes: 5, Rating: 4, Label: "red", Tags: []Tag{{"reel", 1}}}:                              {"koi"},
		{Tags: []Tag{}}: {"nobody"},
	} {
		if got := ours(ids...); !reflect.DeepEqual(got, *want) {
			t.Errorf("%v: %+v, want %+v", ids, got, *want)
		}
	}
	mark(Marks{Rating: is(0), Label: is("")}, "koi")
	if got := ours(all...); got.Rating != -1 || got.Label != "mixed" {
		t.Errorf("%+v", got)
	}
}

// A note is saved while it is written: that is one change, until something else is done or a while goes by.
func TestANoteThatIsWrittenIsOneEdit(t *testing.T) {
	l := shelf(t)
	ctx := t.Context()
	note := func(id, text string) Edit {
		t.Helper()
		e, err := l.Mark(ctx, []string{id}, Marks{Notes: &text})
		must(t, err)
		return e
	}
	begun := note("fox", "a")
	if e := note("fox", "a fox"); e.ID != begun.ID || e.Count != 1 {
		t.Fatalf("%+v after %+v", e, begun)
	}
	if e := note("fox", "a fox"); e.ID != 0 {
		t.Fatalf("nothing changed: %+v", e)
	}
	other := note("rain", "rain")
	if other.ID == begun.ID {
		t.Fatal("two videos share an edit")
	}
	again := note("fox", "a fox, again")
	if again.ID == begun.ID {
		t.Fatal("an edit swallowed what came after another one")
	}
	notes := func(want string) {
		t.Helper()
		if v, err := l.Video(ctx, "fox"); err != nil || v.Notes != want {
			t.Fatalf("%q %v, want %q", v.Notes, err, want)
		}
	}
	undo := func(id int64) {
		t.Helper()
		_, err := l.Undo(ctx, id)
		must(t, err)
	}
	undo(again.ID)
	notes("a fox")
	if e := note("fox", "anew"); e.ID == again.ID {
		t.Fatal("what was taken back goes on")
	}
	undo(begun.ID)
	notes("")
	undo(begun.ID)
	notes("anew")
	must(t, l.write(ctx, func(tx *writing, _ int64) error {
		_, err := tx.ExecContext(ctx, "UPDATE edits SET at = at - ?", oneNote.Milliseconds())
		return err
	}))
	newest, err := l.Edits(ctx)
	must(t, err)
	if e := note("fox", "an hour later"); e.ID == newest[0].ID {
		t.Fatal("it goes on for ever")
	}
}
