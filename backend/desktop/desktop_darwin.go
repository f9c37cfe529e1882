package desktop

import "context"

func opener(path string) []string { return []string{"open", path} }

func reveal(ctx context.Context, path string) error {
	return start(ctx, []string{"open", "-R", path})
}

// AttachConsole has nothing to do here: the standard streams are the caller's already.
func AttachConsole() {}
