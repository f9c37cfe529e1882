package desktop

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// bus runs a session bus of its own.
func bus(t *testing.T) {
	t.Helper()
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--print-address=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
}

// service is a notification service that keeps what it is told.
type service struct {
	conn  *dbus.Conn
	able  []string
	asked chan []string // title, body, action
	last  uint32
}

func serve(t *testing.T, able ...string) *service {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	s := &service{conn: conn, able: able, asked: make(chan []string, 8)}
	if err := conn.Export(s, notificationsPath, notifications); err != nil {
		t.Fatal(err)
	}
	if reply, err := conn.RequestName(notifications, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatal(reply, err)
	}
	return s
}

func (s *service) GetCapabilities() ([]string, *dbus.Error) { return s.able, nil }

func (s *service) Notify(_ string, _ uint32, _, title, body string, actions []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	s.last++
	s.asked <- append([]string{title, body}, actions[0])
	return s.last, nil
}

func (s *service) say(t *testing.T, member string, values ...any) {
	t.Helper()
	if err := s.conn.Emit(notificationsPath, notifications+"."+member, values...); err != nil {
		t.Fatal(err)
	}
}

func TestNoticesAreWordsAlone(t *testing.T) {
	const prompt = `a <b>heron</b> & <img src="file:///etc/passwd">`
	for able, body := range map[string]string{
		"body":        prompt,
		"body-markup": `a &lt;b&gt;heron&lt;/b&gt; &amp; &lt;img src="file:///etc/passwd"&gt;`,
	} {
		t.Run(able, func(t *testing.T) {
			bus(t)
			s := serve(t, able)
			n := &Notices{Chosen: func(string) {}}
			if err := n.Show(t.Context(), Notice{ID: "g1", Title: "Your video is ready", Body: prompt}); err != nil {
				t.Fatal(err)
			}
			if got := <-s.asked; got[0] != "Your video is ready" || got[1] != body || got[2] != "default" {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestAClickIsToldAndAClosedNoticeIsNot(t *testing.T) {
	bus(t)
	s := serve(t, "actions")
	chosen := make(chan string, 8)
	n := &Notices{Chosen: func(id string) { chosen <- id }}
	for _, id := range []string{"g1", "g2", "g3"} {
		if err := n.Show(t.Context(), Notice{ID: id, Title: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	s.say(t, "NotificationClosed", uint32(1), uint32(2)) // closed by the person
	s.say(t, "ActionInvoked", uint32(1), "default")      // no longer there
	s.say(t, "ActionInvoked", uint32(77), "default")     // another program's
	s.say(t, "ActionInvoked", "no number", "default")
	s.say(t, "ActionInvoked", uint32(3), "default")
	s.say(t, "ActionInvoked", uint32(3), "default")
	s.say(t, "ActionInvoked", uint32(2), "default")
	if first, second := <-chosen, <-chosen; first != "g3" || second != "g2" {
		t.Error(first, second)
	}
}

func TestADesktopWithoutNotices(t *testing.T) {
	n := &Notices{}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
	if n.Show(t.Context(), Notice{}) == nil {
		t.Error("no bus, yet a notice")
	}
	bus(t)
	if n.Show(t.Context(), Notice{}) == nil {
		t.Error("no service, yet a notice")
	}
	s := serve(t)
	if err := n.Show(t.Context(), Notice{Title: "late"}); err != nil {
		t.Error("a service that came later: ", err)
	} else if got := <-s.asked; got[0] != "late" {
		t.Error(got)
	}
}
