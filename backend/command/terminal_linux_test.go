package command

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"conch/backend/simulator"
)

// terminal gives a terminal of so many lines and columns, and what was written to it once it is closed. Ctrl+C is
// pressed all the time: nobody gets a signal for it here, but it is echoed in between.
func terminal(t *testing.T, lines, columns uint16) (tty *os.File, written func() string) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprint("/dev/pts/", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: lines, Col: columns}); err != nil {
		t.Fatal(err)
	}
	modes, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	modes.Lflag |= unix.NOFLSH // else Ctrl+C throws away what was written and not read yet
	if err := unix.IoctlSetTermios(int(tty.Fd()), unix.TCSETS, modes); err != nil {
		t.Fatal(err)
	}
	all := make(chan string)
	go func() {
		var got bytes.Buffer
		piece := make([]byte, 4096)
		for {
			n, err := master.Read(piece)
			got.Write(piece[:n])
			if err != nil { // the other end was closed
				break
			}
			if bytes.ContainsRune(piece[:n], '\n') {
				_, _ = master.WriteString("\x03")
			}
		}
		all <- got.String()
	}()
	return tty, func() string {
		_ = tty.Close()
		defer func() { _ = master.Close() }()
		return <-all
	}
}

// shown is what stands on a terminal, also above its first line, after all this was written to it.
func shown(t *testing.T, written string) (lines []string) {
	t.Helper()
	rows, row, column := [][]rune{nil}, 0, 0
	for written != "" {
		if sequence, is := strings.CutPrefix(written, "\x1b["); is {
			end := strings.IndexFunc(sequence, func(r rune) bool { return r >= '@' })
			n, _ := strconv.Atoi(sequence[:end])
			switch kept := min(column, len(rows[row])); sequence[end] {
			case 'A':
				row -= n
			case 'J':
				rows[row] = rows[row][:kept]
				rows = rows[:row+1]
			case 'K':
				rows[row] = rows[row][:kept]
			default:
				t.Fatalf("what does %q do?", sequence[:end+1])
			}
			written = sequence[end+1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(written)
		written = written[size:]
		switch r {
		case '\r':
			column = 0
		case '\n':
			if row++; row == len(rows) {
				rows = append(rows, nil)
			}
		default:
			for len(rows[row]) <= column {
				rows[row] = append(rows[row], ' ')
			}
			rows[row][column] = r
			column++
		}
	}
	for _, line := range rows {
		lines = append(lines, strings.TrimRight(string(line), " "))
	}
	return lines
}

// TestOnATerminalNothingIsDrawnOver: what is said while bars are drawn stands whole, each on a line of its own.
func TestOnATerminalNothingIsDrawnOver(t *testing.T) {
	s := newShell(t, simulator.Options{})
	s.sim.SetFaults(simulator.Fault{On: "run", Fail: "out of ideas", Times: 1})
	tty, written := terminal(t, 24, 100)
	code := Run(t.Context(), []string{"generate", "--prompt", "many", "--count", "3"}, Env{
		Stdin: strings.NewReader(""), Stdout: tty, Stderr: tty, Getenv: func(name string) string { return s.env[name] },
		Places: s.places, Keychain: s.chain, Version: "test", Terminal: true,
	})
	lines := shown(t, written())
	whole := 0
	for _, line := range lines {
		if _, err := os.Stat(line); err == nil && strings.HasPrefix(line, s.places.Videos) {
			whole++
		}
		if line == "3 runs: $0.69" || strings.HasPrefix(line, "conch: ") && strings.Contains(line, "out of ideas") {
			whole++
		}
		if strings.HasPrefix(line, "processing") || strings.HasPrefix(line, "downloading") {
			t.Error("left on the terminal:", line)
		}
	}
	if code != exitRunFailed || whole != 4 {
		t.Fatalf("exit %d, %d whole lines of\n%s", code, whole, strings.Join(lines, "\n"))
	}
}
