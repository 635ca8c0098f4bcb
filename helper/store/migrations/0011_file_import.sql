-- An account's newest import of LINE user ids from a file. `asked`: how many LINE has answered for.
CREATE TABLE file_import (
    account_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    total BIGINT NOT NULL,
    added BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    error TEXT
) {clustered};

-- Ids that LINE has not answered for yet. None of them is a friend, and nothing is sent to them, before it has.
CREATE TABLE import_candidate (
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (account_id, user_id)
) {clustered};

CREATE INDEX import_candidate_due ON import_candidate (due_at);
