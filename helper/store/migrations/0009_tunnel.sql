-- The tunnel that leads to this helper's webhook listener (one). `hostname`: a name of the operator's own. `origin` is
-- where it is reached, null until its program has told. Times are ms by our clock.
CREATE TABLE tunnel (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    program TEXT NOT NULL,
    hostname TEXT,
    origin TEXT,
    since BIGINT NOT NULL,
    trouble TEXT
) {clustered};

-- What is watched of an account's webhooks. `longest_gap`: the longest quiet time lately, in ms, seen at `longest_at`.
CREATE TABLE webhook_watch (
    account_id TEXT PRIMARY KEY,
    watched_since BIGINT NOT NULL,
    last_at BIGINT,
    longest_gap BIGINT NOT NULL,
    longest_at BIGINT,
    trouble TEXT,
    trouble_since BIGINT
) {clustered};

-- When this helper was last seen awake, and the newest time in which it was not, until somebody has read of it.
CREATE TABLE awake (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    seen_at BIGINT NOT NULL,
    missed_from BIGINT,
    missed_to BIGINT
) {clustered};
