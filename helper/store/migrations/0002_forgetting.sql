-- Who was erased, as hashes (helper/store/forgetting.py). `forgotten_at` is LINE's clock; `contact_at` is when her
-- first message went out, null if she had none.
CREATE TABLE forgotten (
    hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    forgotten_at BIGINT NOT NULL,
    contact_at BIGINT
) {clustered};

-- An erasing whose raw events are still to be emptied: it goes on after a crash. Empty most of the time.
CREATE TABLE forgetting (
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, user_id)
) {clustered};

-- When a message's texts were removed: erased with their reader, or kept long enough.
ALTER TABLE message ADD COLUMN texts_removed_at BIGINT;
