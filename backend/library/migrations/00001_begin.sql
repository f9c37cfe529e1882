-- +goose Up
CREATE TABLE counter (version INTEGER NOT NULL);
INSERT INTO counter VALUES (0);

CREATE TABLE generations (
  id           TEXT PRIMARY KEY,
  version      INTEGER NOT NULL,
  service      TEXT NOT NULL,
  state        TEXT NOT NULL,
  owner        TEXT NOT NULL DEFAULT '',
  lease_until  INTEGER NOT NULL DEFAULT 0,
  cancel       INTEGER NOT NULL DEFAULT 0,
  dismissed    INTEGER NOT NULL DEFAULT 0,
  model        TEXT NOT NULL,
  seconds      TEXT NOT NULL DEFAULT '',
  took         INTEGER NOT NULL DEFAULT 0,
  created_at   INTEGER NOT NULL,
  record       TEXT NOT NULL
) STRICT;
CREATE INDEX generations_version ON generations (version);
CREATE INDEX generations_open ON generations (service, lease_until) WHERE state NOT IN ('done', 'failed', 'canceled', 'uncertain');
CREATE INDEX generations_shown ON generations (created_at DESC) WHERE dismissed = 0;
CREATE INDEX generations_took ON generations (model, seconds, created_at DESC) WHERE took > 0;

CREATE TABLE videos (
  n             INTEGER PRIMARY KEY,
  id            TEXT NOT NULL UNIQUE,
  version       INTEGER NOT NULL,
  generation_id TEXT NOT NULL DEFAULT '',
  favourite     INTEGER NOT NULL DEFAULT 0,
  created_at    INTEGER NOT NULL,
  trashed_at    INTEGER NOT NULL DEFAULT 0,
  record        TEXT NOT NULL
) STRICT;
CREATE INDEX videos_version ON videos (version);
CREATE INDEX videos_newest ON videos (created_at DESC, n DESC) WHERE trashed_at = 0;
CREATE INDEX videos_favourite ON videos (created_at DESC, n DESC) WHERE trashed_at = 0 AND favourite = 1;
CREATE INDEX videos_generation ON videos (generation_id);

CREATE VIRTUAL TABLE search USING fts5 (words, grams, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2", prefix='2 3');
