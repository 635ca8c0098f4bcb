-- Pictures for personas, made from what was uploaded: PNG as base64, by the SHA-256 of the PNG.
CREATE TABLE icon (
    sha256 TEXT PRIMARY KEY,
    png TEXT NOT NULL,
    created_at BIGINT NOT NULL
) {clustered};

-- Which of them a persona wears instead of `icon_url`.
ALTER TABLE persona ADD COLUMN icon_id TEXT;

-- Where the webhook listener is reached by the whole internet under a name that lasts (one); LINE fetches icons there.
CREATE TABLE public_origin (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    origin TEXT NOT NULL,
    by_setting BIGINT NOT NULL
) {clustered};
