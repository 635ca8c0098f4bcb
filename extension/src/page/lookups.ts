/** Asks who the rows are: many rows in one request, each person once, answers kept while nothing changes. */
import type { PagePerson } from '../dashboards';
import type { LookupKey, LookupResult } from '../helper/types';

/** The helper takes at most this many keys at once. */
const MOST_KEYS = 500;
/** Milliseconds to wait for more rows before asking. */
const GATHER_FOR = 30;
/** Milliseconds in which news of several friends count as one: after an import hundreds get their names one by one. */
const HEARD_FOR = 500;

export type Ask = (accountId: string, keys: LookupKey[]) => Promise<LookupResult[]>;

interface Wanted {
  accountId: string;
  key: LookupKey;
}

export class Lookups {
  private readonly known = new Map<string, LookupResult>();
  private readonly wanted = new Map<string, Wanted>();
  private readonly asked = new Set<string>();
  /** Friends whom the page has been told of by name, in a state or in an answer; by user id. */
  private readonly met = new Set<string>();
  /** Of those, who came while something was asked: the answer itself may be why. */
  private readonly unexplained = new Set<string>();
  /** Counts what happened that may settle an open row: an answer from before it is already old. */
  private happened = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private hearing: ReturnType<typeof setTimeout> | null = null;

  /** `onAnswer`: more is known, or what was known is not any more. */
  constructor(
    private readonly dashboard: string,
    private readonly ask: Ask,
    private readonly onAnswer: () => void,
  ) {}

  /** The answer if it is known; otherwise it is asked for, and `onAnswer` is called when it is there. */
  find(accountId: string, person: PagePerson): LookupResult | null {
    const name = identity(accountId, person);
    const known = this.known.get(name);
    if (known) return known;
    if (!this.wanted.has(name) && !this.asked.has(name)) {
      this.wanted.set(name, { accountId, key: this.keyOf(person) });
      this.timer ??= setTimeout(() => void this.send(), GATHER_FOR);
    }
    return null;
  }

  /** Asks again for one person, after a link was stored. Resolves with the new answer. */
  async again(accountId: string, person: PagePerson): Promise<LookupResult | null> {
    const [result] = await this.ask(accountId, [this.keyOf(person)]);
    if (result) this.meet(result);
    if (result) this.known.set(identity(accountId, person), result);
    this.onAnswer();
    return result ?? null;
  }

  /** Forgets what may have changed: a new friend, or a colleague's link, settles a row that was open. */
  forgetOpen(): void {
    this.happened += 1;
    for (const [name, { match }] of this.known) if (match !== 'exact') this.known.delete(name);
  }

  forgetAll(): void {
    this.known.clear();
  }

  /** The page is told of these friends by name. Somebody new among them, or a name that LINE told only now, may settle a
   * row that was open; who comes only because rows were asked about changes nothing. */
  heard(userIds: Iterable<string>): void {
    for (const userId of userIds) {
      if (this.met.has(userId)) continue;
      this.met.add(userId);
      // Before anything was asked there is nothing to settle.
      if (this.known.size > 0 || this.asked.size > 0) this.unexplained.add(userId);
    }
    if (this.unexplained.size > 0) this.hearing ??= setTimeout(() => this.explain(), HEARD_FOR);
  }

  /** Answers on their way may explain who came. */
  private explain(): void {
    this.hearing = null;
    if (this.asked.size > 0 || this.unexplained.size === 0) return;
    this.unexplained.clear();
    this.forgetOpen();
    this.onAnswer();
  }

  private meet({ friend, candidates }: LookupResult): void {
    for (const one of [friend, ...(candidates ?? [])]) {
      if (!one?.display_name) continue;
      this.met.add(one.user_id);
      this.unexplained.delete(one.user_id);
    }
  }

  private keyOf({ memberId, name, followedAt }: PagePerson): LookupKey {
    return { dashboard: this.dashboard, member_id: memberId, name, ...(followedAt ? { followed_at: followedAt } : {}) };
  }

  private async send(): Promise<void> {
    this.timer = null;
    const accountId = this.wanted.values().next().value?.accountId;
    if (accountId === undefined) return;
    const batch = [...this.wanted].filter(([, wanted]) => wanted.accountId === accountId).slice(0, MOST_KEYS);
    for (const [name] of batch) {
      this.wanted.delete(name);
      this.asked.add(name);
    }
    if (this.wanted.size > 0) this.timer ??= setTimeout(() => void this.send(), GATHER_FOR);
    const before = this.happened;
    try {
      const results = await this.ask(accountId, batch.map(([, { key }]) => key));
      batch.forEach(([name], at) => {
        const result = results[at];
        if (result) this.meet(result);
        if (result && (result.match === 'exact' || before === this.happened)) this.known.set(name, result);
      });
    } catch {
      // The helper is away or refused: nothing is known, rows stay bare, and the next look at the page asks again.
      return;
    } finally {
      for (const [name] of batch) this.asked.delete(name);
      if (this.hearing === null) this.explain();
    }
    this.onAnswer();
  }
}

const identity = (accountId: string, { memberId, name, followedAt }: PagePerson): string =>
  JSON.stringify([accountId, memberId, name, followedAt]);
