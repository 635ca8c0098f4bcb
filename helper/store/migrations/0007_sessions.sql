-- Until when a token is good: pages of ours that a one-time link opened end by themselves. Null: until it is revoked.
ALTER TABLE token ADD COLUMN expires_at BIGINT;
