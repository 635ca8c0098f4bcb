-- Times (ms) in which this helper was not awake, until somebody has read of them.
CREATE TABLE absence (
    since BIGINT PRIMARY KEY,
    until BIGINT NOT NULL
) {clustered};

INSERT INTO absence (since, until) SELECT missed_from, missed_to FROM awake WHERE missed_from IS NOT NULL;

ALTER TABLE awake DROP COLUMN missed_from;
ALTER TABLE awake DROP COLUMN missed_to;

-- How long (ms) nobody was here since an account's last webhook: a time in which nothing can come is no silence.
ALTER TABLE webhook_watch ADD COLUMN away BIGINT NOT NULL DEFAULT 0;
