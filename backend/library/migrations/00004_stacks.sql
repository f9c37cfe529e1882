-- +goose Up
-- top says that no newer video of the same stack is outside the trash: showing one of each stack reads an index then,
-- and groups nothing. The triggers keep it, whoever writes: who leaves a stack hands its place to the newest that
-- stays, and who joins covers the next older one. Of videos in the trash it says nothing.
ALTER TABLE videos ADD COLUMN top INTEGER NOT NULL DEFAULT 1;
UPDATE videos SET top = 0 WHERE trashed_at = 0 AND stack != 0
  AND EXISTS (SELECT 1 FROM videos o WHERE o.stack = videos.stack AND o.stack != 0 AND o.trashed_at = 0 AND o.n > videos.n);
CREATE INDEX videos_tops ON videos (n) WHERE trashed_at = 0 AND top = 1;

-- +goose StatementBegin
CREATE TRIGGER videos_came AFTER INSERT ON videos WHEN NEW.stack != 0 AND NEW.trashed_at = 0 BEGIN
  UPDATE videos SET top = 0 WHERE n = NEW.n
    AND EXISTS (SELECT 1 FROM videos o WHERE o.stack = NEW.stack AND o.stack != 0 AND o.trashed_at = 0 AND o.n > NEW.n);
  UPDATE videos SET top = 0 WHERE top = 1 AND n = (SELECT max(o.n) FROM videos o WHERE o.stack = NEW.stack AND o.stack != 0 AND o.trashed_at = 0 AND o.n < NEW.n);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER videos_moved AFTER UPDATE OF stack, trashed_at ON videos WHEN OLD.stack != NEW.stack OR (OLD.trashed_at = 0) != (NEW.trashed_at = 0) BEGIN
  UPDATE videos SET top = 1 WHERE top = 0 AND n = (SELECT max(o.n) FROM videos o WHERE o.stack = OLD.stack AND o.stack != 0 AND o.trashed_at = 0);
  UPDATE videos SET top = NOT EXISTS (SELECT 1 FROM videos o WHERE o.stack = NEW.stack AND o.stack != 0 AND o.trashed_at = 0 AND o.n > NEW.n)
    WHERE n = NEW.n AND NEW.trashed_at = 0;
  UPDATE videos SET top = 0 WHERE top = 1 AND NEW.trashed_at = 0
    AND n = (SELECT max(o.n) FROM videos o WHERE o.stack = NEW.stack AND o.stack != 0 AND o.trashed_at = 0 AND o.n < NEW.n);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER videos_went AFTER DELETE ON videos WHEN OLD.stack != 0 AND OLD.trashed_at = 0 BEGIN
  UPDATE videos SET top = 1 WHERE top = 0 AND n = (SELECT max(o.n) FROM videos o WHERE o.stack = OLD.stack AND o.stack != 0 AND o.trashed_at = 0);
END;
-- +goose StatementEnd
