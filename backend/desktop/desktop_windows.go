package desktop

import (
	"context"
	"fmt"
	"os"
	"os/exec"
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
