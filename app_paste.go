package main

import (
	"context"
	"time"

	"conch/backend/engine"
	"conch/backend/picture"
)

// copiedPatience is how long the program that owns the clipboard may take to say what is on it.
const copiedPatience = 5 * time.Second

// Pasted is what became of files that were copied in a file manager.
type Pasted struct {
	Taken   bool             `json:"taken"` // there were some: nothing else of the clipboard is to be pasted
	Picture *picture.Picture `json:"picture"`
}

// PasteFiles takes files that were copied in a file manager as a drop of them would be taken.
// Faults: paste_many, and those of a drop.
func (a *App) PasteFiles() (Pasted, error) {
	ctx, stop := context.WithTimeout(a.ctx, copiedPatience)
	paths, err := copiedFiles(ctx)
	stop()
	if err != nil || len(paths) == 0 {
		return Pasted{}, err
	}
	if films := filmsIn(a.ctx, paths); len(films) > 0 {
		a.dropFilms(films)
		return Pasted{Taken: true}, nil
	}
	return with(a, func(ctx context.Context, e *engine.Engine) (Pasted, error) {
		p, err := onePicture(ctx, e, paths, "paste_many")
		return Pasted{Taken: true, Picture: &p}, err
	})
}
