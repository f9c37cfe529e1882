package main

import (
	"context"

	"conch/backend/desktop"
)

// notifier shows notices of the system's own; chosen is told which one a person clicked.
func notifier(_ context.Context, chosen func(id string)) func(context.Context, desktop.Notice) error {
	return (&desktop.Notices{Chosen: chosen}).Show
}
