package engine

import (
	"context"
	"errors"
	"io"
	"net"
	"time"

	"conch/backend/atlas"
	"conch/backend/fault"
	"conch/backend/generation"
	"conch/backend/studio"
)

// service is the API as the studio sees it. What becomes of each request is told to the pacer.
type service struct{ e *Engine }

func (s service) Ask(ctx context.Context) error { return s.e.pace.Ask(ctx) }

func (s service) Turn(ctx context.Context, due time.Time) error { return s.e.pace.Turn(ctx, due) }

func (s service) Upload(ctx context.Context, id string, progress func(sent, total int64)) (string, error) {
	file, size, contentType, name, err := s.e.Shelf.Open(id)
	if err != nil {
		return "", err
	}
	if err := file.Close(); err != nil {
		return "", err
	}
	open := func() (io.ReadCloser, error) {
		file, _, _, _, err := s.e.Shelf.Open(id)
		return file, err
	}
	address, err := s.e.Client.Upload(ctx, name, contentType, size, open, func(sent int64) { progress(sent, size) })
	return address, s.e.told(err)
}

func (s service) Price(ctx context.Context, request generation.Request) (generation.Price, bool) {
	short, cancel := context.WithTimeout(ctx, accountPatience)
	defer cancel()
	price, known, err := s.e.Quote(short, request)
	return price, err == nil && known && price.Source == generation.FromQuote
}

func (s service) Submit(ctx context.Context, model string, params map[string]any) (studio.Receipt, error) {
	r, err := s.e.Client.Submit(ctx, "video", model, params)
	return studio.Receipt{PredictionID: r.ID, Status: r.Status, Answer: string(r.Raw)}, s.e.told(err)
}

// told passes on to the pacer what a request found, and gives its error back.
func (e *Engine) told(err error) error {
	e.log.Debug("request", "error", err)
	var dial *net.OpError
	var name *net.DNSError
	switch code := fault.CodeOf(err); {
	case errors.Is(err, context.Canceled), code == fault.Vault, code == fault.Internal: // the service wasn't asked
	case code == fault.Limited:
		pause, _ := atlas.RetryAfter(err)
		e.pace.Limited(pause)
	case code == fault.Unreachable, code == fault.Uncertain:
		e.pace.Failed(errors.As(err, &name) || errors.As(err, &dial) && dial.Op == "dial")
	case code == fault.Key && fault.Of(err).Rule != "key_refused": // the service wasn't asked
	default:
		e.pace.Answered()
	}
	return err
}

// moderatedCode is the service's error code for an input that its safety check turned down (API.md).
const moderatedCode = "1039"

func (s service) Prediction(ctx context.Context, id string) (studio.Prediction, error) {
	p, err := s.e.Client.Prediction(ctx, id)
	_ = s.e.told(err)
	if errors.Is(err, atlas.ErrNotFound) {
		return studio.Prediction{}, errors.Join(studio.ErrUnknown, err)
	}
	reason := p.Error
	if reason == "" {
		reason = p.Status
	}
	var took time.Duration
	if !p.CreatedAt.IsZero() && p.CompletedAt.After(p.CreatedAt) {
		took = p.CompletedAt.Sub(p.CreatedAt)
	}
	return studio.Prediction{
		Status: p.Status, Settled: p.Phase != atlas.Running, Succeeded: p.Phase == atlas.Succeeded, Canceled: p.Phase == atlas.Canceled,
		Outputs: p.Outputs, Reason: atlas.Sentence(reason), Moderated: p.ErrorCode == moderatedCode, PredictTime: p.PredictTime, Took: took,
		Charged: (*generation.Money)(p.Price), Answer: string(p.Raw), Model: p.Model, Input: p.Input, CreatedAt: milliseconds(p.CreatedAt),
	}, err
}

func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func (s service) RetryAfter(err error) (time.Duration, bool) { return atlas.RetryAfter(err) }
