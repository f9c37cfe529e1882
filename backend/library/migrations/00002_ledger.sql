-- +goose Up
CREATE TABLE owners (
  id   TEXT PRIMARY KEY,
  beat INTEGER NOT NULL
) STRICT;

ALTER TABLE generations ADD COLUMN prediction_id TEXT NOT NULL DEFAULT '';
ALTER TABLE generations ADD COLUMN amount INTEGER NOT NULL DEFAULT 0;
UPDATE generations SET prediction_id = coalesce(record ->> '$.predictionId', ''), amount = coalesce(record ->> '$.price.amount', 0);
UPDATE generations SET owner = '';
DROP INDEX generations_open;
ALTER TABLE generations DROP COLUMN cancel;
ALTER TABLE generations DROP COLUMN lease_until;
CREATE INDEX generations_open ON generations (service, owner) WHERE state NOT IN ('done', 'failed', 'canceled', 'uncertain');
CREATE UNIQUE INDEX generations_prediction ON generations (service, prediction_id) WHERE prediction_id != '';

CREATE TABLE ledger (
  n             INTEGER PRIMARY KEY,
  generation_id TEXT NOT NULL,
  attempt       INTEGER NOT NULL,
  at            INTEGER NOT NULL,
  service       TEXT NOT NULL,
  model         TEXT NOT NULL,
  amount        INTEGER,
  source        TEXT NOT NULL DEFAULT '',
  outcome       TEXT NOT NULL,
  prediction_id TEXT NOT NULL DEFAULT '',
  charged       INTEGER,
  UNIQUE (generation_id, attempt)
) STRICT;
CREATE INDEX ledger_at ON ledger (service, at);
INSERT INTO ledger (generation_id, attempt, at, service, model, amount, source, outcome, prediction_id, charged)
  SELECT id, 1, record ->> '$.submittedAt', service, model, record ->> '$.price.amount', coalesce(record ->> '$.price.source', ''),
    CASE state WHEN 'done' THEN 'done' WHEN 'uncertain' THEN 'uncertain' WHEN 'submitting' THEN 'sending'
      WHEN 'failed' THEN CASE record ->> '$.fault.code' WHEN 'run_failed' THEN 'failed' ELSE 'accepted' END ELSE 'accepted' END,
    coalesce(record ->> '$.predictionId', ''), record ->> '$.charged'
  FROM generations WHERE record ->> '$.submittedAt' > 0 ORDER BY created_at;
UPDATE generations SET record = json_set(record, '$.attempt', 1) WHERE record ->> '$.submittedAt' > 0;
