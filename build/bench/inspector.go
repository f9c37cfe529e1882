//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"time"

	"github.com/gorilla/websocket"
)

// inspector runs scripts in a page, through the protocol that WebKit's and Chromium's inspectors speak. Neither adds
// anything to the page.
type inspector struct {
	conn   *websocket.Conn
	target string // WebKit's name of the page; "" in Chromium
	asked  int
}

// freePort is one that nobody listens at.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// within tries until it works or the time is over.
func within[T any](limit time.Duration, try func() (T, error)) (T, error) {
	for deadline := time.Now().Add(limit); ; time.Sleep(50 * time.Millisecond) {
		value, err := try()
		if err == nil || time.Now().After(deadline) {
			return value, err
		}
	}
}

func read(address string) ([]byte, error) {
	answer, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	return io.ReadAll(answer.Body)
}

var socket = regexp.MustCompile(`/socket/\d+/\d+/WebPage`)

// inspectWebKit waits for the page of a window that was started with WEBKIT_INSPECTOR_HTTP_SERVER.
func inspectWebKit(port int) (*inspector, error) {
	return within(30*time.Second, func() (*inspector, error) {
		list, err := read(fmt.Sprintf("http://127.0.0.1:%d/", port))
		if err != nil {
			return nil, err
		}
		path := socket.Find(list)
		if path == nil {
			return nil, errors.New("no page offered by WebKit")
		}
		i, err := dial(fmt.Sprintf("ws://127.0.0.1:%d%s", port, path))
		if err != nil {
			return nil, err
		}
		for i.target == "" {
			var said struct {
				Method string
				Params struct {
					TargetInfo struct{ TargetID, Type string }
				}
			}
			if err := i.conn.ReadJSON(&said); err != nil {
				return nil, err
			}
			if said.Method == "Target.targetCreated" && said.Params.TargetInfo.Type == "page" {
				i.target = said.Params.TargetInfo.TargetID
			}
		}
		return i, nil
	})
}

// inspectChromium waits for the page at an address in a browser that was started with --remote-debugging-port.
func inspectChromium(port int, address string) (*inspector, error) {
	return within(30*time.Second, func() (*inspector, error) {
		list, err := read(fmt.Sprintf("http://127.0.0.1:%d/json/list", port))
		if err != nil {
			return nil, err
		}
		var pages []struct {
			URL                  string
			WebSocketDebuggerURL string `json:"webSocketDebuggerUrl"`
		}
		if err := json.Unmarshal(list, &pages); err != nil {
			return nil, err
		}
		for _, p := range pages {
			if len(p.URL) >= len(address) && p.URL[:len(address)] == address {
				return dial(p.WebSocketDebuggerURL)
			}
		}
		return nil, errors.New("no such page in Chromium")
	})
}

func dial(address string) (*inspector, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	conn, _, err := websocket.DefaultDialer.DialContext(ctx, address, nil)
	return &inspector{conn: conn}, err
}

func (i *inspector) close() { _ = i.conn.Close() }

type message struct {
	ID     int `json:"id"`
	Method string
	Params struct{ Message string }
	Result struct {
		Result struct {
			Value       json.RawMessage
			Description string
		}
		WasThrown        bool
		ExceptionDetails json.RawMessage
	}
	Error json.RawMessage
}

// eval gives what an expression is, which has to be plain JSON.
func (i *inspector) eval(expression string, into any) error {
	i.asked++
	id := i.asked
	ask := map[string]any{"id": id, "method": "Runtime.evaluate", "params": map[string]any{"expression": expression, "returnByValue": true}}
	if i.target != "" {
		inner, err := json.Marshal(ask)
		if err != nil {
			return err
		}
		i.asked++
		ask = map[string]any{"id": i.asked, "method": "Target.sendMessageToTarget", "params": map[string]any{"targetId": i.target, "message": string(inner)}}
	}
	if err := i.conn.WriteJSON(ask); err != nil {
		return err
	}
	if err := i.conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		return err
	}
	for {
		var m message
		if err := i.conn.ReadJSON(&m); err != nil {
			return fmt.Errorf("inspector: %w", err)
		}
		if m.Method == "Target.dispatchMessageFromTarget" {
			inner := m.Params.Message
			m = message{}
			if err := json.Unmarshal([]byte(inner), &m); err != nil {
				return fmt.Errorf("inspector: %w", err)
			}
		} else if i.target != "" {
			continue // WebKit's word that the message was taken
		}
		if m.ID != id {
			continue
		}
		if m.Error != nil || m.Result.WasThrown || m.Result.ExceptionDetails != nil {
			return fmt.Errorf("%s: %s%s%s", expression, m.Error, m.Result.Result.Description, m.Result.ExceptionDetails)
		}
		if into == nil || m.Result.Result.Value == nil {
			return nil
		}
		return json.Unmarshal(m.Result.Result.Value, into)
	}
}
