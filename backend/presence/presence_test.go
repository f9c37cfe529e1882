package presence

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestMain is also the other process: it shows its presence and waits to be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("PRESENCE_OF"); dir != "" {
		if _, err := Folder(dir).Hold("other"); err != nil {
			panic(err)
		}
		_, _ = os.Stdout.WriteString("here\n")
		select {}
	}
	os.Exit(m.Run())
}

func TestAKilledProcessIsDeadAtOnce(t *testing.T) {
	dir := t.TempDir()
	f := Folder(dir)
	if f.Of("other") != Unknown {
		t.Fatal("nobody was ever there")
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PRESENCE_OF="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if f.Of("other") != Alive || f.Alone("me") || !f.Alone("other") {
		t.Fatal("it is there")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if f.Of("other") != Dead || !f.Alone("me") {
		t.Fatal("it is gone")
	}
	if err := f.Sweep([]string{"other"}); err != nil || f.Of("other") != Dead {
		t.Fatal("its work isn't taken over yet: others must still see that it is dead", err)
	}
	if err := f.Sweep(nil); err != nil || f.Of("other") != Unknown {
		t.Fatal(err)
	}
}

func TestReleaseLeavesNothing(t *testing.T) {
	f := Folder(filepath.Join(t.TempDir(), "owners"))
	release, err := f.Hold("me/../../x")
	if err != nil {
		t.Fatal(err)
	}
	if f.Of("me/../../x") != Alive {
		t.Fatal("not alive")
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(string(f)); len(left) != 0 {
		t.Fatal(left)
	}
}

func TestLookingDisturbsNobody(t *testing.T) {
	f := Folder(t.TempDir())
	release, err := f.Hold("me")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Sweep(nil); err != nil || f.Of("me") != Alive {
		t.Fatal("a living one was swept", err)
	}
	if err := release(); err != nil || f.Of("me") != Unknown {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(string(f)); len(left) != 0 {
		t.Fatal("looking made a file: ", left)
	}
}

func TestALockSweptBeforeItWasTakenIsMadeAnew(t *testing.T) {
	f := Folder(t.TempDir())
	stop, swept := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(swept)
		for {
			select {
			case <-stop:
				return
			default:
				_ = f.Sweep(nil)
			}
		}
	}()
	for range 2000 {
		release, err := f.Hold("me")
		if err != nil {
			t.Fatal(err)
		}
		if f.Of("me") != Alive {
			t.Fatal("held, and not to be seen")
		}
		if err := release(); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	<-swept
}

func TestTryNeitherWaitsNorShares(t *testing.T) {
	f := Folder(filepath.Join(t.TempDir(), "owners"))
	release, held, err := f.Try("output-1")
	if err != nil || !held {
		t.Fatal(held, err)
	}
	if _, again, err := f.Try("output-1"); err != nil || again {
		t.Fatal("held twice", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if release, held, err = f.Try("output-1"); err != nil || !held {
		t.Fatal(held, err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
}
