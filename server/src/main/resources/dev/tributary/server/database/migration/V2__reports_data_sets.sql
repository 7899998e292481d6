-- The last status of a run in brief, as JSON: what is shown of runs that nobody leads any more.
ALTER TABLE runs ADD COLUMN report VARCHAR(100000);

-- The data set that a run must name to be served by this client; null: it serves all.
ALTER TABLE agents ADD COLUMN dataset VARCHAR(64);
