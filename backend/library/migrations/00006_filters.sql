-- +goose Up
-- A filter reads no video that it leaves out: each has an index that lists the videos outside the trash by what it
-- looks at, newest first within each value. Times and costs may all differ and are listed by classes: half a second
-- up to half a minute, and cents up to a dollar. The larger ones also have what filters are most often combined with.
DROP INDEX videos_favourite;
DROP INDEX videos_rated;
DROP INDEX videos_labelled;
CREATE INDEX videos_favourite ON videos (favourite, n) WHERE trashed_at = 0;
CREATE INDEX videos_rating ON videos (rating, n) WHERE trashed_at = 0;
CREATE INDEX videos_label ON videos (label, n) WHERE trashed_at = 0;
CREATE INDEX videos_noted ON videos (noted, n) WHERE trashed_at = 0;
CREATE INDEX videos_pictured ON videos (pictured, n) WHERE trashed_at = 0;
CREATE INDEX videos_demo ON videos (demo, n) WHERE trashed_at = 0;
CREATE INDEX videos_model ON videos (model, n, duration, cost, pictured) WHERE trashed_at = 0;
CREATE INDEX videos_duration ON videos (min(duration / 500, 60), n, duration, model, cost, pictured) WHERE trashed_at = 0;
CREATE INDEX videos_cost ON videos (min((cost + 5000) / 10000, 100), n, cost, model, duration, pictured) WHERE trashed_at = 0;
