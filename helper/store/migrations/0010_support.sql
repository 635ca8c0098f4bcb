-- Which program uses a token, as it said last: 'extension/0.1.0'. '' before it has said anything.
ALTER TABLE token ADD COLUMN client_version TEXT NOT NULL DEFAULT '';

-- What LINE refused or failed to do, by LINE's own request ids: its support asks for them. The newest only. `path` holds
-- no id of a customer.
CREATE TABLE line_failure (
    number {identity},
    at BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status BIGINT,
    request_id TEXT
);
