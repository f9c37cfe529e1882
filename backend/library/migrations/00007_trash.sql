-- +goose Up
-- The trash is in the order of deleting.
DROP INDEX videos_trashed;
CREATE INDEX videos_trashed ON videos (trashed_at, n) WHERE trashed_at > 0;
-- Which collections a video is in: asked of each when its marks are written beside it.
CREATE INDEX collection_items_n ON collection_items (n);
