package main

import (
	"context"

	"conch/backend/engine"
	"conch/backend/library"
)

// Mark changes what a person says of videos: one transaction, taken back by Undo.
func (a *App) Mark(ids []string, marks library.Marks) (library.Edit, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Edit, error) {
		return e.Library.Mark(ctx, ids, marks)
	})
}

// Undo takes an edit back, or makes one again that was taken back.
func (a *App) Undo(edit int64) (library.Edit, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Edit, error) { return e.Undo(ctx, edit) })
}

// Edits lists the latest edits, newest first.
func (a *App) Edits() ([]library.Edit, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) ([]library.Edit, error) { return e.Library.Edits(ctx) })
}

// Tags lists the tags that contain what is typed.
func (a *App) Tags(typed string) ([]library.Tag, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) ([]library.Tag, error) {
		return e.Library.Tags(ctx, typed, -1)
	})
}

// Common tells what some videos have of what a person says.
func (a *App) Common(ids []string) (library.Common, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Common, error) {
		return e.Library.Common(ctx, ids)
	})
}

// StandFor lets a video stand for its stack, or leaves that to the newest.
func (a *App) StandFor(id string, on bool) (library.Edit, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Edit, error) {
		return e.Library.StandFor(ctx, id, on)
	})
}

// RenameTag gives a tag another name, or makes it one with the tag that has it.
func (a *App) RenameTag(from, to string) (library.Edit, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Edit, error) {
		return e.Library.RenameTag(ctx, from, to)
	})
}

// Collections lists them by name.
func (a *App) Collections() ([]library.Collection, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) ([]library.Collection, error) {
		return e.Library.Collections(ctx)
	})
}

// SaveCollection makes a collection, or gives one another name or search.
func (a *App) SaveCollection(collection library.Collection) (library.Collection, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Collection, error) {
		return e.Library.SaveCollection(ctx, collection)
	})
}

// RemoveCollection removes a collection; its videos stay.
func (a *App) RemoveCollection(id string) (library.Edit, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Edit, error) {
		return e.Library.RemoveCollection(ctx, id)
	})
}

// CollectionsOf lists the manual ones that a video is in.
func (a *App) CollectionsOf(id string) ([]library.Collection, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) ([]library.Collection, error) {
		return e.Library.CollectionsOf(ctx, id)
	})
}

// CountCollection counts what a collection shows.
func (a *App) CountCollection(id string) (int, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (int, error) {
		return e.Library.CountCollection(ctx, id)
	})
}

// Collect puts videos at the end of a manual collection.
func (a *App) Collect(collection string, ids []string) (library.Edit, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Edit, error) {
		return e.Library.Collect(ctx, collection, ids)
	})
}

// Arrange moves videos of a manual collection before another one of it, "" for its end.
func (a *App) Arrange(collection string, ids []string, before string) (library.Edit, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Edit, error) {
		return e.Library.Arrange(ctx, collection, ids, before)
	})
}

// Uncollect takes videos out of a collection.
func (a *App) Uncollect(collection string, ids []string) (library.Edit, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Edit, error) {
		return e.Library.Uncollect(ctx, collection, ids)
	})
}

// Lineage gives what a video came from and what came from it.
func (a *App) Lineage(id string) (library.Lineage, error) {
	return with(a, func(ctx context.Context, e *engine.Engine) (library.Lineage, error) {
		return e.Library.Lineage(ctx, id)
	})
}
