package command

import (
	"fmt"
	"log/slog"

	"conch/backend/simulator"
)

type simulateCmd struct {
	Addr    string  `default:"127.0.0.1:8787" help:"The address to listen on."`
	Speed   float64 `default:"1" help:"How many times faster than Atlas Cloud to finish runs."`
	Balance float64 `default:"100" help:"Starting balance in dollars."`
	Key     string  `name:"accept" default:"" help:"The only key to accept (default: any). Don’t use a real key."`
}

// Run serves the simulator until it is interrupted.
func (c *simulateCmd) Run(r *run) error {
	s := simulator.New(simulator.Options{Key: c.Key, Balance: c.Balance, Speed: c.Speed, Log: slog.New(slog.NewTextHandler(r.Stderr, nil))})
	base, err := s.Start(c.Addr)
	if err != nil {
		_, _ = fmt.Fprintf(r.Stderr, "conch: The simulator can’t listen on %s: %v\n", c.Addr, err)
		return &exit{exitInvalid}
	}
	_, _ = fmt.Fprintf(r.Stdout, "%s\n", base)
	_, _ = fmt.Fprintf(r.Stderr, "Use it with: ATLASCLOUD_BASE_URL=%s ATLASCLOUD_API_KEY=anything-long-enough conch generate --prompt …\nSet faults: PUT %s/_sim/faults. See charges: GET %s/_sim/ledger.\n", base, base, base)
	<-r.ctx.Done()
	return s.Close()
}
