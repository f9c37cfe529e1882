-- +goose Up
-- What statistics look at, so that they read no fat rows.
CREATE INDEX ledger_sums ON ledger (service, at, model, outcome, amount, charged);
DROP INDEX ledger_at;
CREATE INDEX generations_times ON generations (service, model, took, created_at) WHERE took > 0;
