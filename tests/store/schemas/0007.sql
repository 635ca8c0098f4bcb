PRAGMA application_id = 1230263125;
PRAGMA user_version = 7;
BEGIN TRANSACTION;
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    basic_id TEXT NOT NULL,
    premium_id TEXT,
    bot_user_id TEXT NOT NULL,
    picture_url TEXT,
    verified BIGINT NOT NULL,
    chat_mode TEXT NOT NULL,
    sandbox BIGINT NOT NULL,
    colour TEXT NOT NULL,
    floor BIGINT NOT NULL DEFAULT 0 CHECK (floor >= 0),
    other_tool_replies BIGINT NOT NULL DEFAULT 0,
    default_template_id TEXT,
    default_persona_id TEXT,
    created_at BIGINT NOT NULL,
    removed_at BIGINT
);
INSERT INTO "account" VALUES('account id 日本語🌸','account name 日本語🌸','account basic_id 日本語🌸','account premium_id 日本語🌸','account bot_user_id 日本語🌸','account picture_url 日本語🌸',1,'account chat_mode 日本語🌸',1,'account colour 日本語🌸',1,1,'account default_template_id 日本語🌸','account default_persona_id 日本語🌸',1,1);
CREATE TABLE attempt (
    message_id TEXT NOT NULL REFERENCES message (id),
    number BIGINT NOT NULL,
    route TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    outcome TEXT,
    status BIGINT,
    line_request_id TEXT,
    detail TEXT,
    PRIMARY KEY (message_id, number)
) WITHOUT ROWID;
INSERT INTO "attempt" VALUES('message id 日本語🌸',1,'attempt route 日本語🌸',1,1,'attempt outcome 日本語🌸',1,'attempt line_request_id 日本語🌸','attempt detail 日本語🌸');
CREATE TABLE binding (
    dashboard TEXT NOT NULL,
    page_account TEXT NOT NULL,
    account_id TEXT NOT NULL,
    teammate_id TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (dashboard, page_account)
) WITHOUT ROWID;
INSERT INTO "binding" VALUES('binding dashboard 日本語🌸','binding page_account 日本語🌸','binding account_id 日本語🌸','binding teammate_id 日本語🌸',1);
CREATE TABLE event (
    account_id TEXT NOT NULL,
    webhook_event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    mode TEXT NOT NULL,
    at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    user_id TEXT,
    raw TEXT NOT NULL,
    PRIMARY KEY (account_id, webhook_event_id)
) WITHOUT ROWID;
INSERT INTO "event" VALUES('event account_id 日本語🌸','event webhook_event_id 日本語🌸','event type 日本語🌸','event mode 日本語🌸',1,1,'event user_id 日本語🌸','event raw 日本語🌸');
CREATE TABLE forgetting (
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, user_id)
) WITHOUT ROWID;
INSERT INTO "forgetting" VALUES('forgetting account_id 日本語🌸','forgetting user_id 日本語🌸',1);
CREATE TABLE forgotten (
    hash TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    forgotten_at BIGINT NOT NULL,
    contact_at BIGINT
) WITHOUT ROWID;
INSERT INTO "forgotten" VALUES('forgotten hash 日本語🌸','forgotten account_id 日本語🌸',1,1);
CREATE TABLE friend (
    number INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('webhook', 'followers', 'import')),
    first_seen_at BIGINT NOT NULL,
    display_name TEXT,
    name_key TEXT NOT NULL DEFAULT '',
    picture_url TEXT,
    profile_asked_at BIGINT,
    profile_due_at BIGINT,
    profile_tries BIGINT NOT NULL DEFAULT 0,
    followed_at BIGINT,
    follows BIGINT NOT NULL DEFAULT 0,
    unblocked BIGINT NOT NULL DEFAULT 0,
    blocked_at BIGINT,
    last_received_at BIGINT,
    last_event_at BIGINT NOT NULL DEFAULT 0,
    last_event_mode TEXT NOT NULL DEFAULT 'active',
    dismissed_at BIGINT,
    contact_at BIGINT,
    contact_message_id TEXT,
    contact_teammate_id TEXT,
    contact_persona_id TEXT,
    contact_persona TEXT,
    contact_route TEXT,
    claim_teammate_id TEXT,
    claim_until BIGINT,
    stage TEXT NOT NULL GENERATED ALWAYS AS (
        CASE
            WHEN blocked_at >= coalesce(followed_at, 0) AND blocked_at >= coalesce(last_received_at, 0)
                THEN 'blocked'
            WHEN last_received_at IS NOT NULL THEN 'talking'
            WHEN contact_at IS NOT NULL THEN 'contacted'
            ELSE 'new'
        END
    ) STORED,
    list TEXT NOT NULL GENERATED ALWAYS AS (
        CASE
            WHEN blocked_at >= coalesce(followed_at, 0) AND blocked_at >= coalesce(last_received_at, 0)
                THEN 'blocked'
            WHEN last_received_at IS NOT NULL THEN 'talking'
            WHEN contact_at IS NOT NULL THEN 'contacted'
            WHEN dismissed_at IS NOT NULL OR followed_at IS NULL THEN 'aside'
            ELSE 'new'
        END
    ) STORED,
    listed_at BIGINT NOT NULL GENERATED ALWAYS AS (coalesce(followed_at, 0)) STORED, answered_until BIGINT,
    UNIQUE (account_id, user_id)
);
INSERT INTO "friend" VALUES(1,'friend account_id 日本語🌸','friend user_id 日本語🌸','webhook',1,'friend display_name 日本語🌸','friend name_key 日本語🌸','friend picture_url 日本語🌸',1,1,1,1,1,1,1,1,1,'friend last_event_mode 日本語🌸',1,1,'friend contact_message_id 日本語🌸','friend contact_teammate_id 日本語🌸','friend contact_persona_id 日本語🌸','friend contact_persona 日本語🌸','friend contact_route 日本語🌸','friend claim_teammate_id 日本語🌸',1,NULL);
CREATE TABLE friend_gram (
    account_id TEXT NOT NULL,
    gram TEXT NOT NULL,
    listed_at BIGINT NOT NULL,
    friend_number BIGINT NOT NULL REFERENCES friend (number) ON DELETE CASCADE,
    PRIMARY KEY (account_id, gram, listed_at, friend_number)
) WITHOUT ROWID;
INSERT INTO "friend_gram" VALUES('friend_gram account_id 日本語🌸','friend_gram gram 日本語🌸',1,1);
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
) WITHOUT ROWID;
INSERT INTO "greeting" VALUES('greeting account_id 日本語🌸',1,1,'greeting template_id 日本語🌸','greeting persona_id 日本語🌸','greeting days 日本語🌸',1,1,'greeting changed_by 日本語🌸',1);
CREATE TABLE greeting_due (
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    event_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, user_id)
) WITHOUT ROWID;
INSERT INTO "greeting_due" VALUES('greeting_due account_id 日本語🌸','greeting_due user_id 日本語🌸',1,1,1,1);
CREATE TABLE ledger (
    number INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL,
    month TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reserve', 'settle', 'release', 'reply', 'elsewhere', 'recount')),
    cost BIGINT NOT NULL,
    message_id TEXT,
    teammate_id TEXT
);
INSERT INTO "ledger" VALUES(1,'ledger account_id 日本語🌸','ledger month 日本語🌸',1,'reserve',1,'ledger message_id 日本語🌸','ledger teammate_id 日本語🌸');
CREATE TABLE link (
    account_id TEXT NOT NULL,
    dashboard TEXT NOT NULL,
    member_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    teammate_id TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, dashboard, member_id)
) WITHOUT ROWID;
INSERT INTO "link" VALUES('link account_id 日本語🌸','link dashboard 日本語🌸','link member_id 日本語🌸','link user_id 日本語🌸','link teammate_id 日本語🌸',1);
CREATE TABLE message (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('held', 'sending', 'sent', 'failed', 'uncertain', 'cancelled')),
    first_contact BIGINT NOT NULL,
    override_reason TEXT,
    route TEXT NOT NULL CHECK (route IN ('reply', 'push')),
    max_cost BIGINT NOT NULL CHECK (max_cost IN (0, 1)),
    reply_token TEXT,
    reply_until BIGINT,
    retry_key TEXT NOT NULL UNIQUE,
    idempotency_key TEXT,
    body_hash TEXT NOT NULL,
    teammate_id TEXT NOT NULL,
    persona_id TEXT,
    persona_name TEXT,
    template_id TEXT,
    template_name TEXT,
    objects TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    hold_until BIGINT NOT NULL,
    next_at BIGINT,
    lease_owner TEXT,
    lease_until BIGINT,
    attempts BIGINT NOT NULL DEFAULT 0,
    first_attempt_at BIGINT,
    maybe_accepted BIGINT NOT NULL DEFAULT 0,
    unknown_replies BIGINT NOT NULL DEFAULT 0,
    token_renewed BIGINT NOT NULL DEFAULT 0,
    reserved_month TEXT,
    line_request_id TEXT,
    error_code TEXT,
    error_text TEXT,
    settled_at BIGINT
, texts_removed_at BIGINT, origin TEXT NOT NULL DEFAULT 'click');
INSERT INTO "message" VALUES('message id 日本語🌸','message account_id 日本語🌸','message user_id 日本語🌸','held',1,'message override_reason 日本語🌸','reply',1,'message reply_token 日本語🌸',1,'message retry_key 日本語🌸','message idempotency_key 日本語🌸','message body_hash 日本語🌸','message teammate_id 日本語🌸','message persona_id 日本語🌸','message persona_name 日本語🌸','message template_id 日本語🌸','message template_name 日本語🌸','message objects 日本語🌸',1,1,1,'message lease_owner 日本語🌸',1,1,1,1,1,1,'message reserved_month 日本語🌸','message line_request_id 日本語🌸','message error_code 日本語🌸','message error_text 日本語🌸',1,NULL,'click');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "meta" VALUES('meta key 日本語🌸','meta value 日本語🌸');
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    at BIGINT NOT NULL
);
INSERT INTO "notice" VALUES(1,'notice kind 日本語🌸','notice subject 日本語🌸',1);
CREATE TABLE pairing_code (
    code_hash TEXT PRIMARY KEY,
    teammate_name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
INSERT INTO "pairing_code" VALUES('pairing_code code_hash 日本語🌸','pairing_code teammate_name 日本語🌸','pairing_code role 日本語🌸',1,1,1);
CREATE TABLE persona (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    icon_url TEXT,
    teammate_id TEXT,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
INSERT INTO "persona" VALUES('persona id 日本語🌸','account id 日本語🌸','persona name 日本語🌸','persona icon_url 日本語🌸','persona teammate_id 日本語🌸',1,1);
CREATE TABLE quota_counter (
    account_id TEXT NOT NULL,
    month TEXT NOT NULL,
    allowance BIGINT,
    spent BIGINT NOT NULL DEFAULT 0 CHECK (spent >= 0),
    reserved BIGINT NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    elsewhere BIGINT NOT NULL DEFAULT 0 CHECK (elsewhere >= 0),
    floor BIGINT NOT NULL DEFAULT 0 CHECK (floor >= 0),
    consumption BIGINT,
    lower_seen BIGINT NOT NULL DEFAULT 0,
    asked_at BIGINT,
    PRIMARY KEY (account_id, month)
) WITHOUT ROWID;
INSERT INTO "quota_counter" VALUES('quota_counter account_id 日本語🌸','quota_counter month 日本語🌸',1,1,1,1,1,1,1,1);
CREATE TABLE quota_unasked (
    account_id TEXT PRIMARY KEY,
    since BIGINT NOT NULL
);
INSERT INTO "quota_unasked" VALUES('quota_unasked account_id 日本語🌸',1);
CREATE TABLE relay (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    url TEXT NOT NULL,
    token_id TEXT NOT NULL,
    connected BIGINT NOT NULL,
    since BIGINT NOT NULL,
    trouble TEXT
) WITHOUT ROWID;
INSERT INTO "relay" VALUES(1,'relay url 日本語🌸','relay token_id 日本語🌸',1,1,'relay trouble 日本語🌸');
CREATE TABLE relay_account (
    account_id TEXT PRIMARY KEY,
    tool TEXT,
    waiting_helper BIGINT NOT NULL,
    waiting_tool BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    oldest_helper_at BIGINT,
    oldest_tool_at BIGINT,
    failure TEXT,
    failure_status BIGINT,
    failed_at BIGINT,
    dropped BIGINT NOT NULL,
    dropped_at BIGINT,
    secret_differs BIGINT NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO "relay_account" VALUES('relay_account account_id 日本語🌸','relay_account tool 日本語🌸',1,1,1,1,1,'relay_account failure 日本語🌸',1,1,1,1,1);
CREATE TABLE reply_token (
    account_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    event_at BIGINT NOT NULL,
    token TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    renewed_at BIGINT,
    used_by TEXT,
    PRIMARY KEY (account_id, user_id, event_at, token)
) WITHOUT ROWID;
INSERT INTO "reply_token" VALUES('reply_token account_id 日本語🌸','reply_token user_id 日本語🌸',1,'reply_token token 日本語🌸',1,1,'reply_token used_by 日本語🌸');
CREATE TABLE restore (
    number INTEGER PRIMARY KEY,
    backup_at BIGINT,
    restored_at BIGINT NOT NULL
);
INSERT INTO "restore" VALUES(1,1,1);
CREATE TABLE teammate (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
INSERT INTO "teammate" VALUES('teammate id 日本語🌸','teammate name 日本語🌸','viewer',1,1);
CREATE TABLE template (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    messages TEXT NOT NULL,
    tap_replies TEXT NOT NULL,
    persona_id TEXT,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT
);
INSERT INTO "template" VALUES('template id 日本語🌸','account id 日本語🌸','template name 日本語🌸','template messages 日本語🌸','template tap_replies 日本語🌸','template persona_id 日本語🌸',1,1);
CREATE TABLE token (
    id TEXT PRIMARY KEY,
    teammate_id TEXT NOT NULL REFERENCES teammate (id),
    token_hash TEXT NOT NULL UNIQUE,
    origin TEXT,
    client_name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
, expires_at BIGINT);
INSERT INTO "token" VALUES('token id 日本語🌸','teammate id 日本語🌸','token token_hash 日本語🌸','token origin 日本語🌸','token client_name 日本語🌸',1,1,1,NULL);
CREATE INDEX event_history ON event (account_id, user_id, at DESC, webhook_event_id DESC)
    WHERE type IN ('message', 'postback');
CREATE INDEX friend_listed ON friend (account_id, listed_at DESC, number DESC);
CREATE INDEX friend_by_list ON friend (account_id, list, listed_at DESC, number DESC);
CREATE INDEX friend_by_name ON friend (account_id, name_key, listed_at DESC) WHERE name_key <> '';
CREATE INDEX friend_profile_due ON friend (profile_due_at) WHERE profile_due_at IS NOT NULL;
CREATE INDEX friend_gram_friend ON friend_gram (friend_number);
CREATE INDEX persona_of_account ON persona (account_id, created_at, id);
CREATE INDEX template_of_account ON template (account_id, created_at, id);
CREATE UNIQUE INDEX message_idempotency ON message (account_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
CREATE INDEX message_due ON message (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX message_history ON message (account_id, user_id, created_at DESC, id DESC);
CREATE INDEX message_held ON message (account_id, user_id) WHERE status = 'held';
CREATE INDEX message_reserved ON message (account_id, reserved_month) WHERE reserved_month IS NOT NULL;
CREATE INDEX ledger_month ON ledger (account_id, month, number DESC);
CREATE UNIQUE INDEX link_of_friend ON link (account_id, user_id, dashboard);
CREATE INDEX friend_received ON friend (account_id, last_received_at, number) WHERE last_received_at IS NOT NULL;
CREATE INDEX greeting_due_at ON greeting_due (due_at);
COMMIT;
