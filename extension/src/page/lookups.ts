/** Asks who the rows are: many rows in one request, each person once, answers kept while nothing changes. */
import type { PagePerson } from '../dashboards';
import type { LookupKey, LookupResult } from '../helper/types';

/** The helper takes at most this many keys at once. */
const MOST_KEYS = 500;
/** Milliseconds to wait for more rows before asking. */
const GATHER_FOR = 30;

export type Ask = (accountId: string, keys: LookupKey[]) => Promise<LookupResult[]>;

interface Wanted {
  accountId: string;
  key: LookupKey;
}

export class Lookups {
  private readonly known = new Map<string, LookupResult>();
  private readonly wanted = new Map<string, Wanted>();
  private readonly asked = new Set<string>();
  /** Counts what happened that may settle an open row: an answer from before it is already old. */
  private happened = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

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
        if (result && (result.match === 'exact' || before === this.happened)) this.known.set(name, result);
      });
    } catch {
      // The helper is away or refused: nothing is known, rows stay bare, and the next look at the page asks again.
      return;
    } finally {
      for (const [name] of batch) this.asked.delete(name);
    }
    this.onAnswer();
  }
}

const identity = (accountId: string, { memberId, name, followedAt }: PagePerson): string =>
  JSON.stringify([accountId, memberId, name, followedAt]);
