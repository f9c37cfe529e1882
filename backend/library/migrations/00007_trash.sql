-- +goose Up
-- The trash is in the order of deleting.
DROP INDEX videos_trashed;
CREATE INDEX videos_trashed ON videos (trashed_at, n) WHERE trashed_at > 0;
