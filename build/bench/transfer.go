//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"conch/backend/atlas"
	"conch/backend/fetch"
)

const (
	fileSize    = 1 << 30
	pictureSize = 20_000_000
)

// measured is what a child process tells of one transfer.
type measured struct {
	Seconds float64
	Growth  int64
}

// child runs one transfer in a process of its own, whose memory is then its alone.
func child(args []string) error {
	switch args[0] {
	case "serve":
		return serve(args[1])
	case "download":
		return tell(func() error {
			_, err := fetch.New(fetch.Options{}).Download(context.Background(), fetch.Request{URL: args[1], Path: args[2], AllowPrivate: true})
			return err
		})
	case "upload":
		client, err := atlas.New(atlas.Options{BaseURL: args[1], Key: func(context.Context) (string, error) { return "sk-bench-0123456789", nil }})
		if err != nil {
			return err
		}
		return tell(func() error {
			_, err := client.Upload(context.Background(), "frame.png", "image/png", pictureSize,
				func() (io.ReadCloser, error) { return os.Open(args[2]) }, func(int64) {})
			return err
		})
	}
	return fmt.Errorf("unknown part %q", args[0])
}

func tell(do func() error) error {
	var m measured
	var err error
	m.Growth, err = growth(func() error {
		start := time.Now()
		defer func() { m.Seconds = time.Since(start).Seconds() }()
		return do()
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(m)
}

// serve gives the file and takes uploads, until it is ended.
func serve(path string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", listener.Addr())
	mux := http.NewServeMux()
	mux.HandleFunc("GET /file", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, path) })
	mux.HandleFunc("POST /api/v1/model/uploadMedia", func(w http.ResponseWriter, r *http.Request) {
		if n, err := io.Copy(io.Discard, r.Body); err != nil || n < pictureSize {
			http.Error(w, "cut short", http.StatusBadRequest)
			return
		}
		_, _ = io.WriteString(w, `{"code":200,"data":{"download_url":"https://media.example/frame.png","size":20000000}}`)
	})
	return http.Serve(listener, mux)
}

// transfers are the figures of moving files.
type transfers struct {
	curl, ours, synced []float64 // bytes per second: curl; Conch, which syncs; curl and a sync
	download, upload   []float64 // growth in bytes
}

func measureTransfers(dir string, runs int) (t transfers, err error) {
	source, picture, target := filepath.Join(dir, "source"), filepath.Join(dir, "picture"), filepath.Join(dir, "target")
	for path, size := range map[string]int64{source: fileSize, picture: pictureSize} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			return t, err
		}
		if err := os.Truncate(path, size); err != nil {
			return t, err
		}
	}
	server := exec.Command(os.Args[0], "serve", source)
	out, err := server.StdoutPipe()
	if err != nil {
		return t, err
	}
	if err := server.Start(); err != nil {
		return t, err
	}
	defer func() { _ = server.Process.Kill(); _ = server.Wait() }()
	base, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return t, fmt.Errorf("the server named no address: %w", err)
	}
	base = strings.TrimSpace(base)
	for run := range runs + 1 { // the first brings the source into memory and doesn't count
		c, s, err := curl(base+"/file", target)
		if err != nil {
			return t, err
		}
		d, err := ask("download", base+"/file", target)
		if err != nil {
			return t, err
		}
		u, err := ask("upload", base, picture)
		if err != nil {
			return t, err
		}
		_ = os.Remove(target)
		if run > 0 {
			t.curl, t.synced, t.ours = append(t.curl, fileSize/c), append(t.synced, fileSize/s), append(t.ours, fileSize/d.Seconds)
			t.download, t.upload = append(t.download, float64(d.Growth)), append(t.upload, float64(u.Growth))
		}
	}
	return t, nil
}

// curl gives curl's own seconds for the transfer, and those with the file on the disk as Conch leaves it.
func curl(address, target string) (transfer, onDisk float64, err error) {
	out, err := exec.Command("curl", "-sS", "-o", target, "-w", "%{time_total}", address).Output()
	if err != nil {
		return 0, 0, fmt.Errorf("curl: %w", err)
	}
	if transfer, err = strconv.ParseFloat(string(out), 64); err != nil {
		return 0, 0, fmt.Errorf("curl: %w", err)
	}
	file, err := os.OpenFile(target, os.O_WRONLY, 0)
	if err != nil {
		return 0, 0, err
	}
	start := time.Now()
	if err := file.Sync(); err != nil {
		return 0, 0, err
	}
	onDisk = transfer + time.Since(start).Seconds()
	if err := file.Close(); err != nil {
		return 0, 0, err
	}
	return transfer, onDisk, os.Remove(target)
}

func ask(args ...string) (m measured, err error) {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return m, fmt.Errorf("%s: %w", args[0], err)
	}
	return m, json.Unmarshal(out, &m)
}
