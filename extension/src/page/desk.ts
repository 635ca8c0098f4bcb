/** What one dashboard page knows and can do. The dock and the rows show it; they hold no facts of their own. */
import type { PagePerson } from '../dashboards';
import type { Friend, LookupKey, LookupResult, Message, SendBody, Template } from '../helper/types';
import {
  friendKey,
  type AccountState,
  type CommandArguments,
  type Commands,
  type CommandValue,
  type Dashboard as Slug,
  type PageState,
  type Preferences,
  type Problem,
} from '../messages';
import { chosen, repeatedBody, sendBody, textsOf, type Choice, type Names } from './composing';
import { Deliveries, type Delivery, type Origin } from './deliveries';
import { offerFor, type Offer } from './offer';
import { sameProof, type Proof } from './proof';

export type Call = <Name extends keyof Commands & string>(
  name: Name,
  args: CommandArguments<Commands, Name>,
) => Promise<CommandValue<Commands, Name>>;

/** Milliseconds that a word about a click that did nothing, or a failed action, can be read. */
const SAID_FOR = 12_000;
/** Milliseconds that a friend's age is told in seconds, and one more so that its end is drawn. */
const COUNTED_UP = 61_000;
/** Milliseconds after which a claim is renewed while its text is being edited; the lease is two minutes. */
const CLAIM_AGAIN = 60_000;
/** People that one review takes, as many as the helper looks up at once. */
const MOST_REVIEWED = 500;

/** Why a click did nothing, said once in the dock. */
export type Halt = 'account_changed' | 'row_changed' | 'not_visible' | 'list_moved' | 'offer_changed' | 'text_rewritten';

export type Listener = (what: 'news' | 'time') => void;

export interface DeskOptions {
  slug: Slug;
  call: Call;
  now: () => number;
  newKey: () => string;
  /** Read the page again, right now. */
  readProof: () => Proof;
  readPeople: () => PagePerson[];
  /** The problem in a rejected call. */
  problemOf: (reason: unknown) => Problem;
  /** How the page is built, without names and texts. */
  describePage?: () => string;
}

export class Desk {
  state: PageState | null = null;
  proof: Proof = { kind: 'unproven', pageAccount: null };
  degraded = false;
  halt: Halt | null = null;
  /** Member ids of the page's people who wait to be confirmed: proposed, or several possible. */
  unconfirmed: ReadonlySet<string> = new Set();
  /** A failed action that belongs to no friend. */
  problem: Problem | null = null;
  readonly deliveries: Deliveries;
  readonly slug: Slug;
  readonly now: () => number;
  private readonly edits = new Map<string, (string | null)[]>();
  /** When a friend whose text is being edited was claimed last, by friendKey. */
  private readonly claims = new Map<string, number>();
  /** The shortcut was pressed, and the dock has not taken the focus yet. */
  private summoned = false;
  private saidAt = 0;
  private readonly listeners = new Set<Listener>();

  constructor(private readonly options: DeskOptions) {
    this.slug = options.slug;
    this.now = options.now;
    this.deliveries = new Deliveries(options.now);
  }

  /** How the page is built, without names and texts: for a report when it has changed. */
  describePage(): string {
    return this.options.describePage?.() ?? '';
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Something is known that was not. */
  changed(): void {
    for (const listener of [...this.listeners]) listener('news');
  }

  /** Only time has passed. */
  ticked(): void {
    for (const listener of [...this.listeners]) listener('time');
  }

  receive(state: PageState): void {
    this.state = state;
    this.changed();
  }

  /** The page was read again. */
  observe(proof: Proof, degraded: boolean): void {
    if (sameProof(proof, this.proof) && degraded === this.degraded) {
      this.proof = proof;
      return;
    }
    this.proof = proof;
    this.degraded = degraded;
    this.changed();
  }

  get ready(): boolean {
    return this.state?.connection === 'ready';
  }

  get mayAct(): boolean {
    return this.ready && (this.state?.teammate?.role ?? 'viewer') !== 'viewer';
  }

  /** Accounts this page may use: the page's own first. */
  get accounts(): AccountState[] {
    const accounts = this.state?.accounts ?? [];
    const proof = this.proof;
    if (proof.kind !== 'proven') return accounts;
    const own = accounts.filter(({ account }) => account.id === proof.account.id);
    return [...own, ...accounts.filter(({ account }) => account.id !== proof.account.id)];
  }

  account(accountId: string): AccountState | null {
    return this.state?.accounts.find(({ account }) => account.id === accountId) ?? null;
  }

  /** The account this page is proven to be; sends and links go nowhere else. */
  get provenId(): string | null {
    return this.proof.kind === 'proven' ? this.proof.account.id : null;
  }

  maySend(accountId: string): boolean {
    return this.mayAct && this.provenId === accountId;
  }

  /** The newest that is known of a friend. */
  newest(accountId: string, friend: Friend): Friend {
    const queued = this.account(accountId)?.queue.find(({ user_id: userId }) => userId === friend.user_id);
    return this.state?.friends[friendKey(accountId, friend.user_id)] ?? queued ?? friend;
  }

  offer(friend: Friend): Offer {
    return offerFor(friend, this.state?.teammate ?? null, this.now());
  }

  delivery(accountId: string, friend: Friend): Delivery | null {
    return this.state && this.deliveries.of(this.state, accountId, friend);
  }

  /** The queue of one account with those who left it only just now, newest follow first. */
  newFriends(accountId: string): Friend[] {
    const state = this.state;
    const account = this.account(accountId);
    if (!state || !account) return [];
    const friends = new Map(account.queue.map((friend) => [friend.user_id, this.newest(accountId, friend)]));
    for (const userId of this.deliveries.lingering(state, accountId)) {
      const friend = state.friends[friendKey(accountId, userId)];
      if (friend) friends.set(userId, friend);
    }
    return [...friends.values()].sort((one, other) => (other.followed_at ?? '').localeCompare(one.followed_at ?? ''));
  }

  /** Whether seconds are shown: of a hold, or of a free reply. */
  get countsDown(): boolean {
    const { state } = this;
    if (!state) return false;
    const now = this.now();
    // A second longer, so that the flip at the end is drawn.
    const running = (until: string | null): boolean => until !== null && Date.parse(until) > now - 1_000;
    return (
      Object.values(state.messages).some(({ status, hold_until: until }) => status === 'held' && running(until)) ||
      state.accounts.some(({ queue }) =>
        queue.some(
          ({ plan, greeting }) => (plan.route === 'reply' && running(plan.reply_until)) || running(greeting?.at ?? null),
        ),
      )
    );
  }

  /** Whether a time is shown in seconds, like 「20秒前」. */
  get countsUp(): boolean {
    const since = this.now() - COUNTED_UP;
    return (this.state?.accounts ?? []).some(({ queue }) =>
      queue.some(({ followed_at: at }) => at !== null && Date.parse(at) > since),
    );
  }

  choice(accountId: string): Choice {
    const account = this.account(accountId);
    if (!account || !this.state) return { template: null, persona: null };
    return chosen(account, this.state.preferences, this.state.teammate);
  }

  chooseTemplate(accountId: string, template: Template): void {
    this.edits.clear();
    const templates = { ...this.state?.preferences.templates, [accountId]: template.id };
    const personas = template.persona_id
      ? { ...this.state?.preferences.personas, [accountId]: template.persona_id }
      : undefined;
    this.remember({ templates, ...(personas ? { personas } : {}) });
  }

  choosePersona(accountId: string, personaId: string | null): void {
    this.remember({ personas: { ...this.state?.preferences.personas, [accountId]: personaId } });
  }

  /** Takes effect at once; kept by the background. */
  remember(preferences: Preferences): void {
    if (this.state) this.state = { ...this.state, preferences: { ...this.state.preferences, ...preferences } };
    this.changed();
    void this.try('remember', { preferences });
  }

  /** The person wants to work in the dock, by keyboard. */
  summon(): void {
    this.summoned = true;
    if (this.state?.preferences.collapsed) this.remember({ collapsed: false });
    else this.changed();
  }

  /** Whether the dock should take the focus now; true once for each summons. */
  takeSummons(): boolean {
    const { summoned } = this;
    this.summoned = false;
    return summoned;
  }

  names(accountId: string, friend: Friend | null): Names {
    return {
      friend: friend?.display_name ?? null,
      account: this.account(accountId)?.account.name ?? '',
      persona: this.choice(accountId).persona?.name ?? null,
      teammate: this.state?.teammate?.name ?? null,
    };
  }

  /** The texts as they would go out to this friend, and whether they were edited. */
  texts(accountId: string, friend: Friend): { texts: (string | null)[]; edited: boolean } {
    const edited = this.edits.get(friendKey(accountId, friend.user_id));
    if (edited) return { texts: edited, edited: true };
    const { template } = this.choice(accountId);
    return { texts: template ? textsOf(template, this.names(accountId, friend)) : [], edited: false };
  }

  edit(accountId: string, friend: Friend, texts: (string | null)[] | null): void {
    const key = friendKey(accountId, friend.user_id);
    if (texts) {
      this.edits.set(key, texts);
      this.claim(accountId, friend.user_id);
    } else {
      this.edits.delete(key);
      this.release(accountId, friend.user_id);
    }
    this.changed();
  }

  /** Whoever writes for a customer is on it: colleagues see it before they write, too. */
  private claim(accountId: string, userId: string): void {
    const key = friendKey(accountId, userId);
    if (!this.maySend(accountId) || this.now() - (this.claims.get(key) ?? -Infinity) < CLAIM_AGAIN) return;
    this.claims.set(key, this.now());
    void this.try('claim', { accountId, userId });
  }

  private release(accountId: string, userId: string): void {
    if (this.claims.delete(friendKey(accountId, userId))) void this.try('unclaim', { accountId, userId });
  }

  /** The request that a click on this friend's button would make; null without a template. */
  body(accountId: string, friend: Friend, shownCost: 0 | 1): SendBody | null {
    return sendBody({
      friend,
      choice: this.choice(accountId),
      edited: this.edits.get(friendKey(accountId, friend.user_id)) ?? null,
      shownCost,
      basicId: this.proof.kind === 'proven' ? this.proof.basicId : null,
    });
  }

  /** Whether the page still proves the account that was rendered. If not, says so and nothing must be done. */
  accountHolds(accountId: string): boolean {
    const rendered = this.proof;
    const now = this.options.readProof();
    if (now.kind === 'proven' && now.account.id === accountId && sameProof(rendered, now)) return true;
    this.proof = now;
    this.stop('account_changed');
    return false;
  }

  stop(halt: Halt): void {
    this.halt = halt;
    this.saidAt = this.now();
    this.changed();
  }

  /** Drops what could be read long enough. True when something went. */
  sweep(): boolean {
    const gone = this.deliveries.sweep(this.state);
    if (this.now() - this.saidAt <= SAID_FOR || (this.halt === null && this.problem === null)) return gone;
    this.halt = null;
    this.problem = null;
    return true;
  }

  private fail(reason: unknown): void {
    this.problem = this.options.problemOf(reason);
    this.saidAt = this.now();
    this.changed();
  }

  /** Sends the first message: one call is one click is one key. The caller has judged the click itself. */
  async send(accountId: string, friend: Friend, shownCost: 0 | 1, origin: Origin): Promise<void> {
    if (!this.maySend(accountId) || !this.accountHolds(accountId)) return;
    if (this.deliveries.asking(accountId, friend.user_id)) return;
    const offer = this.offer(this.newest(accountId, friend));
    const body = this.body(accountId, friend, shownCost);
    if (offer.kind !== 'send' || !body) {
      this.stop('offer_changed');
      return;
    }
    await this.post(accountId, body, origin);
  }

  /** One request with one new key, and what became of it. */
  private async post(accountId: string, body: SendBody, origin: Origin): Promise<void> {
    this.halt = null;
    this.deliveries.begin(accountId, body.user_id, origin);
    this.changed();
    try {
      const message = await this.options.call('send', { accountId, body, idempotencyKey: this.options.newKey() });
      this.edits.delete(friendKey(accountId, body.user_id));
      this.release(accountId, body.user_id);
      this.deliveries.accepted(accountId, body.user_id, message);
    } catch (reason) {
      this.deliveries.refused(accountId, body.user_id, this.options.problemOf(reason));
    }
    this.changed();
  }

  async undo(accountId: string, message: Message): Promise<void> {
    const answer = await this.try('undo', { accountId, messageId: message.id });
    if (answer) this.deliveries.note(accountId, message.user_id, 'undone');
    this.changed();
  }

  /** 「届いたことにする」. */
  async treatAsDelivered(accountId: string, message: Message): Promise<void> {
    const answer = await this.try('resolve', { accountId, messageId: message.id, outcome: 'delivered' });
    if (answer) this.deliveries.forget(accountId, message.user_id);
    this.changed();
  }

  /** What 「もう一度送る」 would cost now. */
  costOfAnother(accountId: string, message: Message): 0 | 1 {
    return this.state?.friends[friendKey(accountId, message.user_id)]?.plan.route === 'reply' ? 0 : 1;
  }

  /** 「もう一度送る」: the first is taken for not delivered, and the same goes out once more, with its own hold. */
  async sendAgain(accountId: string, message: Message, shownCost: 0 | 1, origin: Origin): Promise<void> {
    if (!this.maySend(accountId) || !this.accountHolds(accountId)) return;
    const answer = await this.try('resolve', { accountId, messageId: message.id, outcome: 'not_delivered' });
    if (!answer) return;
    await this.post(accountId, repeatedBody(message, shownCost, this.proof.kind === 'proven' ? this.proof.basicId : null), origin);
  }

  async markContacted(accountId: string, friend: Friend): Promise<void> {
    const answer = await this.try('markContacted', { accountId, userId: friend.user_id, route: 'other' });
    if (answer) this.deliveries.note(accountId, friend.user_id, 'marked');
    this.changed();
  }

  async dismiss(accountId: string, friend: Friend): Promise<void> {
    const answer = await this.try('dismiss', { accountId, userId: friend.user_id });
    if (answer) this.deliveries.note(accountId, friend.user_id, 'dismissed');
    this.changed();
  }

  /** 「今回は送らない」. */
  async skipGreeting(accountId: string, friend: Friend): Promise<void> {
    await this.try('skipGreeting', { accountId, userId: friend.user_id });
    this.changed();
  }

  async stopGreeting(accountId: string): Promise<void> {
    await this.try('stopGreeting', { accountId });
    this.changed();
  }

  async takeBack(accountId: string, friend: Friend, what: 'marked' | 'dismissed'): Promise<void> {
    const args = { accountId, userId: friend.user_id };
    const answer = await (what === 'marked' ? this.try('unmarkContacted', args) : this.try('undismiss', args));
    if (answer) this.deliveries.forget(accountId, friend.user_id);
    this.changed();
  }

  async bind(pageAccount: string, accountId: string): Promise<void> {
    const now = this.options.readProof();
    // The name may have changed under the pointer: what was confirmed is what was read.
    if (now.kind !== 'unproven' || now.pageAccount !== pageAccount) {
      this.proof = now;
      this.stop('account_changed');
      return;
    }
    await this.try('bind', { dashboard: this.slug, pageAccount, accountId });
  }

  async unbind(pageAccount: string): Promise<void> {
    await this.try('unbind', { dashboard: this.slug, pageAccount });
  }

  async link(accountId: string, memberId: string, userId: string): Promise<boolean> {
    if (!this.maySend(accountId) || !this.accountHolds(accountId)) return false;
    try {
      await this.options.call('link', { accountId, dashboard: this.slug, memberId, userId });
      return true;
    } catch (reason) {
      this.fail(reason);
      return false;
    }
  }

  /** The page's people were looked up. */
  noteUnconfirmed(members: ReadonlySet<string>): void {
    const same = members.size === this.unconfirmed.size;
    this.unconfirmed = members;
    if (!same) this.changed();
  }

  /** Opens the view in which those who wait to be confirmed stand side by side, as the page shows them now. */
  async reviewPeople(): Promise<void> {
    const accountId = this.provenId;
    if (accountId === null || !this.maySend(accountId) || !this.accountHolds(accountId)) return;
    const shown = this.options.readPeople().filter(({ memberId }) => this.unconfirmed.has(memberId));
    const people = [...new Map(shown.map((person) => [person.memberId, person])).values()];
    if (people.length === 0) {
      this.stop('row_changed');
      return;
    }
    await this.try('reviewPeople', {
      accountId,
      people: people.slice(0, MOST_REVIEWED).map(({ memberId, name, followedAt, picture }) => ({ memberId, name, followedAt, picture })),
    });
  }

  lookup(accountId: string, keys: LookupKey[]): Promise<LookupResult[]> {
    return this.options.call('lookup', { accountId, keys });
  }

  /** For reading: lists, history, previews. Rejects when refused. */
  ask: Call = (name, args) => this.options.call(name, args);

  /** Asks a command; a refusal is shown in the dock. Answers undefined then, true for a command without an answer. */
  async try<Name extends keyof Commands & string>(
    name: Name,
    args: CommandArguments<Commands, Name>,
  ): Promise<CommandValue<Commands, Name> | true | undefined> {
    try {
      const value = await this.options.call(name, args);
      this.problem = null;
      return value ?? true;
    } catch (reason) {
      this.fail(reason);
      return undefined;
    }
  }
}
