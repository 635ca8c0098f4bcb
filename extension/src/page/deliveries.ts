/** What became of the clicks of this page, and of messages that are under way for the friends it shows. */
import type { Friend, Message } from '../helper/types';
import { friendKey, type PageState, type Problem } from '../messages';

/** Where the click was: its Undo button gets the focus there. */
export type Origin = 'dock' | 'row';

/** What a person did on this page that was no send, and can be taken back. */
export type Note = 'undone' | 'marked' | 'dismissed';

export type Delivery =
  | { kind: 'asking'; origin: Origin }
  | { kind: 'problem'; origin: Origin; problem: Problem }
  | { kind: 'message'; origin: Origin | null; message: Message }
  | { kind: 'note'; note: Note };

interface Attempt {
  accountId: string;
  userId: string;
  /** In ms since the epoch: when it began, or was settled. */
  at: number;
  origin: Origin;
  asking: boolean;
  problem: Problem | null;
  /** The helper's answer; newer ones come with the state. */
  message: Message | null;
  note: Note | null;
}

/** Milliseconds that a row stays after its message was sent or its friend was taken off, so that it can be read. */
export const STAYS_FOR = 20_000;

/** A message in one of these states is not over: something can still be done, or must be known. */
const OPEN_STATES: ReadonlySet<Message['status']> = new Set(['held', 'sending', 'uncertain']);

export class Deliveries {
  private readonly attempts = new Map<string, Attempt>();

  constructor(private readonly now: () => number) {}

  begin(accountId: string, userId: string, origin: Origin): void {
    this.put({ accountId, userId, origin, at: this.now(), asking: true, problem: null, message: null, note: null });
  }

  accepted(accountId: string, userId: string, message: Message): void {
    this.change(accountId, userId, { asking: false, message, problem: null });
  }

  refused(accountId: string, userId: string, problem: Problem): void {
    this.change(accountId, userId, { asking: false, problem });
  }

  note(accountId: string, userId: string, note: Note): void {
    const origin = this.attempts.get(friendKey(accountId, userId))?.origin ?? 'dock';
    this.put({ accountId, userId, origin, at: this.now(), asking: false, problem: null, message: null, note });
  }

  forget(accountId: string, userId: string): void {
    this.attempts.delete(friendKey(accountId, userId));
  }

  /** Whether a click for this friend is on its way and a second one must not start. */
  asking(accountId: string, userId: string): boolean {
    return this.attempts.get(friendKey(accountId, userId))?.asking ?? false;
  }

  /** What to show in place of the friend's button; null = nothing is going on. */
  of(state: PageState, accountId: string, friend: Friend): Delivery | null {
    const attempt = this.attempts.get(friendKey(accountId, friend.user_id));
    if (attempt?.note) return { kind: 'note', note: attempt.note };
    if (attempt?.asking) return { kind: 'asking', origin: attempt.origin };
    const own = attempt?.message && newest(attempt.message, state.messages[attempt.message.id]);
    const slot = friend.first_contact?.message_id;
    const filling = slot ? state.messages[slot] : undefined;
    // A lost answer is cleared up by the message itself, and a colleague's message outdates an old failure of ours.
    if (filling && filling.id !== own?.id && (this.isShown(filling) || attempt?.problem)) {
      return { kind: 'message', origin: attempt?.origin ?? null, message: filling };
    }
    if (attempt?.problem) return { kind: 'problem', origin: attempt.origin, problem: attempt.problem };
    if (own) return { kind: 'message', origin: attempt?.origin ?? null, message: own };
    return null;
  }

  /** Friends that stay in sight of one account although they are new no more, as user ids. */
  lingering(state: PageState, accountId: string): string[] {
    const users = new Set<string>();
    for (const attempt of this.attempts.values()) if (attempt.accountId === accountId) users.add(attempt.userId);
    for (const message of Object.values(state.messages)) {
      const friend = this.isShown(message) ? state.friends[friendKey(accountId, message.user_id)] : undefined;
      if (friend?.first_contact?.message_id === message.id) users.add(message.user_id);
    }
    return [...users];
  }

  /** Open, or gone out by itself just now: nobody clicked, so nobody else would say so. */
  private isShown({ status, origin, settled_at: settled }: Message): boolean {
    if (OPEN_STATES.has(status)) return true;
    return origin === 'greeting' && status === 'sent' && settled !== null && this.now() - Date.parse(settled) < STAYS_FOR;
  }

  /** Drops what has been readable long enough. True when something went. */
  sweep(state: PageState | null): boolean {
    let gone = false;
    for (const [key, attempt] of this.attempts) {
      const message = attempt.message && newest(attempt.message, state?.messages[attempt.message.id]);
      const settled = message?.settled_at ? Date.parse(message.settled_at) : NaN;
      const over = message ? !OPEN_STATES.has(message.status) && message.status !== 'scheduled' : attempt.note !== null;
      const since = Math.max(attempt.at, Number.isNaN(settled) ? attempt.at : settled);
      if (!attempt.asking && !attempt.problem && over && this.now() - since > STAYS_FOR) {
        this.attempts.delete(key);
        gone = true;
      }
    }
    return gone;
  }

  private put(attempt: Attempt): void {
    this.attempts.set(friendKey(attempt.accountId, attempt.userId), attempt);
  }

  private change(accountId: string, userId: string, change: Partial<Attempt>): void {
    const attempt = this.attempts.get(friendKey(accountId, userId));
    if (attempt) this.put({ ...attempt, ...change, at: this.now() });
  }
}

const ORDER: Record<Message['status'], number> = {
  scheduled: 0,
  held: 1,
  sending: 2,
  uncertain: 3,
  cancelled: 4,
  failed: 4,
  sent: 4,
};

/** An answer and a pushed state may overtake each other: a message only ever moves forward. */
function newest(one: Message, other: Message | undefined): Message {
  return other && ORDER[other.status] >= ORDER[one.status] ? other : one;
}
