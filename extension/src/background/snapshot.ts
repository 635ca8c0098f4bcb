/**
 * What the background knows of the helper's world: loaded whole after every connection, then kept true by frames.
 * Plain data, so that it can be stored and given back when the browser restarts the background.
 */
import * as answer from '../helper/answers';
import type { Frame } from '../helper/socket';
import type { Account, Binding, Claim, Friend, Message, Persona, Quota, Teammate, Template } from '../helper/types';
import { friendKey } from '../messages';
import { accountId as accountIdForm, dictionary, known, list, Malformed, number, orNull, userId, yesOrNo, type Shape } from '../shape';

/** New friends held for each account. The dock shows at least 20. */
export const QUEUE_LENGTH = 50;
/** Below this, an account that has more new friends is asked for them. */
export const QUEUE_LOW = 30;
/** Friends and messages remembered beyond the queues, oldest knowledge dropped first. */
const FRIENDS_REMEMBERED = 2_000;
const MESSAGES_REMEMBERED = 300;

export interface AccountEntry {
  account: Account;
  quota: Quota | null;
  queue: Friend[];
  /** The helper has more new friends than the queue holds. */
  queueMore: boolean;
  /** The id of the last frame about one of its friends since it was loaded; 0 before the first. */
  heard: number;
  templates: Template[];
  personas: Persona[];
}

export interface Snapshot {
  teammate: Teammate | null;
  accounts: AccountEntry[];
  bindings: Binding[];
  /** By friendKey, in the order of learning. */
  friends: Record<string, Friend>;
  /** By id, with their account, in the order of learning. */
  messages: Record<string, { accountId: string; message: Message }>;
  /** Of the last frame; null before the first. */
  lastId: number | null;
  /** Grows whenever all must be read anew: whatever a page remembers of people is void then. */
  era: number;
}

const entryForm: Shape<AccountEntry> = known({
  account: answer.account,
  quota: orNull(answer.quota),
  queue: list(answer.friend, 1_000),
  queueMore: yesOrNo,
  heard: number(0, Number.MAX_SAFE_INTEGER),
  templates: list(answer.template, 5_000),
  personas: list(answer.persona, 5_000),
});

/** As it is kept while the browser runs. */
export const snapshotForm: Shape<Snapshot> = known({
  teammate: orNull(answer.teammate),
  accounts: list(entryForm, 5_000),
  bindings: list(answer.binding, 50_000),
  friends: dictionary(/^\d{1,20}\/U[0-9a-f]{32}$/, answer.friend, FRIENDS_REMEMBERED),
  messages: dictionary(/^[\w.~-]{1,80}$/, known({ accountId: accountIdForm, message: answer.message }), MESSAGES_REMEMBERED),
  lastId: orNull(number(0, Number.MAX_SAFE_INTEGER)),
  era: number(0, Number.MAX_SAFE_INTEGER),
});

export const emptySnapshot = (): Snapshot => ({
  teammate: null,
  accounts: [],
  bindings: [],
  friends: {},
  messages: {},
  lastId: null,
  era: 0,
});

/** Messages in these states may have moved on while we were away. */
const UNSETTLED: ReadonlySet<string> = new Set(['held', 'sending', 'scheduled', 'uncertain']);

export const isUnsettled = (message: Message): boolean => UNSETTLED.has(message.status);

/** Forgets people: somebody may have been erased, and nobody says who. What is unsettled is asked for again. */
export function forgetPeople(snapshot: Snapshot): void {
  snapshot.friends = {};
  snapshot.messages = Object.fromEntries(
    Object.entries(snapshot.messages).filter(([, { message }]) => isUnsettled(message)),
  );
  snapshot.era += 1;
}

/** A link was taken back: whoever seems sure of somebody must ask again. */
export const forgetLinks = (snapshot: Snapshot): void => void (snapshot.era += 1);

export const entryOf = (snapshot: Snapshot, accountId: string): AccountEntry | undefined =>
  snapshot.accounts.find((entry) => entry.account.id === accountId);

/** How many wait: counted while the queue is whole, else what the helper said when it was loaded. */
export const newFriends = ({ account, queue, queueMore }: AccountEntry): number =>
  queueMore ? Math.max(account.new_friends, queue.length) : queue.length;

/** Notes what is now known of a friend: in the queue if new, and among the remembered ones. */
export function learnFriend(snapshot: Snapshot, accountId: string, friend: Friend): void {
  const key = friendKey(accountId, friend.user_id);
  delete snapshot.friends[key];
  snapshot.friends[key] = friend;
  forgetOldest(snapshot.friends, FRIENDS_REMEMBERED);
  const entry = entryOf(snapshot, accountId);
  if (!entry) return;
  const others = entry.queue.filter((queued) => queued.user_id !== friend.user_id);
  if (isQueued(friend)) {
    others.push(friend);
    others.sort(newestFollowFirst);
    if (others.length > QUEUE_LENGTH) entry.queueMore = true;
  }
  entry.queue = others.slice(0, QUEUE_LENGTH);
}

/** How far a message has come. It never goes back, whichever of answer and frame arrives first. */
const PROGRESS: Record<Message['status'], number> = {
  scheduled: 0,
  held: 1,
  sending: 2,
  uncertain: 3,
  sent: 4,
  failed: 4,
  cancelled: 4,
};

/** Notes what is now known of a message, and returns the newest known of it. */
export function learnMessage(snapshot: Snapshot, accountId: string, message: Message): Message {
  const known = snapshot.messages[message.id]?.message;
  if (known && PROGRESS[known.status] > PROGRESS[message.status]) return known;
  delete snapshot.messages[message.id];
  snapshot.messages[message.id] = { accountId, message };
  forgetOldest(snapshot.messages, MESSAGES_REMEMBERED);
  return message;
}

/** Whether a friend waits for the first message. Dismissed ones are out of sight, not out of stage. */
export const isQueued = (friend: Friend): boolean => friend.stage === 'new' && !friend.dismissed;

function newestFollowFirst(one: Friend, other: Friend): number {
  return (other.followed_at ?? '').localeCompare(one.followed_at ?? '');
}

function forgetOldest(record: Record<string, unknown>, keep: number): void {
  const keys = Object.keys(record);
  for (const key of keys.slice(0, Math.max(0, keys.length - keep))) delete record[key];
}

/** What has to be asked again because of a frame; null when the frame said it all. */
export type Followup =
  | { kind: 'reload' }
  | { kind: 'anew' }
  | { kind: 'account'; accountId: string }
  | { kind: 'teammate' }
  | { kind: 'queue'; accountId: string };

/** Applies one frame. Unknown types change nothing: a newer helper may say more than we know. */
export function applyFrame(snapshot: Snapshot, frame: Frame): Followup | null {
  if (frame.id !== null) snapshot.lastId = frame.id;
  const { type, accountId, data } = frame;
  if (type === 'resync') {
    forgetPeople(snapshot);
    return { kind: 'anew' };
  }
  if (type === 'teammate') return { kind: 'teammate' };
  if (accountId === null) return null;
  if (type === 'account') return { kind: 'account', accountId };
  const entry = entryOf(snapshot, accountId);
  if (!entry) return ['friend', 'message', 'quota', 'claim'].includes(type) ? { kind: 'reload' } : null;
  try {
    if (type === 'friend') entry.heard = frame.id ?? entry.heard;
    return applyData(snapshot, entry, type, data);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    // What was said is not understood, but that something changed is: ask. An answer like it ends the connection.
    return { kind: 'reload' };
  }
}

const claimChange = known({ user_id: userId, claim: orNull(answer.claim) });

/** Throws Malformed. */
function applyData(snapshot: Snapshot, entry: AccountEntry, type: string, data: unknown): Followup | null {
  const accountId = entry.account.id;
  switch (type) {
    case 'friend':
      learnFriend(snapshot, accountId, answer.friend(data));
      return entry.queueMore && entry.queue.length < QUEUE_LOW ? { kind: 'queue', accountId } : null;
    case 'message':
      learnMessage(snapshot, accountId, answer.message(data));
      return null;
    case 'quota': {
      const before = entry.quota?.remaining;
      entry.quota = answer.quota(data);
      // Plans depend on whether anything is left, and the helper does not repeat every friend for it.
      return (before === 0) !== (entry.quota.remaining === 0) ? { kind: 'queue', accountId } : null;
    }
    case 'claim': {
      const change = claimChange(data);
      setClaim(snapshot, accountId, change.user_id, change.claim);
      return null;
    }
    default:
      return null;
  }
}

export function setClaim(snapshot: Snapshot, accountId: string, userId: string, claim: Claim | null): void {
  const key = friendKey(accountId, userId);
  const known = snapshot.friends[key];
  if (known) snapshot.friends[key] = { ...known, claim };
  const entry = entryOf(snapshot, accountId);
  if (entry) {
    entry.queue = entry.queue.map((friend) => (friend.user_id === userId ? { ...friend, claim } : friend));
  }
}

/** Friends whose free reply has run out by `now` (milliseconds), as account and user ids; and when the next will. */
export function expiredReplies(
  snapshot: Snapshot,
  now: number,
): { expired: { accountId: string; userId: string }[]; next: number | null } {
  const expired: { accountId: string; userId: string }[] = [];
  let next: number | null = null;
  for (const { account, queue } of snapshot.accounts) {
    for (const { user_id: userId, plan } of queue) {
      if (plan.route !== 'reply' || plan.reply_until === null) continue;
      const until = Date.parse(plan.reply_until);
      if (Number.isNaN(until)) continue;
      if (until <= now) expired.push({ accountId: account.id, userId });
      else next = next === null ? until : Math.min(next, until);
    }
  }
  return { expired, next };
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
