//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// footprint is the memory of a process and all that it started, in bytes.
type footprint struct {
	pss, rss int64
	parts    map[string]int64 // pss by program; "app" is the one that was started
}

func footprintOf(pid int) footprint {
	f := footprint{parts: map[string]int64{}}
	for _, p := range family(pid) {
		dir := filepath.Join("/proc", strconv.Itoa(p))
		rollup, err := os.ReadFile(filepath.Join(dir, "smaps_rollup"))
		if err != nil {
			continue // it ended meanwhile
		}
		name := "app"
		if p != pid {
			comm, _ := os.ReadFile(filepath.Join(dir, "comm"))
			name = strings.TrimSpace(string(comm))
		}
		pss := kilobytes(rollup, "Pss:")
		f.pss += pss
		f.rss += kilobytes(rollup, "Rss:")
		f.parts[name] += pss
	}
	return f
}

// family is a process and its descendants.
func family(pid int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		var state string
		var parent int
		if _, err := fmt.Sscan(string(raw[bytes.LastIndexByte(raw, ')')+1:]), &state, &parent); err == nil {
			children[parent] = append(children[parent], id)
		}
	}
	all := []int{pid}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}

// kilobytes reads "Name:   123 kB" of a /proc file, in bytes.
func kilobytes(file []byte, name string) int64 {
	for line := range bytes.Lines(file) {
		if rest, ok := bytes.CutPrefix(line, []byte(name)); ok {
			n, _ := strconv.ParseInt(string(bytes.Fields(rest)[0]), 10, 64)
			return n << 10
		}
	}
	return 0
}

// growth runs something and gives how far this process's memory rose above where it was.
func growth(do func() error) (int64, error) {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // the peak counts from here
		return 0, err
	}
	before, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	if err := do(); err != nil {
		return 0, err
	}
	after, err := os.ReadFile("/proc/self/status")
	return kilobytes(after, "VmHWM:") - kilobytes(before, "VmRSS:"), err
}
