package desktop

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"
)

func opener(path string) []string { return []string{"rundll32", "url.dll,FileProtocolHandler", path} }

// reveal passes the command line whole, since explorer has its own rules for quotes.
func reveal(ctx context.Context, path string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	cmd := exec.Command("explorer.exe")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `explorer.exe /select,"` + path + `"`}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start explorer: %w", err)
	}
	go func() { _ = cmd.Wait() }()
	return nil
}

var attachConsole = windows.NewLazySystemDLL("kernel32.dll").NewProc("AttachConsole")

const parentProcess = ^uintptr(0)

// AttachConsole gives the commands the console they were started from: a
// window's binary has none of its own. Streams that were redirected to a file or
// a pipe stay as they are.
func AttachConsole() {
	if attached, _, _ := attachConsole.Call(parentProcess); attached == 0 {
		return
	}
	adopt := func(stream **os.File, handle uint32, device string, flag int) {
		if h, err := windows.GetStdHandle(handle); err == nil && h != 0 && h != windows.InvalidHandle {
			if kind, err := windows.GetFileType(h); err == nil && kind != windows.FILE_TYPE_UNKNOWN {
				*stream = os.NewFile(uintptr(h), device)
				return
			}
		}
		if file, err := os.OpenFile(device, flag, 0); err == nil {
			*stream = file
		}
	}
	adopt(&os.Stdin, windows.STD_INPUT_HANDLE, "CONIN$", os.O_RDWR)
	adopt(&os.Stdout, windows.STD_OUTPUT_HANDLE, "CONOUT$", os.O_RDWR)
	adopt(&os.Stderr, windows.STD_ERROR_HANDLE, "CONOUT$", os.O_RDWR)
}

// CopyFiles puts files on the clipboard, so that a file manager pastes them. The paths go by the environment, where
// none of their characters means anything to PowerShell.
func CopyFiles(ctx context.Context, paths []string) error {
	cmd := exec.CommandContext(ctx, "powershell.exe", "-NoProfile", "-NonInteractive", "-Command", "Set-Clipboard -LiteralPath ($env:CONCH_COPY -split [char]10) -ErrorAction Stop")
	cmd.Env = append(os.Environ(), "CONCH_COPY="+strings.Join(paths, "\n"))
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true}
	return finish(ctx, cmd)
}
