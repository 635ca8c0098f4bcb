-- The relay that this helper fetches from (one), and what it last told of each account. Times are ms by our clock.
CREATE TABLE relay (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    url TEXT NOT NULL,
    token_id TEXT NOT NULL,
    connected BIGINT NOT NULL,
    since BIGINT NOT NULL,
    trouble TEXT
) {clustered};

CREATE TABLE relay_account (
    account_id TEXT PRIMARY KEY,
    tool TEXT,
    waiting_helper BIGINT NOT NULL,
    waiting_tool BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    oldest_helper_at BIGINT,
    oldest_tool_at BIGINT,
    failure TEXT,
    failure_status BIGINT,
    failed_at BIGINT,
    dropped BIGINT NOT NULL,
    dropped_at BIGINT,
    secret_differs BIGINT NOT NULL DEFAULT 0
) {clustered};
