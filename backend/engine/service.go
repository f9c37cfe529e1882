package engine

import (
	"context"
	"errors"
	"io"
	"time"

	"conch/backend/atlas"
	"conch/backend/generation"
	"conch/backend/studio"
)

// service is the API as the studio sees it.
type service struct{ e *Engine }

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
	return s.e.Client.Upload(ctx, name, contentType, size, open, func(sent int64) { progress(sent, size) })
}

func (s service) Submit(ctx context.Context, model string, params map[string]any) (studio.Receipt, error) {
	r, err := s.e.Client.Submit(ctx, "video", model, params)
	return studio.Receipt{PredictionID: r.ID, Status: r.Status, Answer: string(r.Raw)}, err
}

// moderatedCode is the service's error code for an input that its safety check turned down (API.md).
const moderatedCode = "1039"

func (s service) Prediction(ctx context.Context, id string) (studio.Prediction, error) {
	p, err := s.e.Client.Prediction(ctx, id)
	if errors.Is(err, atlas.ErrNotFound) {
		return studio.Prediction{}, errors.Join(studio.ErrUnknown, err)
	}
	reason := p.Error
	if reason == "" {
		reason = p.Status
	}
	return studio.Prediction{
		Status: p.Status, Settled: p.Phase != atlas.Running, Succeeded: p.Phase == atlas.Succeeded, Canceled: p.Phase == atlas.Canceled,
		Outputs: p.Outputs, Reason: atlas.Sentence(reason), Moderated: p.ErrorCode == moderatedCode, PredictTime: p.PredictTime,
		Charged: (*generation.Money)(p.Price), Answer: string(p.Raw),
	}, err
}

func (s service) RetryAfter(err error) (time.Duration, bool) { return atlas.RetryAfter(err) }
