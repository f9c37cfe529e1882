package command

import (
	"fmt"
	"log/slog"

	"conch/backend/simulator"
)

type simulateCmd struct {
	Addr    string  `default:"127.0.0.1:8787" help:"Where to listen."`
	Speed   float64 `default:"1" help:"How much quicker than the service runs end."`
	Balance float64 `default:"100" help:"Dollars to begin with."`
	Key     string  `name:"accept" default:"" help:"The one key it takes; without it any. It is no secret."`
}

// Run serves the simulator until it is interrupted.
func (c *simulateCmd) Run(r *run) error {
	s := simulator.New(simulator.Options{Key: c.Key, Balance: c.Balance, Speed: c.Speed, Log: slog.New(slog.NewTextHandler(r.Stderr, nil))})
	base, err := s.Start(c.Addr)
	if err != nil {
		_, _ = fmt.Fprintf(r.Stderr, "conch: The simulator can't listen on %s: %v\n", c.Addr, err)
		return &exit{exitInvalid}
	}
	_, _ = fmt.Fprintf(r.Stdout, "%s\n", base)
	_, _ = fmt.Fprintf(r.Stderr, "Use it with: ATLASCLOUD_BASE_URL=%s ATLASCLOUD_API_KEY=anything-long-enough conch generate --prompt …\nFaults: PUT %s/_sim/faults; what was billed: GET %s/_sim/ledger\n", base, base, base)
	<-r.ctx.Done()
	return s.Close()
}
