//go:build !linux

package main

import (
	"context"
	"sync"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"conch/backend/desktop"
)

// notifier shows notices of the system's own; chosen is told which one a person clicked. The system asks the person
// for permission with the first one.
func notifier(ctx context.Context, chosen func(id string)) func(context.Context, desktop.Notice) error {
	ready := sync.OnceValue(func() error {
		if err := runtime.InitializeNotifications(ctx); err != nil {
			return err
		}
		runtime.OnNotificationResponse(ctx, func(result runtime.NotificationResult) {
			if result.Error == nil && result.Response.ActionIdentifier == "DEFAULT_ACTION" {
				chosen(result.Response.ID)
			}
		})
		_, err := runtime.RequestNotificationAuthorization(ctx)
		return err
	})
	return func(_ context.Context, n desktop.Notice) error {
		if err := ready(); err != nil {
			return err
		}
		n = n.Brief()
		return runtime.SendNotification(ctx, runtime.NotificationOptions{ID: n.ID, Title: n.Title, Body: n.Body})
	}
}
