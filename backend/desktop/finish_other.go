//go:build !linux

package desktop

import (
	"context"
	"fmt"
	"os/exec"
)

// finish runs a helper to its end, and says what it complained of.
func finish(ctx context.Context, cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", cmd.Path, err, out)
	}
	return ctx.Err()
}
