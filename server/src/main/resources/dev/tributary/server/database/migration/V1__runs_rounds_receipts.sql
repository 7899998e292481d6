-- The same statements on H2 (PostgreSQL mode) and PostgreSQL. Time stamps are the database's own
-- and only for people: nothing is decided by them.

CREATE TABLE runs (
    run_id     VARCHAR(128) NOT NULL PRIMARY KEY,
    name       VARCHAR(256) NOT NULL,
    state      VARCHAR(32) NOT NULL,
    config     VARCHAR(1000000) NOT NULL,
    seed       BIGINT NOT NULL,
    message    VARCHAR(2000) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    ended_at   TIMESTAMP WITH TIME ZONE
);

-- One row a round: its newest attempt. Open until a model version is published.
CREATE TABLE rounds (
    run_id            VARCHAR(128) NOT NULL REFERENCES runs (run_id),
    round             INTEGER NOT NULL CHECK (round >= 1),
    attempt           INTEGER NOT NULL CHECK (attempt >= 1),
    cohort            VARCHAR(1000000) NOT NULL,
    base_version      INTEGER NOT NULL,
    published_version INTEGER,
    model_checksum    VARCHAR(64),
    opened_at         TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    closed_at         TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (run_id, round)
);

-- Accepted updates. The key is the promise that an update counts once in a round.
CREATE TABLE receipts (
    run_id        VARCHAR(128) NOT NULL,
    round         INTEGER NOT NULL,
    client_id     VARCHAR(64) NOT NULL,
    attempt       INTEGER NOT NULL,
    checksum      VARCHAR(64) NOT NULL,
    bytes         BIGINT NOT NULL,
    spool_file    VARCHAR(255) NOT NULL,
    example_count BIGINT NOT NULL,
    weight        DOUBLE PRECISION NOT NULL,
    train_loss    DOUBLE PRECISION NOT NULL,
    accepted_at   TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    PRIMARY KEY (run_id, round, client_id),
    FOREIGN KEY (run_id, round) REFERENCES rounds (run_id, round)
);

-- How often a client's updates of a round were refused, and why.
CREATE TABLE refusals (
    run_id    VARCHAR(128) NOT NULL REFERENCES runs (run_id),
    round     INTEGER NOT NULL,
    client_id VARCHAR(64) NOT NULL,
    outcome   VARCHAR(32) NOT NULL,
    code      VARCHAR(64) NOT NULL,
    refused   BIGINT NOT NULL,
    PRIMARY KEY (run_id, round, client_id, outcome, code)
);

-- One line of JSON a round; complete once what was to be evaluated is.
CREATE TABLE metrics (
    run_id   VARCHAR(128) NOT NULL REFERENCES runs (run_id),
    round    INTEGER NOT NULL,
    line     VARCHAR(100000) NOT NULL,
    complete BOOLEAN NOT NULL,
    PRIMARY KEY (run_id, round)
);

CREATE TABLE events (
    run_id          VARCHAR(128) NOT NULL REFERENCES runs (run_id),
    sequence        BIGINT NOT NULL,
    elapsed_seconds DOUBLE PRECISION NOT NULL,
    level           VARCHAR(32) NOT NULL,
    message         VARCHAR(2000) NOT NULL,
    happened_at     TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    PRIMARY KEY (run_id, sequence)
);

CREATE TABLE agents (
    client_id     VARCHAR(64) NOT NULL PRIMARY KEY,
    example_count BIGINT NOT NULL,
    device        VARCHAR(128) NOT NULL,
    agent_version VARCHAR(128) NOT NULL,
    first_seen    TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    last_seen     TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
);
