// Conch is the desktop studio for AI video: a window when it is double-clicked, a command when it is given one.
package main

import (
	"os"

	"conch/backend/command"
	"conch/backend/desktop"
	"conch/backend/fault"
	"conch/backend/vault"
)

// version is set by the linker from git; wails.json holds the released number.
var version = "0.1.0"

func main() {
	env := vault.Withdraw()
	folder, _ := os.Getwd()
	face := command.FaceOf(os.Args[1:], folder)
	if face.Command {
		desktop.AttachConsole()
		os.Exit(command.Main(version, env))
	}
	if err := window(env, opening{Demo: face.Demo, Files: face.Files}); err != nil {
		desktop.AttachConsole()
		_, _ = os.Stderr.WriteString("conch: " + fault.Of(err).Sentence() + "\n")
		os.Exit(1)
	}
}
