// Package desktop asks the system's own programs to do what they do best: show
// a file in its folder, open it in the person's player, print on the parent's console.
package desktop

import (
	"context"
	"fmt"
	"os/exec"
)

// Open hands a file to the program the person chose for its kind.
func Open(ctx context.Context, path string) error {
	return start(ctx, opener(path))
}

// Reveal shows a file selected in the system's file manager, or its folder where selecting isn't possible.
func Reveal(ctx context.Context, path string) error {
	return reveal(ctx, path)
}

// start begins a helper and does not wait for it to end: a player stays open for hours.
func start(ctx context.Context, argv []string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", argv[0], err)
	}
	go func() { _ = cmd.Wait() }()
	return nil
}
