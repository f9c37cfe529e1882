//go:build torture && linux

package torture

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// process is one run of the real binary.
type process struct {
	args   []string
	cmd    *exec.Cmd
	out    buffer
	said   buffer // stderr
	killed string // by what; "" when it ended by itself. Set before it ends
	code   int    // once it ended by itself
	ended  chan struct{}
}

func (p *process) String() string {
	return fmt.Sprintf("conch %s (pid %d)\n%s%s", strings.Join(p.args, " "), p.cmd.Process.Pid, p.out.String(), p.said.String())
}

func (p *process) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

type buffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// start runs the binary with the lane's places and service.
func (l *lane) start(args ...string) *process {
	p := &process{args: args, cmd: exec.Command(l.binary, args...), ended: make(chan struct{})}
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = l.env, &p.out, &p.said
	l.killing.Lock() // who begins while the others stand still would move the books
	defer l.killing.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := p.cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	l.alive[p.cmd.Process.Pid] = p
	began := time.Now()
	go func() {
		_ = p.cmd.Wait() // the code says it
		l.mu.Lock()
		delete(l.alive, p.cmd.Process.Pid)
		if p.code = p.cmd.ProcessState.ExitCode(); p.code >= 0 {
			p.killed = "" // it was quicker
		}
		l.mu.Unlock()
		l.tally.took(p, time.Since(began))
		close(p.ended)
	}()
	return p
}

// patience is how long a process may take on a slow, shared machine until it counts as hanging.
const patience = 3 * time.Minute

// join waits for the end of a process.
func (l *lane) join(p *process) {
	select {
	case <-p.ended:
	case <-time.After(patience):
		l.t.Errorf("hangs: %v", p)
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

// running are the processes of the lane, but for some.
func (l *lane) running(but ...*process) []*process {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*process
next:
	for _, p := range l.alive {
		for _, b := range but {
			if p == b {
				continue next
			}
		}
		all = append(all, p)
	}
	return all
}

// kill ends processes with SIGKILL at one instant: while the first dies, all others stand still, also those that die
// after it, so that nobody takes up what it left. The books are looked at exactly as the crash left them.
func (l *lane) kill(kind string, victims ...*process) {
	l.killing.Lock()
	defer l.killing.Unlock()
	others := l.running(victims[:min(1, len(victims))]...)
	for _, p := range others {
		freeze(p)
	}
	killed := 0
	for _, p := range victims {
		l.mu.Lock()
		_, there := l.alive[p.cmd.Process.Pid]
		if there {
			p.killed = kind
			_ = p.cmd.Process.Signal(syscall.SIGKILL)
		}
		l.mu.Unlock()
		if !there {
			continue
		}
		if <-p.ended; p.killed != "" {
			killed++
		}
	}
	if killed > 0 {
		l.tally.kills(kind, killed)
		l.look(kind)
	}
	for _, p := range others {
		_ = p.cmd.Process.Signal(syscall.SIGCONT)
	}
}

// freeze stops a process and returns when each of its threads stands still.
func freeze(p *process) {
	if p.cmd.Process.Signal(syscall.SIGSTOP) != nil {
		return
	}
	for !p.over() && !still(p.cmd.Process.Pid) {
		time.Sleep(100 * time.Microsecond)
	}
}

func still(pid int) bool {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	if err != nil || len(tasks) == 0 {
		return false
	}
	for _, task := range tasks {
		stat, err := os.ReadFile(task)
		if err != nil {
			continue // that thread ended
		}
		if _, state, ok := strings.Cut(string(stat), ") "); !ok || !strings.ContainsAny(state[:1], "TtZX") {
			return false
		}
	}
	return true
}

// links are what a process has open: paths, "socket:[inode]".
func links(p *process) []string {
	dir := fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var all []string
	for _, e := range entries {
		if target, err := os.Readlink(filepath.Join(dir, e.Name())); err == nil {
			all = append(all, target)
		}
	}
	return all
}

// ownerOf is the owner that a process is in the library, by the lock that shows its presence; "" before it has one.
// A process may also have the lock file of another one open, to see whether that lives, and locks of outputs of its own.
func ownerOf(p *process) string {
	proc := fmt.Sprintf("/proc/%d", p.cmd.Process.Pid)
	entries, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		return ""
	}
	for _, e := range entries {
		target, _ := os.Readlink(filepath.Join(proc, "fd", e.Name())) // closed meanwhile
		id, is := strings.CutSuffix(filepath.Base(target), ".lock")
		if !is || filepath.Base(filepath.Dir(target)) != "owners" || strings.HasPrefix(id, "output-") {
			continue
		}
		info, _ := os.ReadFile(filepath.Join(proc, "fdinfo", e.Name()))
		if strings.Contains(string(info), "FLOCK") && strings.Contains(string(info), "WRITE") {
			return id
		}
	}
	return ""
}

// caller is the process at the other end of a connection.
func (l *lane) caller(remote string) *process {
	_, port, err := net.SplitHostPort(remote)
	if err != nil {
		return nil
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil
	}
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return nil
	}
	local := fmt.Sprintf("0100007F:%04X", number)
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line)
		if len(fields) < 10 || fields[1] != local {
			continue
		}
		for _, p := range l.running() {
			for _, link := range links(p) {
				if link == "socket:["+fields[9]+"]" {
					return p
				}
			}
		}
	}
	return nil
}

// cleanEnv leaves the caller's desktop, keys and places out.
func cleanEnv(t *testing.T, home string, more ...string) []string {
	t.Helper()
	for _, dir := range []string{"Videos", "run"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LANG=C.UTF-8", "XDG_RUNTIME_DIR=" + home + "/run",
		"XDG_DATA_HOME=" + home + "/data", "XDG_CONFIG_HOME=" + home + "/config", "XDG_CACHE_HOME=" + home + "/cache",
	}, more...)
}
