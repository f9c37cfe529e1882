package desktop

import (
	"context"
	"os/exec"
)

func opener(path string) []string { return []string{"open", path} }

func reveal(ctx context.Context, path string) error {
	return start(ctx, []string{"open", "-R", path})
}

// AttachConsole has nothing to do here: the standard streams are the caller's already.
func AttachConsole() {}

// pasteFiles is JavaScript for Automation: file addresses, as the Finder puts them on the pasteboard.
const pasteFiles = `ObjC.import('AppKit'); function run(paths) {
	const board = $.NSPasteboard.generalPasteboard; board.clearContents
	if (!board.writeObjects($(paths.map(p => $.NSURL.fileURLWithPath(p))))) throw new Error('the pasteboard took nothing')
}`

// CopyFiles puts files on the clipboard, so that a file manager pastes them.
func CopyFiles(ctx context.Context, paths []string) error {
	return finish(ctx, exec.CommandContext(ctx, "osascript", append([]string{"-l", "JavaScript", "-e", pasteFiles}, paths...)...))
}
