-- +goose Up
ALTER TABLE videos RENAME TO old_videos;

-- What a scroll and a keystroke look at, in rows of some 80 bytes. n is the moment of making (ms) * 4096 and a number
-- within it: newest first is n downwards, here as in search.
CREATE TABLE models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE videos (
  n          INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  version    INTEGER NOT NULL,
  trashed_at INTEGER NOT NULL DEFAULT 0,
  favourite  INTEGER NOT NULL DEFAULT 0,
  rating     INTEGER NOT NULL DEFAULT 0,
  label      TEXT NOT NULL DEFAULT '',
  noted      INTEGER NOT NULL DEFAULT 0,
  pictured   INTEGER NOT NULL,
  demo       INTEGER NOT NULL,
  model      INTEGER NOT NULL REFERENCES models (id),
  duration   INTEGER NOT NULL,
  cost       INTEGER NOT NULL,
  stack      INTEGER NOT NULL DEFAULT 0
) STRICT;
-- The rest of a video: what a person wrote, and the facts of the run and the file as JSON.
CREATE TABLE records (
  n      INTEGER PRIMARY KEY,
  name   TEXT NOT NULL,
  notes  TEXT NOT NULL DEFAULT '',
  record TEXT NOT NULL
) STRICT;
CREATE TABLE files (
  n          INTEGER PRIMARY KEY,
  path       TEXT NOT NULL,
  size       INTEGER NOT NULL,
  mtime      INTEGER NOT NULL DEFAULT 0,
  hash       TEXT NOT NULL DEFAULT '',
  missing_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE origins (
  n      INTEGER PRIMARY KEY,
  kind   TEXT NOT NULL,
  parent TEXT NOT NULL
) STRICT;
CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE video_tags (tag_id INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (tag_id, n)) STRICT, WITHOUT ROWID;
CREATE TABLE collections (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  smart      INTEGER NOT NULL,
  query      TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE collection_items (
  collection_id TEXT NOT NULL,
  n             INTEGER NOT NULL,
  position      REAL NOT NULL,
  PRIMARY KEY (collection_id, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE edits (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  count   INTEGER NOT NULL,
  undone  INTEGER NOT NULL DEFAULT 0,
  inverse TEXT NOT NULL
) STRICT;
CREATE TABLE unindexed (n INTEGER PRIMARY KEY) STRICT;

CREATE TABLE numbered (old INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;
INSERT INTO numbered SELECT n, i + max(t * 4096 - i) OVER (ORDER BY i ROWS UNBOUNDED PRECEDING) FROM
  (SELECT n, min(max(created_at, 0), 1125899906842623) t, row_number() OVER (ORDER BY created_at, n) i FROM old_videos);
INSERT INTO models (name) SELECT DISTINCT coalesce(record ->> '$.model', '') FROM old_videos;
INSERT INTO videos (n, id, version, trashed_at, favourite, pictured, demo, model, duration, cost)
  SELECT x.n, o.id, o.version, o.trashed_at, o.favourite, o.record -> '$.pictures' IS NOT NULL, o.record ->> '$.service' IS 'demo', m.id,
    coalesce(o.record ->> '$.duration', 0), coalesce(o.record ->> '$.cost', o.record ->> '$.price.amount', 0)
  FROM old_videos o JOIN numbered x ON x.old = o.n JOIN models m ON m.name = coalesce(o.record ->> '$.model', '') ORDER BY x.n;
INSERT INTO records (n, name, record)
  SELECT x.n, coalesce(o.record ->> '$.name', ''), json_remove(o.record, '$.version', '$.name', '$.path', '$.bytes', '$.favourite', '$.trashedAt')
  FROM old_videos o JOIN numbered x ON x.old = o.n ORDER BY x.n;
INSERT INTO files (n, path, size) SELECT x.n, coalesce(o.record ->> '$.path', ''), coalesce(o.record ->> '$.bytes', 0) FROM old_videos o JOIN numbered x ON x.old = o.n ORDER BY x.n;
INSERT INTO unindexed SELECT n FROM videos;
DROP TABLE numbered;
DROP TABLE old_videos;

CREATE INDEX videos_version ON videos (version);
CREATE INDEX videos_shown ON videos (n) WHERE trashed_at = 0;
CREATE INDEX videos_trashed ON videos (n, trashed_at) WHERE trashed_at > 0;
CREATE INDEX videos_favourite ON videos (n) WHERE favourite = 1;
CREATE INDEX videos_rated ON videos (n, rating) WHERE rating > 0;
CREATE INDEX videos_labelled ON videos (n, label) WHERE label != '';
CREATE INDEX videos_stack ON videos (stack, n) WHERE trashed_at = 0 AND stack != 0;
CREATE INDEX files_path ON files (path);
CREATE INDEX files_hash ON files (hash) WHERE hash != '';
CREATE INDEX files_missing ON files (n) WHERE missing_at > 0;
CREATE INDEX origins_parent ON origins (parent);
CREATE INDEX video_tags_n ON video_tags (n, tag_id);
CREATE INDEX collection_items_position ON collection_items (collection_id, position, n);

DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5 (words, grams, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2", prefix='1 2 3');
