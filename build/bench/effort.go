//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// effort is what a process costs over a stretch of time.
type effort struct {
	wall, cpu time.Duration
	switches  int64   // of all its threads, as far as they live
	memory    []int64 // resident bytes, each second
}

// ticks are the kernel's units of processor time in /proc.
const ticks = 100

// watchEffort looks at a process each second until it is over or done says so.
func watchEffort(pid int, done <-chan struct{}) (e effort) {
	start, cpu, switches := time.Now(), spent(pid), switched(pid)
	each := time.NewTicker(time.Second)
	defer each.Stop()
	for {
		if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
			if now := kilobytes(status, "VmRSS:"); now > 0 {
				e.memory = append(e.memory, now)
				e.wall, e.cpu, e.switches = time.Since(start), spent(pid)-cpu, switched(pid)-switches
			}
		}
		select {
		case <-done:
			return e
		case <-each.C:
		}
	}
}

func (e effort) share() float64 { return 100 * e.cpu.Seconds() / e.wall.Seconds() }

// spent is the processor time of a process so far.
func spent(pid int) time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := bytes.Fields(raw[bytes.LastIndexByte(raw, ')')+1:])
	user, _ := strconv.ParseInt(string(fields[11]), 10, 64)
	system, _ := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(user+system) * time.Second / ticks
}

// switched counts the context switches of a process's threads.
func switched(pid int) (n int64) {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	for _, thread := range threads {
		status, _ := os.ReadFile(thread)
		for _, name := range []string{"voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:"} {
			n += kilobytes(status, name) >> 10 // a plain number there
		}
	}
	return n
}
