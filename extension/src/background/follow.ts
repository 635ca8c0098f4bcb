/** Keeps the snapshot true while connected: frames, what they make us ask again, and free replies that run out. */
import type { HelperClient } from '../helper/client';
import { HelperRefused, NoAnswer, NotTheHelper } from '../helper/request';
import type { Frame } from '../helper/socket';
import { friendKey } from '../messages';
import { loadAccount, loadSnapshot } from './load';
import {
  applyFrame,
  entryOf,
  expiredReplies,
  forgetPeople,
  isUnsettled,
  learnFriend,
  learnMessage,
  QUEUE_LENGTH,
  type Followup,
  type Snapshot,
} from './snapshot';

/** Milliseconds after a free reply's end before the friend is asked for again: the helper must have passed it too. */
const AFTER_EXPIRY = 150;
/** Milliseconds until a friend whose plan is still an expired reply is asked for once more. */
const LOOK_AGAIN = 1_000;

export class Follower {
  private client: HelperClient | null = null;
  private snapshot: Snapshot | null = null;
  /** Frames that come while something is loaded are newer than it, or repeat it: applied afterwards. */
  private early: Frame[] = [];
  /** How many loads are under way. */
  private loads = 0;
  private expiry: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly clock: { now(): number },
    private readonly changed: () => void,
  ) {}

  /** Loads everything. Throws what the calls throw. */
  async connected(client: HelperClient, before: Snapshot): Promise<Snapshot> {
    // The first frame comes before this is called: what it says of now is loaded, but not whom to forget.
    if (this.early.some(({ type }) => type === 'resync')) forgetPeople(before);
    this.disconnected();
    this.client = client;
    const snapshot = await this.load(client, before);
    this.snapshot = snapshot;
    this.catchUp(snapshot, 'all');
    return snapshot;
  }

  disconnected(): void {
    this.client = null;
    this.snapshot = null;
    this.early = [];
    if (this.expiry !== null) clearTimeout(this.expiry);
    this.expiry = null;
  }

  frame(frame: Frame): void {
    if (this.loads > 0 || !this.snapshot) {
      this.early.push(frame);
      return;
    }
    this.apply(this.snapshot, frame);
    this.watchExpiry();
    this.changed();
  }

  private async load(client: HelperClient, before: Snapshot): Promise<Snapshot> {
    this.loads += 1;
    try {
      const snapshot = await loadSnapshot(client, before);
      for (const { accountId, message } of Object.values(before.messages)) {
        if (isUnsettled(message)) await this.refreshMessage(client, snapshot, accountId, message.id);
      }
      return snapshot;
    } finally {
      this.loads -= 1;
    }
  }

  /** Loads all of the snapshot again or a part; what is told meanwhile is not overwritten by what was read before it. */
  private async renew(snapshot: Snapshot, what: 'all' | 'part', load: () => Promise<void>): Promise<void> {
    this.loads += 1;
    try {
      await load();
    } finally {
      this.loads -= 1;
      if (this.loads === 0 && this.snapshot === snapshot) this.catchUp(snapshot, what);
    }
  }

  private async refreshMessage(
    client: HelperClient,
    snapshot: Snapshot,
    accountId: string,
    messageId: string,
  ): Promise<void> {
    try {
      learnMessage(snapshot, accountId, await client.message(accountId, messageId));
    } catch (error) {
      if (!(error instanceof HelperRefused && error.problem.status === 404)) throw error;
      // Another data folder, or a purge: there is nothing left to show.
      delete snapshot.messages[messageId];
    }
  }

  private catchUp(snapshot: Snapshot, loaded: 'all' | 'part'): void {
    const frames = this.early;
    this.early = [];
    // What the load already brought is asked for once more at most, not once for every frame.
    const followups = new Map<string, Followup>();
    for (const frame of frames) {
      const followup = applyFrame(snapshot, frame);
      if (followup && (loaded === 'part' || followup.kind !== 'reload')) followups.set(JSON.stringify(followup), followup);
    }
    for (const followup of followups.values()) void this.follow(followup);
    this.watchExpiry();
    this.changed();
  }

  private apply(snapshot: Snapshot, frame: Frame): void {
    const followup = applyFrame(snapshot, frame);
    if (followup) void this.follow(followup);
  }

  /** Asks again for what a frame only hinted at. A lost answer is noticed by the socket or the next tick. */
  private async follow(followup: Followup): Promise<void> {
    const { client, snapshot } = this;
    if (!client || !snapshot) return;
    try {
      switch (followup.kind) {
        case 'reload':
        case 'anew':
          await this.renew(snapshot, 'all', async () => void Object.assign(snapshot, await this.load(client, snapshot)));
          break;
        case 'account':
          await this.renew(snapshot, 'part', () => this.reloadAccount(client, snapshot, followup.accountId));
          break;
        case 'teammate':
          snapshot.teammate = await client.me();
          break;
        case 'queue':
          await this.renew(snapshot, 'part', () => this.reloadQueue(client, snapshot, followup.accountId));
          break;
      }
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof NotTheHelper || error instanceof HelperRefused) return;
      throw error;
    }
    this.watchExpiry();
    this.changed();
  }

  private async reloadAccount(client: HelperClient, snapshot: Snapshot, accountId: string): Promise<void> {
    let account;
    try {
      account = await client.account(accountId);
    } catch (error) {
      if (!(error instanceof HelperRefused && error.problem.status === 404)) throw error;
      snapshot.accounts = snapshot.accounts.filter((entry) => entry.account.id !== accountId);
      return;
    }
    const fresh = await loadAccount(client, account);
    const known = entryOf(snapshot, accountId);
    if (known) Object.assign(known, fresh);
    else snapshot.accounts.push(fresh);
  }

  private async reloadQueue(client: HelperClient, snapshot: Snapshot, accountId: string): Promise<void> {
    const page = await client.friends(accountId, { stage: 'new', limit: QUEUE_LENGTH });
    const entry = entryOf(snapshot, accountId);
    if (entry) Object.assign(entry, { queue: page.items, queueMore: page.next !== null });
  }

  /** The helper does not say when a free reply runs out; its plan is asked for again at that moment. */
  private watchExpiry(): void {
    if (this.expiry !== null) clearTimeout(this.expiry);
    this.expiry = null;
    if (!this.snapshot) return;
    const { expired, next } = expiredReplies(this.snapshot, this.clock.now() - AFTER_EXPIRY);
    for (const { accountId, userId } of expired) void this.refreshFriend(accountId, userId);
    if (next !== null) {
      this.expiry = setTimeout(() => this.watchExpiry(), next - this.clock.now() + AFTER_EXPIRY);
    }
  }

  private async refreshFriend(accountId: string, userId: string): Promise<void> {
    const { client, snapshot } = this;
    if (!client || !snapshot) return;
    const key = friendKey(accountId, userId);
    const before = snapshot.friends[key];
    try {
      const friend = await client.friend(accountId, userId);
      // A frame that came meanwhile is newer than this answer.
      if (snapshot.friends[key] === before) learnFriend(snapshot, accountId, friend);
    } catch (error) {
      if (error instanceof NoAnswer || error instanceof NotTheHelper || error instanceof HelperRefused) return;
      throw error;
    }
    this.expiry ??= setTimeout(() => this.watchExpiry(), LOOK_AGAIN);
    this.changed();
  }
}
