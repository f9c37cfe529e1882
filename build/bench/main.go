//go:build linux

// Command bench measures what Conch promises about time and memory, beside what it is compared with, in turns, and
// prints one table. It judges nothing: machines differ, and so do their other users.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"conch/build/bench/seed"
)

const videos = 1000

func main() {
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") {
		stop(child(os.Args[1:]))
		return
	}
	runs := flag.Int("runs", 7, "counted runs of each side")
	only := flag.String("only", "window,transfer,bundle", "measure just these, of those and: load, polling, gallery (minutes)")
	sizes := flag.String("sizes", "100,10000,100000", "the libraries that the gallery is measured with")
	parts := flag.String("parts", "questions,bulk,rescan,rebuild,start,frames", "what of the gallery is measured")
	keep := flag.Bool("keep", false, "leave the desk, its screenshots and its library in build/bin/bench-*")
	flag.Parse()
	stop(bench(*runs, *only, *keep, *sizes, *parts))
}

func stop(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(runs int, only string, keep bool, sizes, parts string) error {
	root, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Join(root, "build/bin"), "bench-") // on the clips' file system, for hard links
	if err != nil {
		return err
	}
	if !keep {
		defer func() { _ = os.RemoveAll(dir) }()
	}
	conch := filepath.Join(root, "build/bin/conch")
	wanted := strings.Split(only, ",")
	if slices.ContainsFunc([]string{"window", "transfer", "bundle"}, func(name string) bool { return slices.Contains(wanted, name) }) {
		fmt.Printf("%-38s %12s %12s %9s  %s\n", "medians of "+fmt.Sprint(runs), "Conch", "beside", "ratio", "spread of the ratio")
	}
	for _, part := range []struct {
		name    string
		measure func() error
	}{
		{"polling", func() error { return polls(filepath.Join(dir, "polling"), conch) }},
		{"load", func() error { return loads(filepath.Join(dir, "load"), conch) }},
		{"gallery", func() error { return galleries(root, dir, sizes, parts, runs) }},
		{"window", func() error { return windows(root, dir, runs) }},
		{"transfer", func() error { return moves(dir, runs) }},
		{"bundle", func() error { return bundle(filepath.Join(root, "frontend/dist/assets")) }},
	} {
		if slices.Contains(wanted, part.name) {
			if err := part.measure(); err != nil {
				return err
			}
		}
	}
	return nil
}

// windows opens Conch on its gallery and the bare window in turns.
func windows(root, dir string, runs int) error {
	conch, bare := filepath.Join(root, "build/bin/conch"), filepath.Join(root, "build/bin/bare")
	home, err := seed.Make(context.Background(), root, seed.Options{Seed: 4, Count: videos}, false)
	if err != nil {
		return err
	}
	d, err := openDesk(dir, home.Dir, conch)
	defer d.close()
	if err != nil {
		return err
	}
	drawn := func(f frame) bool { return f.colours() > 20 }
	posters := func(f frame) bool { return f.colours() > 1500 }
	toGallery := func(int) error { return d.command("xdotool", "key", "ctrl+3").Run() }
	if _, err := d.open(conch, drawn, toGallery); err != nil { // left on its gallery, where it opens next time
		return err
	}
	tiles := func(f frame) bool { return f.share(0x335577) > 0.25 }
	if _, err := d.open(bare, tiles, nil); err != nil {
		return err
	}
	var ours, theirs []opened
	for range runs {
		b, err := d.open(bare, tiles, nil)
		if err != nil {
			return err
		}
		c, err := d.open(conch, posters, nil)
		if err != nil {
			return err
		}
		ours, theirs = append(ours, c), append(theirs, b)
	}
	line("start to the gallery, 1,000 videos", "s", each(ours, opened.seconds), each(theirs, opened.seconds))
	line("memory of all processes (PSS)", "MiB", each(ours, opened.pss), each(theirs, opened.pss))
	line("the same as RSS", "MiB", each(ours, opened.rss), each(theirs, opened.rss))
	for _, name := range []string{"app", "WebKitWebProces", "WebKitNetworkPr"} {
		line("  PSS of "+name, "MiB", each(ours, partOf(name)), each(theirs, partOf(name)))
	}
	return nil
}

func (o opened) seconds() float64 { return o.shown.Seconds() }
func (o opened) pss() float64     { return mib(o.memory.pss) }
func (o opened) rss() float64     { return mib(o.memory.rss) }
func partOf(name string) func(opened) float64 {
	return func(o opened) float64 { return mib(o.memory.parts[name]) }
}

func moves(dir string, runs int) error {
	t, err := measureTransfers(dir, runs)
	if err != nil {
		return err
	}
	rate := func(b float64) float64 { return b / (1 << 20) }
	line("download 1 GiB, beside curl -o", "MiB/s", each(t.ours, rate), each(t.curl, rate))
	line("the same, beside curl and a sync", "MiB/s", each(t.ours, rate), each(t.synced, rate))
	line("growth of memory, download", "MiB", each(t.download, rate), nil)
	line("growth of memory, upload of 20 MB", "MiB", each(t.upload, rate), nil)
	return nil
}

// bundle compresses the page's scripts, as a server would.
func bundle(assets string) error {
	files, err := filepath.Glob(filepath.Join(assets, "*.js"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no page in %s; run make page", assets)
	}
	total := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var packed bytes.Buffer
		w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		if err != nil {
			return err
		}
		if _, err := w.Write(raw); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		total += packed.Len()
	}
	line("all the page's JavaScript, gzip", "kB", []float64{float64(total) / 1000}, nil)
	return nil
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

func each[T any](all []T, of func(T) float64) []float64 {
	var values []float64
	for _, one := range all {
		values = append(values, of(one))
	}
	return values
}

// row prints one line of a table with several columns.
func row(name string, cells ...string) {
	fmt.Printf("%-42s", name)
	for _, cell := range cells {
		fmt.Printf(" %12s", cell)
	}
	fmt.Println()
}

// line prints the medians of both sides and the median of the ratios of what ran one after the other.
func line(name, unit string, ours, beside []float64) {
	fmt.Printf("%-38s %12s", name, fmt.Sprintf("%.2f %s", median(ours), unit))
	if len(beside) > 0 {
		ratios := make([]float64, len(ours))
		for i := range ours {
			ratios[i] = ours[i] / beside[i]
		}
		fmt.Printf(" %12s %8.2fx  %.2f to %.2f", fmt.Sprintf("%.2f %s", median(beside), unit), median(ratios), slices.Min(ratios), slices.Max(ratios))
	}
	fmt.Println()
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}
