// Package command is the face without a window. Results go to stdout, everything else to stderr.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"conch/backend/fault"
	"conch/backend/paths"
	"conch/backend/printable"
	"conch/backend/vault"
)

// Env is the world a command runs in.
type Env struct {
	Stdin    io.Reader
	Stdout   io.Writer
	Stderr   io.Writer
	Getenv   func(string) string
	Places   paths.Places
	Keychain vault.Keychain // nil: the system's
	Version  string
	Terminal bool // Stderr is a terminal: draw a progress bar
}

// The exit codes. Any other trouble of Conch itself is 1; an interrupt is 130.
const (
	exitDone        = 0
	exitInternal    = 1
	exitInvalid     = 2
	exitKey         = 3
	exitBalance     = 4
	exitRunFailed   = 5
	exitUnreachable = 6
	exitUncertain   = 7
	exitNotKept     = 8
	exitProblems    = 9 // the rest is done
	exitInterrupted = 130
)

var exits = map[fault.Code]int{
	"":                exitDone,
	fault.Invalid:     exitInvalid,
	fault.NotFound:    exitInvalid,
	fault.Key:         exitKey,
	fault.Vault:       exitKey,
	fault.Balance:     exitBalance,
	fault.RunFailed:   exitRunFailed,
	fault.Unreachable: exitUnreachable,
	fault.Limited:     exitUnreachable,
	fault.Uncertain:   exitUncertain,
	fault.NotKept:     exitNotKept,
	fault.Canceled:    exitInterrupted,
}

func exitOf(err error) int {
	if errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	if code, known := exits[fault.CodeOf(err)]; known {
		return code
	}
	return exitInternal
}

type grammar struct {
	Demo     bool        `help:"Use the built-in simulator: free, offline, no key needed."`
	Generate generateCmd `cmd:"" help:"Generate a video and save it to the library."`
	Resume   resumeCmd   `cmd:"" help:"Finish every run that is still in progress."`
	Adopt    adoptCmd    `cmd:"" help:"Add a run made elsewhere, by its prediction ID."`
	Cancel   cancelCmd   `cmd:"" help:"Cancel a run that has not been submitted, or stop waiting for one that has."`
	Retry    retryCmd    `cmd:"" name:"retry-download" help:"Retry the download of a finished run."`
	Ledger   ledgerCmd   `cmd:"" help:"List every submitted run with its time, model, price, and outcome."`
	Stats    statsCmd    `cmd:"" help:"Show runs, success rate, spending, and generation times by day and model."`
	List     listCmd     `cmd:"" help:"List runs and videos, newest first."`
	Show     showCmd     `cmd:"" help:"Show a video or run by its ID."`
	Library  libraryCmd  `cmd:"" help:"Verify, rebuild, export, or import the library."`
	Key      keyCmd      `cmd:"" help:"Set, check, or remove the API key."`
	Simulate simulateCmd `cmd:"" help:"Run a local simulator of Atlas Cloud."`
	Version  versionCmd  `cmd:"" help:"Print the version."`

	ShowVersion kong.VersionFlag `name:"version" short:"v" help:"Print the version."`
}

// run is what a command gets to work with.
type run struct {
	Env  // its Stdout and Stderr show text from outside as it is, and let nothing in it be obeyed
	raw  streams
	ctx  context.Context
	demo bool
}

// streams are stdout and stderr as the process has them: what is written here is obeyed by a terminal.
type streams struct{ out, err io.Writer }

// Main runs the process's own arguments in an environment and gives its exit code.
func Main(version string, env func(string) string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Run(ctx, os.Args[1:], Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: env, Places: paths.Default(), Version: version,
		Terminal: isTerminal(os.Stderr),
	})
}

// Run parses and runs one command and gives its exit code.
func Run(ctx context.Context, args []string, env Env) int {
	if env.Keychain == nil {
		env.Keychain = vault.OSKeychain()
	}
	raw := streams{env.Stdout, env.Stderr}
	env.Stdout, env.Stderr = printable.NewWriter(raw.out), printable.NewWriter(raw.err)
	env.Keychain = speaking(env.Keychain, env.Stderr)
	var g grammar
	ended := -1
	parser, err := kong.New(&g, kong.Name("conch"), kong.Description("The desktop studio for AI video. Without a command, the window opens."),
		kong.Writers(env.Stdout, env.Stderr), kong.Exit(func(code int) { ended = code }), kong.UsageOnError(), kong.Vars{"version": "conch " + env.Version})
	if err != nil {
		_, _ = fmt.Fprintln(env.Stderr, "conch:", err)
		return exitInternal
	}
	parsed, err := parser.Parse(asked(args))
	if ended >= 0 { // help or the version was asked for
		return ended
	}
	if err != nil {
		_, _ = fmt.Fprintf(env.Stderr, "conch: %v; see conch --help.\n", err)
		return exitInvalid
	}
	err = parsed.Run(&run{Env: env, raw: raw, ctx: ctx, demo: g.Demo})
	var coded *exit
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &coded):
		return coded.code
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	_, _ = fmt.Fprintln(env.Stderr, "conch:", sentence(err))
	if f := fault.Of(err); f.Code == fault.Internal && f.Err != nil {
		_, _ = fmt.Fprintln(env.Stderr, "details:", f.Err)
	}
	return exitOf(err)
}

func isTerminal(stream any) bool {
	file, is := stream.(*os.File)
	return is && term.IsTerminal(int(file.Fd()))
}

// exit ends with a code after everything was said.
type exit struct{ code int }

func (e *exit) Error() string { return fmt.Sprintf("exit %d", e.code) }

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(r *run) error {
	_, err := fmt.Fprintln(r.Stdout, "conch", r.Version)
	return err
}
