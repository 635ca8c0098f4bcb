/**
 * What the helper's API says and takes, by our names. The forms are the helper's own (api.d.ts is generated from
 * its OpenAPI document); here they get LINE's message objects instead of "any object", and narrower words.
 *
 * Times are RFC 3339 in UTC. Ids are opaque text; an account's id is its LINE channel id, a friend's is LINE's user_id.
 */
import type { components } from './api';

type Schemas = components['schemas'];
type With<Base, Changes> = Omit<Base, keyof Changes> & Changes;

export type Teammate = Schemas['Teammate'];
export type Role = Teammate['role'];
/** A teammate or persona where they are only mentioned. The id is null once they are gone. */
export type Named = Schemas['Named'];

/**
 * `sandbox`: belongs to the practice mode. `colour`: `#rrggbb`. `chat_mode`: `chat` while LINE's own chat is on.
 * `reception.trouble.text` holds both languages, 「… / …」. An older helper tells neither `reception` nor `missed`.
 */
export type Account = Omit<Schemas['Account'], 'relay' | 'reception' | 'missed'> &
  Partial<Pick<Schemas['Account'], 'reception' | 'missed'>>;
/** Opens the helper's own pages once. */
export type SetupLink = Schemas['SetupLink'];
/** `month`: `2026-11`, in Asia/Tokyo. `limit` and `remaining`: null = unlimited. */
export type Quota = Schemas['Quota'];

export type Stage = Schemas['Friend']['stage'];
/** `route` null: nothing can be sent, `refused` says why. `reply_until`: how long the free reply can be promised. */
export type Plan = With<Schemas['Plan'], { second: Required<Schemas['SecondRoute']> | null }>;
export type Route = NonNullable<Plan['route']>;
/** `message_id` null: greeted elsewhere and marked by hand. */
export type FirstContact = Schemas['FirstContact'];
export type Claim = Schemas['Claim'];
/** `display_name` is null while LINE has not told the name. */
export type Friend = With<Schemas['Friend'], { plan: Plan }>;

/** The first message that goes out by itself. Off and without a template where it never was on. */
export type Greeting = Schemas['Greeting'];
export type GreetingDraft = Schemas['GreetingBody'];

/** A LINE message object. Only text is composed here; whatever else a template holds is shown by its type. */
export interface LineMessage {
  type: string;
  text?: string;
  [property: string]: unknown;
}

/** `scheduled` comes from newer helpers. */
export type MessageStatus = Schemas['Message']['status'] | 'scheduled';
export type Message = With<Schemas['Message'], { messages: LineMessage[]; status: MessageStatus }>;

/** One line of a friend's history. `kind`: `text`, `image`, … or `postback` for what came in. */
export type HistoryItem = With<Schemas['HistoryItem'], { message: Message | null }>;

/** `tap_replies`: one-tap answers on the last message, at most 13, each at most 20 graphemes. */
export type Template = With<Schemas['Template'], { messages: LineMessage[] }>;
export type TemplateDraft = With<Schemas['TemplateBody'], { messages: LineMessage[]; tap_replies: string[] }>;

/** `name`: at most 20 UTF-16 units. `icon_url`: https, PNG, square; without one LINE shows the account's own icon. */
/** `icon_id`: an uploaded picture of the helper's; an older helper knows none. */
export type Persona = Omit<Schemas['Persona'], 'icon_id'> & Partial<Pick<Schemas['Persona'], 'icon_id'>>;
export type PersonaDraft = Schemas['PersonaBody'];

/** The click. `messages` are as typed, placeholders and all; exactly one of `template_id` and `messages`. */
export interface SendBody extends Omit<Defined<Schemas['SendBody']>, 'messages' | 'persona_id'> {
  messages?: LineMessage[];
  /** null: no persona, also where the template has one. */
  persona_id?: string | null;
}
/** Fields that are given or left out; the helper would take null for "left out" too, we do not send it. */
type Defined<Base> = { [Key in keyof Base]: Exclude<Base[Key], null> };

export type Preview = With<
  Schemas['Preview'],
  { messages: LineMessage[]; sender: { name?: string; iconUrl?: string } | null; plan: Plan }
>;

export type LookupKey =
  | { user_id: string }
  | { dashboard: string; member_id: string; name?: string; followed_at?: string };
export type LookupResult = With<Schemas['Found'], { friend: Friend | null; candidates: Friend[] }>;

/** A friend as far as it takes to tell whether she is the one. */
export type Suggestion = Schemas['Suggestion'];
/** Who somebody in a dashboard's export may be. */
export type LinkProposal = Schemas['LinkProposal'];
export type SkippedLine = Schemas['SkippedLine'];
/** What an export's people are to us. */
export type LinkProposals = With<Schemas['LinkProposals'], { encoding: string; delimiter: string }>;

/** `page_account`: the dashboard's account as its page shows it. */
export type Binding = Schemas['Binding'];

export interface Listing<Item> {
  items: Item[];
  next: string | null;
}
