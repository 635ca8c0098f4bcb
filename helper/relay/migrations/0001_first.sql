-- The relay's own database: what came from LINE and still waits for somebody. Times are ms.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) {clustered};

-- `tool_url` null: no other tool. `failure` is the last attempt's, null once an attempt succeeded.
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    tool_url TEXT,
    tool_private BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    failure TEXT,
    failure_status BIGINT,
    failed_at BIGINT,
    dropped BIGINT NOT NULL DEFAULT 0,
    dropped_at BIGINT
) {clustered};

-- One webhook as it came; `body` in Base64, so that its bytes stay what they are. Gone once nobody waits for it.
-- An id is never given twice: it says what came later. `tool_due_at` is null while an earlier one of the same talk is under way to the tool.
-- `tool_since`: from here on its hours are counted.
CREATE TABLE delivery (
    id {identity} AUTOINCREMENT,
    account_id TEXT NOT NULL REFERENCES account (id),
    received_at BIGINT NOT NULL,
    signature TEXT NOT NULL,
    content_type TEXT NOT NULL,
    body TEXT NOT NULL,
    for_helper BIGINT NOT NULL,
    tool TEXT NOT NULL CHECK (tool IN ('none', 'waiting', 'kept')),
    tool_since BIGINT NOT NULL,
    tool_tries BIGINT NOT NULL DEFAULT 0,
    tool_due_at BIGINT
);

CREATE INDEX delivery_for_helper ON delivery (id, account_id) WHERE for_helper = 1;

CREATE INDEX delivery_due ON delivery (account_id, tool_due_at, id) WHERE tool_due_at IS NOT NULL;

CREATE INDEX delivery_for_tool ON delivery (account_id, tool, id) WHERE tool <> 'none';

CREATE INDEX delivery_received ON delivery (received_at);

-- Whose events a delivery that waits for the tool holds: a user, a group, a room.
CREATE TABLE talk (
    account_id TEXT NOT NULL,
    talk TEXT NOT NULL,
    delivery_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, talk, delivery_id)
) {clustered};

CREATE INDEX talk_delivery ON talk (delivery_id);

-- What LINE has brought already: a repetition is not passed on to the tool again.
CREATE TABLE seen_event (
    account_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, event_id)
) {clustered};

CREATE INDEX seen_event_at ON seen_event (at);

CREATE TABLE pairing_code (code_hash TEXT PRIMARY KEY, expires_at BIGINT NOT NULL) {clustered};

-- The one helper that fetches here.
CREATE TABLE helper (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    token_id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    paired_at BIGINT NOT NULL,
    connected BIGINT NOT NULL DEFAULT 0,
    changed_at BIGINT NOT NULL
) {clustered};
