-- Up to when an operator says a friend's messages were answered, LINE's clock: answers typed in LINE chat reach no bot.
ALTER TABLE friend ADD COLUMN answered_until BIGINT;

CREATE INDEX friend_received ON friend (account_id, last_received_at, number) WHERE last_received_at IS NOT NULL;
