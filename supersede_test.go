package main

import (
	"context"
	"testing"
)

func TestALaterQuestionEndsTheOneBefore(t *testing.T) {
	var q questions
	first := q.ask(t.Context(), "sections", "sl")
	again := q.ask(t.Context(), "sections", "sl")
	other := q.ask(t.Context(), "videos", "sl")
	if first.Err() != nil || again != first {
		t.Fatal("the same question was ended")
	}
	next := q.ask(t.Context(), "sections", "slo")
	if first.Err() != context.Canceled || next.Err() != nil || other.Err() != nil {
		t.Fatal(first.Err(), next.Err(), other.Err())
	}
}
