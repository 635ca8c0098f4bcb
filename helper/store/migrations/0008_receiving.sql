-- How an account's webhooks are meant to reach us. `tool` and `always_on`: 1, 0, or null where nobody has said.
-- `previous_url` is another's webhook URL, noted before ours took its place at LINE. `pending_url` is written before
-- LINE is told and gone after: where it is left, LINE may or may not have taken it.
CREATE TABLE receiving (
    account_id TEXT PRIMARY KEY,
    way TEXT,
    previous_way TEXT,
    tool BIGINT,
    always_on BIGINT,
    previous_url TEXT,
    wanted_url TEXT,
    pending_url TEXT,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL
) {clustered};

-- Every public origin that ever led here, so that an old tunnel of ours is never taken for another tool.
CREATE TABLE own_origin (
    origin TEXT PRIMARY KEY,
    since BIGINT NOT NULL,
    ended_at BIGINT
) {clustered};
