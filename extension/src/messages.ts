/**
 * Every message that travels inside the extension: the seam between the background, which alone talks to the
 * helper, and the pages (dashboards, options, popup), which never see a token.
 *
 * A page opens a port named `page` (dashboards) or `panel` (options, popup). The background pushes the whole state
 * over it on every change, and answers commands. src/channel.ts is the page's end of it.
 */
import type {
  Account,
  Binding,
  Friend,
  Greeting,
  GreetingDraft,
  HistoryItem,
  LinkProposal,
  Listing,
  LookupKey,
  LookupResult,
  Message,
  Persona,
  PersonaDraft,
  Preview,
  Quota,
  SendBody,
  SkippedLine,
  Stage,
  Teammate,
  Template,
  TemplateDraft,
} from './helper/types';
import type { Site, SitePage } from './rules/site';

export const DASHBOARDS = ['oachat', 'manager', 'lstep', 'lme', 'demo-chat', 'demo-list'] as const;
export type BuiltIn = (typeof DASHBOARDS)[number];
/** A site that the operator added: `own-` and its host. */
export type OwnDashboard = `own-${string}`;
export type Dashboard = BuiltIn | OwnDashboard;

/** `unpaired`: a pairing code is needed. `offline`: paired, but the helper does not answer (or is not the one we know). */
export type Connection = 'unpaired' | 'offline' | 'ready';

export interface AccountState {
  account: Account;
  quota: Quota | null;
  /** The newest new friends, newest first; at least 20 where there are as many. */
  queue: Friend[];
  /** Another one whenever something was told of one of its friends: she may be new, have a name now, or a link. */
  heard: number;
  templates: Template[];
  personas: Persona[];
  /** Null where the helper knows of none. */
  greeting: Greeting | null;
}

/** What a dashboard's page knows. Pushed whole; several changes at once arrive as one. */
export interface PageState {
  connection: Connection;
  /** When the helper was lost, in milliseconds since the epoch; null unless `offline`. */
  offlineSince: number | null;
  teammate: Teammate | null;
  /** Only those this page may use: sandbox accounts on demo pages, the others on real dashboards. */
  accounts: AccountState[];
  /** Of this dashboard. */
  bindings: Binding[];
  /** By `accountId/userId`: the newest known of friends that changed lately, or since this page was answered about them. */
  friends: Record<string, Friend>;
  /** By message id: this page's sends and what changed lately. */
  messages: Record<string, Message>;
  /** Another one than before: what the page remembers of people is void, all must be asked for again. */
  era: number;
  /** This dashboard is switched off in the options. */
  switchedOff: boolean;
  /** What the dock remembers in this browser; empty at first. */
  preferences: Preferences;
}

/** The dock's own choices. Kept by the background, because a page's script must not read the extension's storage. */
export interface Preferences {
  collapsed?: boolean;
  /** Distance of the dock from the window's right and top edge, in CSS pixels. */
  place?: { right: number; top: number };
  /** Of the open dock, in CSS pixels; without it, as high as its content. */
  height?: number;
  /** Template and persona last chosen, by account id; null = the account itself, without a persona. */
  templates?: Record<string, string>;
  personas?: Record<string, string | null>;
}

/** The key of PageState.friends. */
export const friendKey = (accountId: string, userId: string): string => `${accountId}/${userId}`;

/** Why a command was refused. `code` is the helper's, or one of LocalProblemCode. */
export interface Problem {
  code: string;
  /** HTTP status; 0 when no answer came. */
  status: number;
  /** In the browser's language where the helper gave it so. */
  detail: string;
  /** What else the helper said: `errors`, `claim`, `first_contact`, `resets_at`, … */
  extra: Record<string, unknown>;
}

/**
 * Problems the extension itself finds:
 * `offline` nothing was asked, because the helper does not answer;
 * `answer_lost` it was asked (for a send: with one and the same key), and no answer came in time;
 * `unpaired` no pairing, or the helper no longer knows it;
 * `not_allowed` the page may not ask this; `malformed` the command has the wrong shape;
 * `interrupted` the background was restarted before it answered; `gone` it no longer holds what was asked for;
 * `fault` a fault of the extension itself.
 */
export type LocalProblemCode =
  | 'offline'
  | 'answer_lost'
  | 'unpaired'
  | 'not_allowed'
  | 'malformed'
  | 'interrupted'
  | 'gone'
  | 'fault';

interface AtFriend {
  accountId: string;
  userId: string;
}

/** What a dashboard's page can ask. */
export interface Commands {
  friends(a: { accountId: string; stage?: Stage; q?: string; cursor?: string }): Listing<Friend>;
  history(a: AtFriend): Listing<HistoryItem>;
  /** Who wrote in the last days and has no answer yet, oldest first. */
  unanswered(a: { accountId: string }): Listing<Friend>;
  /** What came up to `until` (the friend's last_received_at) was answered elsewhere. */
  markAnswered(a: AtFriend & { until: string }): void;
  unmarkAnswered(a: AtFriend): void;
  lookup(a: { accountId: string; keys: LookupKey[] }): LookupResult[];
  preview(a: { accountId: string; body: SendBody }): Preview;
  send(a: { accountId: string; body: SendBody; idempotencyKey: string }): Message;
  undo(a: { accountId: string; messageId: string }): Message;
  resolve(a: { accountId: string; messageId: string; outcome: 'delivered' | 'not_delivered' }): Message;
  markContacted(a: AtFriend & { route: 'chat' | 'other' }): Friend;
  unmarkContacted(a: AtFriend): Friend;
  dismiss(a: AtFriend): Friend;
  undismiss(a: AtFriend): Friend;
  link(a: { accountId: string; dashboard: Dashboard; memberId: string; userId: string }): void;
  unlink(a: { accountId: string; dashboard: Dashboard; memberId: string }): void;
  /** Opens the view in which these people are confirmed side by side. */
  reviewPeople(a: { accountId: string; people: ShownPerson[] }): void;
  bind(a: { dashboard: Dashboard; pageAccount: string; accountId: string }): void;
  unbind(a: { dashboard: Dashboard; pageAccount: string }): void;
  claim(a: AtFriend): void;
  unclaim(a: AtFriend): void;
  /** 「今回は送らない」: this friend is not greeted by itself. */
  skipGreeting(a: AtFriend): Friend;
  stopGreeting(a: { accountId: string }): void;
  refreshQuota(a: { accountId: string }): Quota;
  /** Somebody has read when nothing could be received. */
  readMissed(a: { accountId: string }): void;
  /** Replaces the given preferences, keeps the others; every page gets the new state. */
  remember(a: { preferences: Preferences }): void;
  openOptions(a: Record<string, never>): void;
}

/** Somebody on a dashboard's page, as handed over for a review. `picture`: an https address. */
export interface ShownPerson {
  memberId: string;
  name: string;
  followedAt: string | null;
  picture: string | null;
}

/** The dashboards whose exports are understood. */
export const EXPORTS = ['lstep', 'lme'] as const;
export type ExportDashboard = (typeof EXPORTS)[number];
/** What the helper takes. */
export const MOST_EXPORT_BYTES = 20 * 1024 * 1024;

/** One decision of a review. `picture` is the page's. */
export type ReviewItem = LinkProposal & { picture: string | null };

/** People to be confirmed, and a part of them: `items` from the asked-for place on, of `total`. */
export interface ReviewPart {
  accountId: string;
  dashboard: Dashboard;
  source: 'page' | 'file';
  linked: number;
  unknown: number;
  skipped: SkippedLine[];
  skippedCount: number;
  total: number;
  items: ReviewItem[];
}

/** Where the view of a review stands among our own pages. */
export const reviewAddress = (id: string): `/links.html#${string}` => `/links.html#${id}`;

/** Whether and how new friends are told of by a notification. Off at first. */
export interface Announcing {
  on: boolean;
  /** With the friend's name. */
  names: boolean;
  /** From and to which minute of the day nothing is told; null = never quiet. */
  quiet: { from: number; to: number } | null;
}

/** What options and popup know. */
export interface PanelState {
  connection: Connection;
  offlineSince: number | null;
  /** Why it is not ready; null while it is, or before anything was tried. */
  reason: OfflineReason | null;
  /** The helper's address, as it will be or is dialled: `http://127.0.0.1:8171`. */
  address: string;
  helperVersion: string | null;
  teammate: Teammate | null;
  accounts: PanelAccount[];
  bindings: Binding[];
  switchedOff: Dashboard[];
  announcing: Announcing;
  /** The operator's own, whether the browser allows them or not. */
  sites: Site[];
}

export interface PanelAccount {
  account: Account;
  quota: Quota | null;
  newFriends: number;
  templates: Template[];
  personas: Persona[];
  /** Null where the helper knows of none. */
  greeting: Greeting | null;
}

/** `silent` nothing answers there; `stranger` something else answers; `impostor` it could not prove itself; `unknown_token` the helper no longer knows this browser. */
export type OfflineReason = 'silent' | 'stranger' | 'impostor' | 'unknown_token';

/** What options and popup can ask. */
export interface PanelCommands {
  pair(a: { address: string; code: string }): void;
  forgetPairing(a: Record<string, never>): void;
  reconnect(a: Record<string, never>): void;
  setSwitchedOff(a: { dashboard: Dashboard; off: boolean }): void;
  setAnnouncing(a: { announcing: Announcing }): void;
  /** The helper's own pages, in a tab. */
  openSetup(a: Record<string, never>): void;
  setColour(a: { accountId: string; colour: string }): Account;
  /** The template that the dock offers first, until somebody picks another. */
  setDefaultTemplate(a: { accountId: string; id: string }): Account;
  refreshQuota(a: { accountId: string }): Quota;
  createTemplate(a: { accountId: string; template: TemplateDraft }): Template;
  updateTemplate(a: { accountId: string; id: string; template: TemplateDraft }): Template;
  deleteTemplate(a: { accountId: string; id: string }): void;
  createPersona(a: { accountId: string; persona: PersonaDraft }): Persona;
  updatePersona(a: { accountId: string; id: string; persona: PersonaDraft }): Persona;
  deletePersona(a: { accountId: string; id: string }): void;
  /** Hands over an export in pieces, base64, in order; `at` in bytes. `file`: the page's own name for it. */
  sendFile(a: { file: string; at: number; piece: string }): void;
  /** Looks for the file's people. The review is then asked for by the file's name. */
  proposeLinks(a: { accountId: string; dashboard: ExportDashboard; file: string }): void;
  review(a: { review: string; from: number }): ReviewPart;
  link(a: { accountId: string; dashboard: Dashboard; memberId: string; userId: string }): void;
  unlink(a: { accountId: string; dashboard: Dashboard; memberId: string }): void;
  /** Switches it on as drafted, or changes it. */
  startGreeting(a: { accountId: string; greeting: GreetingDraft }): Greeting;
  stopGreeting(a: { accountId: string }): void;
  unbind(a: { dashboard: string; pageAccount: string }): void;
  openOptions(a: Record<string, never>): void;
  /** Adds a site or replaces that of the same host. It is used once the browser's permission is there. */
  saveSite(a: { site: Site }): void;
  removeSite(a: { host: string }): void;
  /** Opens the site in a tab where the person shows what is what. */
  pointAt(a: { host: string }): void;
}

/** What the script in a page of the operator's own is told: its rules, and whether its tab is the one to point in. */
export interface SiteState {
  site: Site | null;
  pointing: boolean;
}

export interface SiteCommands {
  /** What was pointed at: replaces what was known of the same path. */
  pointed(a: { page: SitePage }): void;
  stopPointing(a: Record<string, never>): void;
}

/** The kinds of ports, and what each carries. */
export interface Ports {
  page: { state: PageState; commands: Commands };
  panel: { state: PanelState; commands: PanelCommands };
  site: { state: SiteState; commands: SiteCommands };
}
export type PortName = keyof Ports;

export type CommandArguments<C, Name extends keyof C> = C[Name] extends (a: infer A) => unknown ? A : never;
export type CommandValue<C, Name extends keyof C> = C[Name] extends (a: never) => infer V ? V : never;

/** Page → background. `id` is the page's own count, to match the answer. */
export interface Request {
  id: number;
  name: string;
  args: unknown;
}

/** Background → page. */
export type Push<State> =
  | { kind: 'state'; state: State }
  /** The person pressed the shortcut: a dashboard's page opens the dock and puts the focus into it. */
  | { kind: 'summon' }
  | { kind: 'answer'; id: number; ok: true; value: unknown }
  | { kind: 'answer'; id: number; ok: false; problem: Problem };

/**
 * Commands that may be asked again when the background was restarted before it answered: reading ones, and those
 * whose repetition changes nothing (a send carries its key). All others end as `interrupted`.
 */
export const REPEATABLE: ReadonlySet<string> = new Set([
  'friends',
  'history',
  'unanswered',
  'markAnswered',
  'unmarkAnswered',
  'lookup',
  'review',
  'preview',
  'send',
  'markContacted',
  'unmarkContacted',
  'dismiss',
  'undismiss',
  'link',
  'unlink',
  'bind',
  'unbind',
  'claim',
  'unclaim',
  'skipGreeting',
  'stopGreeting',
  'refreshQuota',
  'remember',
  'setColour',
  'setDefaultTemplate',
  'updateTemplate',
  'updatePersona',
  'setSwitchedOff',
  'setAnnouncing',
  'saveSite',
  'removeSite',
  'pointed',
  'stopPointing',
]);
