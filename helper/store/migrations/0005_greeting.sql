-- The greeting that goes out by itself, one rule per account. `days`: digits of weekdays (1 is Monday). `opens` and
-- `closes`: minutes of the day in Japan, both null at any time.
CREATE TABLE greeting (
    account_id TEXT PRIMARY KEY,
    running BIGINT NOT NULL,
    wait_ms BIGINT NOT NULL,
    template_id TEXT NOT NULL,
    persona_id TEXT,
    days TEXT NOT NULL,
    opens BIGINT,
    closes BIGINT,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL
) {clustered};

-- New friends whom it is to greet: written with the follow, gone with the message or with the reason against it.
-- `event_at` is LINE's clock. After `ends_at` nothing is sent, whatever it waited for.
CREATE TABLE greeting_due (
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    event_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, user_id)
) {clustered};

CREATE INDEX greeting_due_at ON greeting_due (due_at);

-- What made the message: a person's click, or the greeting. What the greeting made has no teammate ('').
ALTER TABLE message ADD COLUMN origin TEXT NOT NULL DEFAULT 'click';
