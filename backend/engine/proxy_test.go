package engine

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// tamper is what a connection through the proxy meets, at a chosen byte of one direction. The zero value harms nothing.
type tamper struct {
	request bool          // in what the client sends; else in what it gets
	at      int64         // the byte where it begins
	delay   time.Duration // a pause there
	cut     bool          // the connection is reset there
	end     bool          // the stream ends there, as if all had been sent
	flip    bool          // the byte there is another one
	swap    bool          // what is before and after it in the same block change places
}

// proxy stands between a client and a server and tampers with connections.
type proxy struct {
	t        *testing.T
	listener net.Listener
	target   string
	tampers  atomic.Pointer[func(connection int64) tamper]
	refuses  atomic.Bool
	count    atomic.Int64
	harmed   atomic.Int64 // connections that met something

	mu    sync.Mutex
	open  map[net.Conn]bool
	marks map[int64]chan struct{}
}

func startProxy(t *testing.T, target string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{t: t, listener: listener, target: target, open: map[net.Conn]bool{}, marks: map[int64]chan struct{}{}}
	p.heal()
	go p.serve()
	t.Cleanup(func() {
		_ = listener.Close()
		p.breakAll()
	})
	return p
}

func (p *proxy) url() string { return "http://" + p.listener.Addr().String() }

// meet decides for each connection, by its number, what it meets.
func (p *proxy) meet(decide func(connection int64) tamper) { p.tampers.Store(&decide) }

func (p *proxy) heal() {
	p.refuses.Store(false)
	p.meet(func(int64) tamper { return tamper{} })
}

// begun is closed when so many connections were made.
func (p *proxy) begun(n int64) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	mark := make(chan struct{})
	if p.count.Load() >= n {
		close(mark)
	} else {
		p.marks[n] = mark
	}
	return mark
}

// number counts a new connection.
func (p *proxy) number() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.count.Add(1)
	if mark := p.marks[n]; mark != nil {
		close(mark)
	}
	return n
}

// breakAll resets every connection that is open.
func (p *proxy) breakAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		reset(c)
	}
}

func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		if p.refuses.Load() {
			reset(client)
			continue
		}
		what := (*p.tampers.Load())(p.number())
		if what != (tamper{}) {
			p.harmed.Add(1)
		}
		go p.pass(client, what)
	}
}

func (p *proxy) pass(client net.Conn, what tamper) {
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		reset(client)
		return
	}
	p.mu.Lock()
	p.open[client], p.open[server] = true, true
	p.mu.Unlock()
	var both sync.WaitGroup
	there, back := tamper{at: -1}, what
	if what.request {
		there, back = what, tamper{at: -1}
	}
	both.Go(func() { carry(server, client, there) })
	both.Go(func() { carry(client, server, back) })
	both.Wait()
	p.mu.Lock()
	delete(p.open, client)
	delete(p.open, server)
	p.mu.Unlock()
	_, _ = client.Close(), server.Close()
}

// carry copies one direction and does what is to be done at the byte.
func carry(to, from net.Conn, what tamper) {
	const block = 512
	buffer := make([]byte, block)
	for done := int64(0); ; {
		n, err := from.Read(buffer)
		piece := append([]byte{}, buffer[:n]...)
		if here := what.at - done; n > 0 && here >= 0 && here < int64(n) {
			time.Sleep(what.delay)
			switch {
			case what.cut:
				_, _ = to.Write(piece[:here])
				reset(to)
				reset(from)
				return
			case what.end:
				_, _ = to.Write(piece[:here])
				_ = to.Close()
				return
			case what.flip:
				piece[here] ^= 0x20
			case what.swap:
				piece = append(append([]byte{}, piece[here:]...), piece[:here]...)
			}
		}
		done += int64(n)
		if len(piece) > 0 {
			if _, err := to.Write(piece); err != nil {
				return
			}
		}
		if err != nil {
			if tcp, ok := to.(*net.TCPConn); ok && errors.Is(err, io.EOF) {
				_ = tcp.CloseWrite()
			}
			return
		}
	}
}

// randomTamper is one of everything, anywhere in the first kilobytes.
func randomTamper(r *rand.Rand) tamper {
	what := tamper{request: r.IntN(2) == 0, at: int64(r.IntN(2000))}
	if r.IntN(3) == 0 {
		what.at = int64(r.IntN(400_000)) // inside of a download
	}
	switch r.IntN(6) {
	case 0:
		what.delay = time.Duration(r.IntN(1500)) * time.Millisecond
	case 1:
		what.cut = true
	case 2:
		what.end = true
	case 3:
		what.flip = true
	case 4:
		what.swap = true
	}
	return what
}
