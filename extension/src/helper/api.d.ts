/** Generated from the helper’s OpenAPI document by tools/api-types.mjs. Do not edit. */
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Account
         * @description A LINE Official Account.
         */
        Account: {
            /** Basic Id */
            basic_id: string;
            /** Bot User Id */
            bot_user_id: string;
            /** Chat Mode */
            chat_mode: string;
            /** Colour */
            colour: string;
            /** Default Persona Id */
            default_persona_id: string | null;
            /** Default Template Id */
            default_template_id: string | null;
            /**
             * Floor
             * @description Messages of the month that are kept back.
             */
            floor: number;
            /**
             * Id
             * @description The channel id.
             */
            id: string;
            /**
             * Missed
             * @description When nothing could be received lately: the longest times, until somebody has read of them.
             */
            missed: components["schemas"]["Interval"][];
            /** Name */
            name: string;
            /**
             * New Friends
             * @description Friends in the queue, counted up to 1000.
             */
            new_friends: number;
            /**
             * Other Tool Replies
             * @description Another tool uses the reply tokens.
             */
            other_tool_replies: boolean;
            /** Picture Url */
            picture_url: string | null;
            /** Premium Id */
            premium_id: string | null;
            reception: components["schemas"]["Reception"];
            /** @description Null where no relay is connected to this helper. */
            relay: components["schemas"]["Relay"] | null;
            /**
             * Sandbox
             * @description Belongs to the practice mode: nothing reaches a customer.
             */
            sandbox: boolean;
            /** Verified */
            verified: boolean;
        };
        /**
         * AccountChanges
         * @description What an admin may change. Absent members stay as they are.
         */
        AccountChanges: {
            /**
             * Colour
             * @default null
             */
            colour?: string | null;
            /**
             * Default Persona Id
             * @default null
             */
            default_persona_id?: string | null;
            /**
             * Default Template Id
             * @default null
             */
            default_template_id?: string | null;
            /**
             * Floor
             * @default null
             */
            floor?: number | null;
            /**
             * Other Tool Replies
             * @default null
             */
            other_tool_replies?: boolean | null;
        };
        /**
         * Accounts
         * @description Every connected account.
         */
        Accounts: {
            /** Items */
            items: components["schemas"]["Account"][];
            /**
             * Next
             * @default null
             */
            next?: string | null;
        };
        /**
         * Answered
         * @description Up to when: the `last_received_at` of the friend as she was shown.
         */
        Answered: {
            /**
             * Until
             * Format: date-time
             */
            until: string;
        };
        /**
         * Binding
         * @description A confirmed pair.
         */
        Binding: {
            /** Account Id */
            account_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Dashboard */
            dashboard: string;
            /** Page Account */
            page_account: string;
        };
        /**
         * Bindings
         * @description Every confirmed pair.
         */
        Bindings: {
            /** Items */
            items: components["schemas"]["Binding"][];
            /**
             * Next
             * @default null
             */
            next?: string | null;
        };
        /**
         * BoundAccount
         * @description The account a page belongs to.
         */
        BoundAccount: {
            /** Account Id */
            account_id: string;
        };
        /**
         * Caution
         * @description What the sender should know.
         */
        Caution: {
            /** Code */
            code: string;
            /** Text */
            text: string;
        };
        /**
         * Checks
         * @description Everything that was looked at, and what LINE did not do lately, newest first.
         */
        Checks: {
            /**
             * Failures
             * @description LINE's support asks for the request ids.
             */
            failures: components["schemas"]["LineFailureTold"][];
            /** Items */
            items: components["schemas"]["CheckTold"][];
        };
        /**
         * CheckTold
         * @description One thing that was looked at. `account_id` null: it is about this computer.
         */
        CheckTold: {
            /** Account Id */
            account_id: string | null;
            /** Fix */
            fix: string | null;
            /** Id */
            id: string;
            /**
             * State
             * @enum {string}
             */
            state: "good" | "info" | "unknown" | "warning" | "bad";
            /** Text */
            text: string;
        };
        /**
         * Claim
         * @description Who is on it, until when.
         */
        Claim: {
            teammate: components["schemas"]["Named"];
            /**
             * Until
             * Format: date-time
             */
            until: string;
        };
        /**
         * Client
         * @description The program that pairs, by a name its owner recognises.
         */
        Client: {
            /** Name */
            name: string;
            /**
             * Session
             * @description A page's: the token ends after 12 hours.
             * @default false
             */
            session?: boolean;
        };
        /**
         * ComingGreeting
         * @description A first message that goes out by itself, unless somebody is first or it is stopped.
         */
        ComingGreeting: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** @description A teammate who is on it: it waits for her. */
            paused_by: components["schemas"]["Named"] | null;
        };
        /**
         * Document
         * @description An OpenAPI 3.1 document.
         */
        Document: {
            [key: string]: unknown;
        };
        /**
         * ExportedMember
         * @description A person of the file. `followed_at` is null where the file names no time of day.
         */
        ExportedMember: {
            /** Followed At */
            followed_at: string | null;
            /** Member Id */
            member_id: string;
            /** Name */
            name: string | null;
        };
        /**
         * Fault
         * @description What is wrong, by a stable code and in words.
         */
        Fault: {
            /** Code */
            code: string;
            /** Text */
            text: string;
        };
        /**
         * FileImportTold
         * @description How the newest import from a file stands: of `total` unknown ids LINE told profiles of `added`.
         */
        FileImportTold: {
            /** Added */
            added: number;
            /** Changed At */
            changed_at: string | null;
            error: components["schemas"]["Fault"] | null;
            /** Missing */
            missing: number;
            /** Started At */
            started_at: string | null;
            /**
             * State
             * @enum {string}
             */
            state: "none" | "running" | "done" | "stopped";
            /** Total */
            total: number;
        };
        /**
         * FirstContact
         * @description What fills a friend's once-only slot.
         */
        FirstContact: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Automatic
             * @description The greeting sent it: nobody clicked.
             * @default false
             */
            automatic?: boolean;
            /**
             * Message Id
             * @description Null where it was marked by hand.
             */
            message_id: string | null;
            persona: components["schemas"]["Named"] | null;
            /** Route */
            route: string;
            teammate: components["schemas"]["Named"] | null;
        };
        /**
         * Found
         * @description Who a row is. Only `exact` may be sent to.
         */
        Found: {
            /** Candidates */
            candidates: components["schemas"]["Friend"][];
            friend: components["schemas"]["Friend"] | null;
            /**
             * Match
             * @enum {string}
             */
            match: "exact" | "proposed" | "ambiguous" | "none";
        };
        /**
         * FoundAll
         * @description In the order of the keys.
         */
        FoundAll: {
            /** Results */
            results: components["schemas"]["Found"][];
        };
        /**
         * Friend
         * @description A friend of an account.
         */
        Friend: {
            /**
             * @description Not there yet: always null.
             * @default null
             */
            assignee?: components["schemas"]["Named"] | null;
            /** Blocked At */
            blocked_at: string | null;
            claim: components["schemas"]["Claim"] | null;
            /** Dismissed */
            dismissed: boolean;
            /** Display Name */
            display_name: string | null;
            first_contact: components["schemas"]["FirstContact"] | null;
            /** Followed At */
            followed_at: string | null;
            /** @default null */
            greeting?: components["schemas"]["ComingGreeting"] | null;
            /** Last Received At */
            last_received_at: string | null;
            /**
             * Mark
             * @description Not there yet: always null.
             * @default null
             */
            mark?: string | null;
            /**
             * Note
             * @description Not there yet: always null.
             * @default null
             */
            note?: string | null;
            /** Picture Url */
            picture_url: string | null;
            plan: components["schemas"]["Plan"];
            /** Refollowed */
            refollowed: boolean;
            /**
             * Stage
             * @enum {string}
             */
            stage: "new" | "contacted" | "talking" | "blocked";
            /**
             * Tags
             * @description Not there yet: always null.
             * @default null
             */
            tags?: string[] | null;
            /** User Id */
            user_id: string;
        };
        /**
         * FriendChanges
         * @description What may be changed of a friend. Only `dismissed` is built; the others answer 501.
         */
        FriendChanges: {
            /**
             * Assignee Id
             * @default null
             */
            assignee_id?: string | null;
            /**
             * Dismissed
             * @default null
             */
            dismissed?: boolean | null;
            /**
             * Mark
             * @default null
             */
            mark?: string | null;
            /**
             * Note
             * @default null
             */
            note?: string | null;
            /**
             * Tags
             * @default null
             */
            tags?: string[] | null;
        };
        /**
         * Friends
         * @description Friends, newest follow first.
         */
        Friends: {
            /** Items */
            items: components["schemas"]["Friend"][];
            /** Next */
            next: string | null;
        };
        /**
         * Greeted
         * @description How she was greeted: by hand in LINE's own chat, or otherwise.
         */
        Greeted: {
            /**
             * Route
             * @enum {string}
             */
            route: "chat" | "other";
        };
        /**
         * Greeting
         * @description The rule. Where there never was one: off, without a template.
         */
        Greeting: {
            /** Changed At */
            changed_at: string | null;
            changed_by: components["schemas"]["Named"] | null;
            /** Days */
            days: number[];
            hours: components["schemas"]["OpenHours"] | null;
            /**
             * Longest Wait Seconds
             * @description So that the free reply still works after it.
             */
            longest_wait_seconds: number;
            /** Persona Id */
            persona_id: string | null;
            /** Running */
            running: boolean;
            /** Template Id */
            template_id: string | null;
            /** Wait Seconds */
            wait_seconds: number;
        };
        /**
         * GreetingBody
         * @description What goes out, when and as whom. `days`: 1 is Monday. `hours` null: at any time of the day.
         */
        GreetingBody: {
            /** Days */
            days?: number[];
            /** @default null */
            hours?: components["schemas"]["Hours"] | null;
            /**
             * Persona Id
             * @default null
             */
            persona_id?: string | null;
            /** Template Id */
            template_id: string;
            /**
             * Wait Seconds
             * @default 20
             */
            wait_seconds?: number;
        };
        /**
         * Hello
         * @description Who answers here.
         */
        Hello: {
            /**
             * Api
             * @default 1
             */
            api?: number;
            /** Instance Id */
            instance_id: string;
            /**
             * Service
             * @default ittsu
             */
            service?: string;
            /**
             * Version
             * @default 0.1.0
             */
            version?: string;
        };
        /**
         * History
         * @description Both directions, newest first.
         */
        History: {
            /** Items */
            items: components["schemas"]["HistoryItem"][];
            /** Next */
            next: string | null;
        };
        /**
         * HistoryItem
         * @description What came (`in`) or was sent (`out`). `message` only for what was sent through the API.
         */
        HistoryItem: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Direction
             * @enum {string}
             */
            direction: "in" | "out";
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            message: components["schemas"]["Message"] | null;
            /** Text */
            text: string | null;
            /**
             * Texts Removed
             * @description Its content was kept long enough and is removed.
             * @default false
             */
            texts_removed?: boolean;
        };
        /**
         * Hours
         * @description Times of day in Asia/Tokyo; `until` is not included, and may be past midnight.
         */
        Hours: {
            /** Since */
            since: string;
            /** Until */
            until: string;
        };
        /**
         * IconAddress
         * @description An address of others'.
         */
        IconAddress: {
            /** Url */
            url: string;
        };
        /**
         * IconChecked
         * @description `fault` null: it is a square PNG of at most 1 MB, as far as can be seen from here.
         */
        IconChecked: {
            /** @description Why LINE would not show it. */
            fault: components["schemas"]["Fault"] | null;
        };
        /**
         * IconTold
         * @description A picture that was kept. `url`: where LINE fetches it; null while there is no lasting public address.
         */
        IconTold: {
            /** Icon Id */
            icon_id: string;
            /** Url */
            url: string | null;
        };
        /**
         * Import
         * @description How an account's newest import stands.
         */
        Import: {
            /**
             * Added
             * @description Friends on them who had been unknown.
             */
            added: number;
            /** Changed At */
            changed_at: string | null;
            /** @description Why it ended, or why it waits. */
            error: components["schemas"]["Fault"] | null;
            /**
             * Found
             * @description Friends on those pages.
             */
            found: number;
            /**
             * Pages
             * @description Pages of LINE's list that are read, 1,000 friends each at most.
             */
            pages: number;
            /**
             * Profiles
             * @description Added friends whose name LINE has told since.
             */
            profiles: number;
            /**
             * Profiles Missing
             * @description Added friends of whom LINE tells no profile.
             */
            profiles_missing: number;
            /** Started At */
            started_at: string | null;
            /**
             * State
             * @description `done`: every page is read; profiles may still come.
             * @enum {string}
             */
            state: "none" | "running" | "done" | "stopped" | "not_verified" | "failed";
        };
        /**
         * ImportPreview
         * @description What an import of this file would do. Nothing was stored, and LINE was not asked.
         */
        ImportPreview: {
            /**
             * Broken
             * @description Rows without a LINE user id.
             */
            broken: number;
            /**
             * Broken Lines
             * @description The first of them.
             */
            broken_lines: number[];
            /**
             * Column
             * @description Where LINE user ids were found; null: nowhere, the file only prepares links.
             */
            column: string | null;
            /**
             * Columns
             * @description The header's cells; none in a plain list of ids.
             */
            columns: string[];
            /** Doubled */
            doubled: number;
            /**
             * Erased
             * @description Erased here on purpose: they stay so.
             */
            erased: number;
            /**
             * Ids
             * @description LINE user ids, each counted once.
             */
            ids: number;
            /**
             * Known
             * @description Friends already.
             */
            known: number;
            /** Rows */
            rows: number;
            /**
             * Seconds
             * @description How long LINE would be asked.
             */
            seconds: number;
            /**
             * Unknown
             * @description LINE would be asked about these.
             */
            unknown: number;
        };
        /**
         * Interval
         * @description A time between two moments.
         */
        Interval: {
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /**
             * Until
             * Format: date-time
             */
            until: string;
        };
        /**
         * Keys
         * @description Who is asked for.
         */
        Keys: {
            /** Keys */
            keys: (components["schemas"]["UserKey"] | components["schemas"]["MemberKey"])[];
        };
        /**
         * Ledger
         * @description Changes of the count, newest first.
         */
        Ledger: {
            /** Items */
            items: components["schemas"]["LedgerItem"][];
            /** Next */
            next: string | null;
        };
        /**
         * LedgerItem
         * @description One change of the count.
         */
        LedgerItem: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Cost */
            cost: number;
            /** Kind */
            kind: string;
            /** Message Id */
            message_id: string | null;
            /**
             * Origin
             * @default null
             */
            origin?: ("click" | "greeting") | null;
            /** Persona */
            persona: string | null;
            /** Route */
            route: string | null;
            teammate: components["schemas"]["Named"] | null;
            /** Template */
            template: string | null;
        };
        /**
         * LineFailureTold
         * @description A request that LINE refused or did not answer, by LINE's own id. `path` holds no customer's id.
         */
        LineFailureTold: {
            /** Account Id */
            account_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Method */
            method: string;
            /** Path */
            path: string;
            /** Request Id */
            request_id: string | null;
            /** Status */
            status: number | null;
        };
        /**
         * Link
         * @description A confirmed pair.
         */
        Link: {
            /** Account Id */
            account_id: string;
            /** Dashboard */
            dashboard: string;
            /** Member Id */
            member_id: string;
            /** User Id */
            user_id: string;
        };
        /**
         * LinkedUser
         * @description The friend a row is.
         */
        LinkedUser: {
            /** User Id */
            user_id: string;
        };
        /**
         * LinkProposal
         * @description Who a person of the file may be.
         */
        LinkProposal: {
            /**
             * Candidates
             * @description All to choose from, the proposed one first.
             */
            candidates: components["schemas"]["Suggestion"][];
            /**
             * Evidence
             * @description What speaks for the friend; where there are several, for the best of them.
             * @enum {string}
             */
            evidence: "name_and_time" | "name" | "time";
            /** @description Only where `proposed`. */
            friend: components["schemas"]["Suggestion"] | null;
            /**
             * Letters Lost
             * @description The file's name has ? where letters may be lost.
             */
            letters_lost: boolean;
            /**
             * Match
             * @enum {string}
             */
            match: "proposed" | "ambiguous";
            member: components["schemas"]["ExportedMember"];
        };
        /**
         * LinkProposals
         * @description Who the people of an export file are.
         */
        LinkProposals: {
            /**
             * Dashboard
             * @enum {string}
             */
            dashboard: "lstep" | "lme";
            /**
             * Delimiter
             * @enum {string}
             */
            delimiter: "," | "\t";
            /**
             * Encoding
             * @enum {string}
             */
            encoding: "utf-8" | "utf-16" | "shift_jis";
            /**
             * Items
             * @description Newest follow of the file first.
             */
            items: components["schemas"]["LinkProposal"][];
            /**
             * Linked
             * @description Linked on that dashboard already.
             */
            linked: number;
            /**
             * People
             * @description Persons with an id in the file, each id once.
             */
            people: number;
            /**
             * Skipped
             * @description The first 50.
             */
            skipped: components["schemas"]["SkippedLine"][];
            /** Skipped Count */
            skipped_count: number;
            /**
             * Unknown
             * @description Nobody in the registry fits.
             */
            unknown: number;
        };
        /**
         * Me
         * @description The teammate behind the token.
         */
        Me: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Role
             * @enum {string}
             */
            role: "viewer" | "operator" | "admin";
            /** Token Id */
            token_id: string;
        };
        /**
         * MemberKey
         * @description A row of a dashboard: its own id of the person, and what else the row shows.
         */
        MemberKey: {
            /** Dashboard */
            dashboard: string;
            /**
             * Followed At
             * @default null
             */
            followed_at?: string | null;
            /** Member Id */
            member_id: string;
            /**
             * Name
             * @default null
             */
            name?: string | null;
        };
        /**
         * Message
         * @description A message with its state.
         */
        Message: {
            /**
             * Cost
             * @enum {integer}
             */
            cost: 0 | 1;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            error: components["schemas"]["Fault"] | null;
            /** First Contact */
            first_contact: boolean;
            /** Hold Until */
            hold_until: string | null;
            /** Id */
            id: string;
            /** Line Request Id */
            line_request_id: string | null;
            /** Messages */
            messages: {
                [key: string]: unknown;
            }[];
            /**
             * Origin
             * @description A person's click, or the greeting that is on.
             * @default click
             * @enum {string}
             */
            origin?: "click" | "greeting";
            persona: components["schemas"]["Named"] | null;
            /**
             * Route
             * @enum {string}
             */
            route: "reply" | "push";
            /** Settled At */
            settled_at: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "held" | "sending" | "sent" | "failed" | "uncertain" | "cancelled";
            /** @description Of what went out by itself: no id and no name. */
            teammate: components["schemas"]["Named"];
            /** Template Id */
            template_id: string | null;
            /**
             * Texts Removed At
             * @description `messages` is empty: removed after the time they are kept, or with an erased friend.
             * @default null
             */
            texts_removed_at?: string | null;
            /**
             * User Id
             * @description Empty once the friend was erased.
             */
            user_id: string;
        };
        /**
         * Named
         * @description A teammate or persona by id and name. The id is null once it is gone.
         */
        Named: {
            /** Id */
            id: string | null;
            /** Name */
            name: string;
        };
        /**
         * NewAccount
         * @description A Messaging API channel. Without `access_token`, stateless tokens are issued from id and secret.
         */
        NewAccount: {
            /**
             * Access Token
             * @default null
             */
            access_token?: string | null;
            /** Channel Id */
            channel_id: string;
            /** Channel Secret */
            channel_secret: string;
        };
        /**
         * OpenHours
         * @description Times of day in Asia/Tokyo.
         */
        OpenHours: {
            /** Since */
            since: string;
            /** Until */
            until: string;
        };
        /**
         * Pairing
         * @description The token and what proves the helper, told this one time.
         */
        Pairing: {
            /** Proof Key */
            proof_key: string;
            teammate: components["schemas"]["Teammate"];
            /** Token */
            token: string;
            /** Token Id */
            token_id: string;
        };
        /**
         * PairingRequest
         * @description A one-time code from `ittsu pair`, as it was typed.
         */
        PairingRequest: {
            client: components["schemas"]["Client"];
            /** Code */
            code: string;
        };
        /**
         * Persona
         * @description The name and icon on the bubble.
         */
        Persona: {
            /**
             * Icon Id
             * @description An uploaded picture; without a public address there is no icon_url.
             */
            icon_id: string | null;
            /**
             * Icon Url
             * @description Where LINE fetches the icon now.
             */
            icon_url: string | null;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Teammate Id */
            teammate_id: string | null;
        };
        /**
         * PersonaBody
         * @description A name (at most 20 UTF-16 units) and an optional icon: an https address, or an uploaded picture (`icon_id`).
         */
        PersonaBody: {
            /**
             * Icon Id
             * @default null
             */
            icon_id?: string | null;
            /**
             * Icon Url
             * @default null
             */
            icon_url?: string | null;
            /** Name */
            name: string;
            /**
             * Teammate Id
             * @default null
             */
            teammate_id?: string | null;
        };
        /**
         * Personas
         * @description An account's personas.
         */
        Personas: {
            /** Items */
            items: components["schemas"]["Persona"][];
            /**
             * Next
             * @default null
             */
            next?: string | null;
        };
        /**
         * Plan
         * @description Which way a message would travel now, and what it would cost.
         */
        Plan: {
            /**
             * Cost
             * @enum {integer}
             */
            cost: 0 | 1;
            /** Hints */
            hints: string[];
            /**
             * Refused
             * @description Why nothing can be sent: a problem code.
             */
            refused: string | null;
            /** Reply Until */
            reply_until: string | null;
            /** Route */
            route: ("reply" | "push" | "chat") | null;
            second: components["schemas"]["SecondRoute"] | null;
        };
        /**
         * Practice
         * @description Where practice mode's pages are; null while it does not run.
         */
        Practice: {
            /** Url */
            url: string | null;
        };
        /**
         * Preview
         * @description What a send would be.
         */
        Preview: {
            /** Messages */
            messages: {
                [key: string]: unknown;
            }[];
            plan: components["schemas"]["Plan"];
            /** Remaining After */
            remaining_after: number | null;
            /** Sender */
            sender: {
                [key: string]: string;
            } | null;
            /** Sender Display */
            sender_display: string;
            /** Warnings */
            warnings: components["schemas"]["Caution"][];
        };
        /** @description RFC 9457 problem details. Further members depend on the code. */
        Problem: {
            code: string;
            detail: string;
            errors?: {
                field: string;
                message: string;
            }[];
            status: number;
            title: string;
            /** Format: uri */
            type: string;
        };
        /**
         * ProvenHello
         * @description Who answers here, proven to the holder of the token that was named.
         */
        ProvenHello: {
            /**
             * Api
             * @default 1
             */
            api?: number;
            /** Instance Id */
            instance_id: string;
            /**
             * Proof
             * @description hex HMAC-SHA256(UTF-8 bytes of proof_key, "ittsu-hello-1\n" + nonce + "\n" + host:port)
             */
            proof: string;
            /**
             * Service
             * @default ittsu
             */
            service?: string;
            /**
             * Version
             * @default 0.1.0
             */
            version?: string;
        };
        /**
         * PublicAddress
         * @description Where LINE fetches uploaded icons; null without a lasting public address: personas are then a name only.
         *
         *     `listener`: where this computer itself fetches them.
         */
        PublicAddress: {
            /** Listener */
            listener: string;
            /** Origin */
            origin: string | null;
        };
        /**
         * Quota
         * @description An account's month, in counted messages.
         */
        Quota: {
            /** Asked At */
            asked_at: string | null;
            /** Elsewhere */
            elsewhere: number;
            /** Floor */
            floor: number;
            /** Limit */
            limit: number | null;
            /** Month */
            month: string;
            /** Remaining */
            remaining: number | null;
            /** Reserved */
            reserved: number;
            /**
             * Resets At
             * Format: date-time
             */
            resets_at: string;
            /** Spent */
            spent: number;
        };
        /**
         * Receiving
         * @description How an account's webhooks reach us. `webhook` is null where LINE could not be asked; `trouble` says why.
         *
         *     `previous_url`: another's webhook URL that `POST …/webhook/restore` would bring back.
         *     `wanted_url`: what was last set at LINE by us, null where nothing was or it was given back.
         */
        Receiving: {
            answers: components["schemas"]["ReceivingAnswers"];
            /** Changed At */
            changed_at: string | null;
            /**
             * Listener
             * @description This computer's own address, where a tunnel is to lead.
             */
            listener: string;
            /** Other Tool Replies */
            other_tool_replies: boolean;
            /** Previous Url */
            previous_url: string | null;
            /** Previous Way */
            previous_way: ("alone" | "behind" | "relay" | "in_front" | "none") | null;
            /** Recommended */
            recommended: ("alone" | "behind" | "relay" | "in_front" | "none") | null;
            trouble: components["schemas"]["Fault"] | null;
            /** Verified */
            verified: boolean;
            /** Wanted Url */
            wanted_url: string | null;
            /** Way */
            way: ("alone" | "behind" | "relay" | "in_front" | "none") | null;
            /** Ways */
            ways: components["schemas"]["WayChoice"][];
            webhook: components["schemas"]["WebhookAtLine"] | null;
            /**
             * Webhook Path
             * @description Where this account's webhooks arrive, at any origin.
             */
            webhook_path: string;
            why: components["schemas"]["Fault"];
        };
        /**
         * ReceivingAnswers
         * @description What only a person knows; null: not said, or not known.
         */
        ReceivingAnswers: {
            /**
             * Always On
             * @description The helper's computer never sleeps.
             */
            always_on: boolean | null;
            /**
             * Tool
             * @description Another tool uses the account's webhooks.
             */
            tool: boolean | null;
        };
        /**
         * ReceivingChanges
         * @description Absent members stay as they are; null is "not known" or "undecided".
         *
         *     `tool_replies`: whether the other tool answers follows. Where it may, the free reply is left to it.
         */
        ReceivingChanges: {
            /**
             * Always On
             * @default null
             */
            always_on?: boolean | null;
            /**
             * Tool
             * @default null
             */
            tool?: boolean | null;
            /**
             * Tool Replies
             * @default null
             */
            tool_replies?: boolean | null;
            /**
             * Way
             * @default null
             */
            way?: ("alone" | "behind" | "relay" | "in_front" | "none") | null;
        };
        /**
         * Reception
         * @description Whether webhooks still come. `trouble`: a stable code, and its words in Japanese and English (「… / …」).
         */
        Reception: {
            /** Last Webhook At */
            last_webhook_at: string | null;
            /** Since */
            since: string | null;
            trouble: components["schemas"]["Fault"] | null;
        };
        /**
         * Relay
         * @description The relay that webhooks are fetched from, and what waits there. `tool`: the other tool's host, if there is one.
         *
         *     `known`: the relay stands before this account. `kept`: given up after hours, kept for a while. `dropped`: kept
         *     too long.
         */
        Relay: {
            /** Connected */
            connected: boolean;
            /** Dropped */
            dropped: number;
            failure: components["schemas"]["ToolFailure"] | null;
            /** Kept */
            kept: number;
            /** Known */
            known: boolean;
            /** Oldest At */
            oldest_at: string | null;
            /** Secret Differs */
            secret_differs: boolean;
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /** Tool */
            tool: string | null;
            /**
             * Trouble
             * @description Why it is not connected: a stable code.
             */
            trouble: string | null;
            /** Url */
            url: string;
            /** Waiting For Helper */
            waiting_for_helper: number;
            /** Waiting For Tool */
            waiting_for_tool: number;
        };
        /**
         * RelayLink
         * @description The relay, all of it null where there is none. `since`: connected, or not, since then.
         */
        RelayLink: {
            /** Connected */
            connected: boolean;
            /** Since */
            since: string | null;
            trouble: components["schemas"]["Fault"] | null;
            /** Url */
            url: string | null;
        };
        /**
         * RelayToJoin
         * @description The relay's address (`https://…`), and the code that `ittsu relay pair` printed there.
         */
        RelayToJoin: {
            /** Code */
            code: string;
            /** Url */
            url: string;
        };
        /**
         * Resolution
         * @description What a person found out.
         */
        Resolution: {
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "delivered" | "not_delivered";
        };
        /**
         * SecondRoute
         * @description What is possible besides.
         */
        SecondRoute: {
            /**
             * Cost
             * @default 1
             * @constant
             */
            cost?: 1;
            /**
             * Route
             * @default push
             * @constant
             */
            route?: "push";
        };
        /**
         * SendBody
         * @description A click. Exactly one of `template_id` and `messages`; `max_cost` is the number on the button.
         *
         *     Without `persona_id` the template's persona is used; null means none.
         */
        SendBody: {
            /**
             * Expect Basic Id
             * @default null
             */
            expect_basic_id?: string | null;
            /**
             * First Contact
             * @default null
             */
            first_contact?: boolean | null;
            /**
             * Hold Seconds
             * @default null
             */
            hold_seconds?: number | null;
            /**
             * Max Cost
             * @enum {integer}
             */
            max_cost: 0 | 1;
            /**
             * Messages
             * @default null
             */
            messages?: {
                [key: string]: unknown;
            }[] | null;
            /**
             * Override Reason
             * @default null
             */
            override_reason?: string | null;
            /**
             * Persona Id
             * @default null
             */
            persona_id?: string | null;
            /**
             * Tap Replies
             * @description One-tap answers for `messages`; a template brings its own.
             * @default null
             */
            tap_replies?: string[] | null;
            /**
             * Template Id
             * @default null
             */
            template_id?: string | null;
            /** User Id */
            user_id: string;
        };
        /**
         * SetupLink
         * @description Opens the helper's own pages, once, as the teammate who asked.
         */
        SetupLink: {
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Url */
            url: string;
        };
        /**
         * SkippedLine
         * @description A row that was left out; `line` counts the file's lines from 1.
         */
        SkippedLine: {
            /**
             * Code
             * @enum {string}
             */
            code: "no_id" | "bad_time" | "doubled_id";
            /** Line */
            line: number;
        };
        /**
         * Suggestion
         * @description A friend who may be the member.
         */
        Suggestion: {
            /** Display Name */
            display_name: string | null;
            /** Followed At */
            followed_at: string | null;
            /** Picture Url */
            picture_url: string | null;
            /**
             * Stage
             * @enum {string}
             */
            stage: "new" | "contacted" | "talking" | "blocked";
            /** User Id */
            user_id: string;
        };
        /**
         * Teammate
         * @description A person with access.
         */
        Teammate: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Role
             * @enum {string}
             */
            role: "viewer" | "operator" | "admin";
        };
        /**
         * Teammates
         * @description Everybody with access.
         */
        Teammates: {
            /** Items */
            items: components["schemas"]["Teammate"][];
            /**
             * Next
             * @default null
             */
            next?: string | null;
        };
        /**
         * Template
         * @description A message with placeholders.
         */
        Template: {
            /** Id */
            id: string;
            /** Messages */
            messages: {
                [key: string]: unknown;
            }[];
            /** Name */
            name: string;
            /** Persona Id */
            persona_id: string | null;
            /** Tap Replies */
            tap_replies: string[];
        };
        /**
         * TemplateBody
         * @description `messages`: 1–5 LINE message objects; `tap_replies`: one-tap answers on the last of them.
         */
        TemplateBody: {
            /** Messages */
            messages: {
                [key: string]: unknown;
            }[];
            /** Name */
            name: string;
            /**
             * Persona Id
             * @default null
             */
            persona_id?: string | null;
            /**
             * Tap Replies
             * @default []
             */
            tap_replies?: string[];
        };
        /**
         * Templates
         * @description An account's templates; the first one is offered first.
         */
        Templates: {
            /** Items */
            items: components["schemas"]["Template"][];
            /**
             * Next
             * @default null
             */
            next?: string | null;
        };
        /**
         * ToolFailure
         * @description Why the other tool did not take a webhook. `status`: what it answered, where it did.
         */
        ToolFailure: {
            /** At */
            at: string | null;
            /** Code */
            code: string;
            /** Status */
            status: number | null;
        };
        /**
         * TunnelTold
         * @description The tunnel that is wanted; `program` null where none is. `origin`: where it is reached.
         */
        TunnelTold: {
            /** Hostname */
            hostname: string | null;
            /**
             * Installed
             * @description What is there; a lasting address comes first.
             */
            installed: ("cloudflared" | "tailscale" | "ngrok")[];
            /** Origin */
            origin: string | null;
            /** Program */
            program: ("cloudflared" | "tailscale" | "ngrok") | null;
            /** Since */
            since: string | null;
            /**
             * Stable
             * @description Its address is the same after every start.
             */
            stable: boolean;
            trouble: components["schemas"]["Fault"] | null;
        };
        /**
         * TunnelWanted
         * @description Which program; `hostname`: a name of the operator's own, for cloudflared and ngrok.
         */
        TunnelWanted: {
            /**
             * Hostname
             * @default null
             */
            hostname?: string | null;
            /**
             * Program
             * @enum {string}
             */
            program: "cloudflared" | "tailscale" | "ngrok";
        };
        /**
         * Unanswered
         * @description Friends who wait for an answer, oldest message first.
         */
        Unanswered: {
            /** Items */
            items: components["schemas"]["Friend"][];
            /** Next */
            next: string | null;
        };
        /**
         * UserKey
         * @description A user id that this helper gave out.
         */
        UserKey: {
            /** User Id */
            user_id: string;
        };
        /**
         * WayChoice
         * @description A way of receiving. `refused`: why it cannot be taken. `caution`: what must be known of it.
         */
        WayChoice: {
            caution: components["schemas"]["Fault"] | null;
            /** Name */
            name: string;
            /** Possible */
            possible: boolean;
            refused: components["schemas"]["Fault"] | null;
            /**
             * Way
             * @enum {string}
             */
            way: "alone" | "relay" | "behind" | "in_front" | "none";
        };
        /**
         * WebhookAtLine
         * @description What LINE answered just now. `active`: the switch 「Webhookの利用」, which no API moves.
         */
        WebhookAtLine: {
            /** Active */
            active: boolean;
            /** Host */
            host: string | null;
            /**
             * Text
             * @description Whose it is, for a person.
             */
            text: string;
            /** Url */
            url: string | null;
            /**
             * Whose
             * @enum {string}
             */
            whose: "none" | "here" | "relay" | "old_tunnel" | "lstep" | "lme" | "other";
        };
        /**
         * WebhookSeen
         * @description `seen`: the URL that the person was shown as the present one, null for none.
         */
        WebhookSeen: {
            /** Seen */
            seen: string | null;
        };
        /**
         * WebhookSet
         * @description LINE took the URL. `confirmed`: and told it when asked again; it may take a minute.
         */
        WebhookSet: {
            /** Confirmed */
            confirmed: boolean;
            /** Url */
            url: string;
        };
        /**
         * WebhookTested
         * @description What came of LINE's test call; nothing was changed. `code`: what to do, told in `text`. The rest is LINE's.
         */
        WebhookTested: {
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /** Reason */
            reason: string;
            /** Status */
            status: number | null;
            /** Success */
            success: boolean;
            /** Text */
            text: string;
        };
        /**
         * WebhookToSet
         * @description `seen`: the URL that the person was shown as the present one, null for none.
         */
        WebhookToSet: {
            /** Seen */
            seen: string | null;
            /** Url */
            url: string;
        };
        /**
         * WebhookToTest
         * @description Without `url`, what is set at LINE.
         */
        WebhookToTest: {
            /**
             * Url
             * @default null
             */
            url?: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
