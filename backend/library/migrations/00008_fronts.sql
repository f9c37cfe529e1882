-- +goose Up
-- front says that a person chose a video to stand for its stack: it is the stack's top while it is outside the trash,
-- else the newest is. Who comes, goes or is chosen has the top of its stack looked for anew, in indexes alone.
ALTER TABLE videos ADD COLUMN front INTEGER NOT NULL DEFAULT 0;
CREATE INDEX videos_front ON videos (stack, n, trashed_at) WHERE front = 1;
CREATE INDEX videos_top ON videos (stack, n) WHERE trashed_at = 0 AND top = 1 AND stack != 0;
DROP TRIGGER videos_came;
DROP TRIGGER videos_moved;
DROP TRIGGER videos_went;

-- Who puts a stack in here has its top looked for anew; the triggers below say when.
CREATE VIEW tops AS SELECT stack FROM videos WHERE top = 1;

-- +goose StatementBegin
CREATE TRIGGER tops_anew INSTEAD OF INSERT ON tops BEGIN
  UPDATE videos SET top = 0 WHERE stack = NEW.stack AND stack != 0 AND trashed_at = 0 AND top = 1
    AND n != coalesce((SELECT max(o.n) FROM videos o WHERE o.stack = NEW.stack AND o.front = 1 AND o.trashed_at = 0),
      (SELECT max(o.n) FROM videos o WHERE o.stack = NEW.stack AND o.stack != 0 AND o.trashed_at = 0));
  UPDATE videos SET top = 1 WHERE top = 0
    AND n = coalesce((SELECT max(o.n) FROM videos o WHERE o.stack = NEW.stack AND o.front = 1 AND o.trashed_at = 0),
      (SELECT max(o.n) FROM videos o WHERE o.stack = NEW.stack AND o.stack != 0 AND o.trashed_at = 0));
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER videos_came AFTER INSERT ON videos WHEN NEW.stack != 0 AND NEW.trashed_at = 0 BEGIN
  INSERT INTO tops VALUES (NEW.stack);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER videos_moved AFTER UPDATE OF stack, trashed_at, front ON videos
WHEN OLD.stack != NEW.stack OR (OLD.trashed_at = 0) != (NEW.trashed_at = 0) OR OLD.front != NEW.front BEGIN
  INSERT INTO tops VALUES (OLD.stack);
  INSERT INTO tops VALUES (NEW.stack);
  UPDATE videos SET top = 1 WHERE top = 0 AND n = NEW.n AND stack = 0;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER videos_went AFTER DELETE ON videos WHEN OLD.stack != 0 AND OLD.trashed_at = 0 BEGIN
  INSERT INTO tops VALUES (OLD.stack);
END;
-- +goose StatementEnd
