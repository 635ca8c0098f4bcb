-- Each return to a backup: from when the backup was (null: a plain copy, unknown) and when it took the place of
-- what was there. What happened in between is known to LINE and to people, not to this database.
CREATE TABLE restore (
    number {identity},
    backup_at BIGINT,
    restored_at BIGINT NOT NULL
);

-- Accounts of which LINE has not been asked since a restore how much is used: until then nothing is reserved.
CREATE TABLE quota_unasked (
    account_id TEXT PRIMARY KEY,
    since BIGINT NOT NULL
);
