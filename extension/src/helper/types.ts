/**
 * What the helper's API says and takes (docs: the helper's `GET /api/v1/openapi.json`).
 *
 * Times are RFC 3339 in UTC. Ids are opaque text; an account's id is its LINE channel id, a friend's is LINE's user_id.
 */

export type Stage = 'new' | 'contacted' | 'talking' | 'blocked';
export type Route = 'reply' | 'push' | 'chat';
export type Role = 'viewer' | 'operator' | 'admin';

export interface Teammate {
  id: string;
  name: string;
  role: Role;
}

/** A teammate or persona where they are only mentioned. The id is null once they are gone. */
export interface Named {
  id: string | null;
  name: string;
}

export interface Account {
  id: string;
  name: string;
  basic_id: string;
  premium_id: string | null;
  bot_user_id: string;
  picture_url: string | null;
  verified: boolean;
  /** `chat`: LINE's own chat is switched on; else `bot`. */
  chat_mode: string;
  /** Belongs to the practice mode: nothing sent through it reaches a customer. */
  sandbox: boolean;
  /** `#rrggbb`, chosen by an admin to tell accounts apart. */
  colour: string;
  /** Messages of the month that are kept back. */
  floor: number;
  /** Another tool uses the reply tokens, so the free way is closed to us. */
  other_tool_replies: boolean;
  default_template_id: string | null;
  default_persona_id: string | null;
  /** In the queue of new friends when this was asked, counted up to 1000. */
  new_friends: number;
}

export interface Quota {
  /** `2026-11`, in Asia/Tokyo. */
  month: string;
  /** null = unlimited. */
  limit: number | null;
  spent: number;
  reserved: number;
  elsewhere: number;
  floor: number;
  remaining: number | null;
  /** When LINE was last asked; null = never yet. */
  asked_at: string | null;
  resets_at: string;
}

export interface Plan {
  route: Route | null;
  cost: 0 | 1;
  /** Why nothing can be sent: a code such as `quota_exhausted`; null = it can. */
  refused: string | null;
  /** Until when the free reply is safe to promise. */
  reply_until: string | null;
  second: { route: 'push'; cost: 1 } | null;
  hints: string[];
}

export interface FirstContact {
  /** null: greeted elsewhere and marked by hand. */
  message_id: string | null;
  at: string;
  teammate: Named | null;
  persona: Named | null;
  route: Route | 'other';
}

export interface Claim {
  teammate: Named;
  until: string;
}

export interface Friend {
  user_id: string;
  /** null while LINE has not told the name. */
  display_name: string | null;
  picture_url: string | null;
  stage: Stage;
  followed_at: string | null;
  refollowed: boolean;
  blocked_at: string | null;
  last_received_at: string | null;
  dismissed: boolean;
  first_contact: FirstContact | null;
  plan: Plan;
  claim: Claim | null;
  mark: string | null;
  tags: string[] | null;
  note: string | null;
  assignee: Named | null;
}

/** A LINE message object. Only text is composed here; whatever else a template holds is shown by its type. */
export interface LineMessage {
  type: string;
  text?: string;
  [property: string]: unknown;
}

export type MessageStatus = 'held' | 'sending' | 'sent' | 'failed' | 'uncertain' | 'cancelled' | 'scheduled';

export interface Message {
  id: string;
  user_id: string;
  status: MessageStatus;
  route: 'reply' | 'push';
  cost: 0 | 1;
  first_contact: boolean;
  hold_until: string | null;
  teammate: Named;
  persona: Named | null;
  template_id: string | null;
  messages: LineMessage[];
  line_request_id: string | null;
  error: { code: string; text: string } | null;
  created_at: string;
  settled_at: string | null;
}

/** One line of a friend's history: what came by webhook or what was sent through the API. */
export interface HistoryItem {
  id: string;
  direction: 'in' | 'out';
  at: string;
  /** `text`, `image`, … or `postback` for what came in; `message` for what went out. */
  kind: string;
  text: string | null;
  message: Message | null;
}

export interface Template {
  id: string;
  name: string;
  messages: LineMessage[];
  /** Shown as one-tap answers on the last message: at most 13, each at most 20 graphemes. */
  tap_replies: string[];
  persona_id?: string | null;
}

export type TemplateDraft = Omit<Template, 'id'>;

export interface Persona {
  id: string;
  /** At most 20 UTF-16 units. */
  name: string;
  /** https, PNG, square. Without one LINE shows the account's own icon. */
  icon_url?: string | null;
  teammate_id?: string | null;
}

export type PersonaDraft = Omit<Persona, 'id'>;

export interface SendBody {
  user_id: string;
  first_contact?: boolean;
  template_id?: string;
  messages?: LineMessage[];
  tap_replies?: string[];
  persona_id?: string | null;
  max_cost: 0 | 1;
  hold_seconds?: number;
  override_reason?: string;
  expect_basic_id?: string;
}

export interface Preview {
  messages: LineMessage[];
  sender: { name?: string | null; iconUrl?: string | null } | null;
  /** What the customer reads above the bubble, e.g. 「花子 from 'さくら美容室'」. */
  sender_display: string | null;
  plan: Plan;
  remaining_after: number | null;
  warnings: { code: string; text: string }[];
}

export type LookupKey =
  | { user_id: string }
  | { dashboard: string; member_id: string; name?: string; followed_at?: string };

export interface LookupResult {
  match: 'exact' | 'proposed' | 'ambiguous' | 'none';
  friend: Friend | null;
  candidates?: Friend[];
}

export interface Binding {
  dashboard: string;
  /** The dashboard's account as its page shows it. */
  page_account: string;
  account_id: string;
}

export interface Listing<Item> {
  items: Item[];
  next: string | null;
}
