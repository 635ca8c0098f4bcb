/** One page of somebody else's application, from the moment it is there until it is left: reads it, keeps dock and
 * rows true to it, and notices when the application moves on without loading a new page. */
import { dashboardAt, type Dashboard, type PagePerson } from '../dashboards';
import { describePage } from '../dashboards/structure';
import type { PageState, Problem } from '../messages';
import type { Call } from './desk';
import { Desk } from './desk';
import { mountDock, type DockMount } from './dock-mount';
import { sayFarewell } from './farewell';
import { isHost, removeLeftovers } from './host';
import { Lookups } from './lookups';
import { EvidenceMemory, judge, type Proof } from './proof';
import { RowBoard } from './row-board';
import { onTurn } from './shade';
import { HostWatch, pageSight } from './trust';

/** Milliseconds between two looks at the address, and between two ticks of what counts down. */
const TICK = 250;
/** Ticks between two drawings of times in seconds, like 「20秒前」, and of those in minutes and more. */
const SECOND = 4;
const SLOW = 80;
/** Ticks between two looks at the page that no change of it asked for. */
const LOOK = 8;
/** Milliseconds that changes of the page are gathered before it is read again. */
const GATHER_FOR = 60;
/** Reading a long list takes its time. A page that changes without end is read in one part of so many of the time; one
 * that does not change is still read, in case it did so unseen. */
const SHARE = { changing: 10, still: 1_000 };
/** Milliseconds that a strange list must stay strange: pages draw their tables in steps. */
const DRIFT_AFTER = 700;
/** Milliseconds between two slow looks at a page on which people are found: it costs more than reading the rows. */
const CHECK_EVERY = 2_000;
/** Milliseconds between two times that news of friends make open rows be asked for again. */
const NEWS_EVERY = 1_000;
/** Milliseconds after which rows are asked for again, first those in sight: a colleague may have taken a link back, of which nobody is told. */
const ASK_AGAIN = 60_000;

export interface Background {
  call: Call;
  close(): void;
}

export interface Surroundings {
  page: Document;
  /** Opens the channel to the background for the dashboard that the page shows. */
  connect(onState: (state: PageState) => void, onGone: () => void, onSummon: () => void): Background;
  problemOf(reason: unknown): Problem;
  now(): number;
  newKey(): string;
  /** What to say when the extension is replaced under the open page; read early, for then nothing can be read. */
  farewell: string;
}

/** Watches the page until `signal` aborts. `find`: which dashboard an address belongs to. */
export function attend(
  around: Surroundings,
  signal: AbortSignal,
  find: (address: string) => Dashboard | null = dashboardAt,
): void {
  const { page } = around;
  const view = page.defaultView!;
  removeLeftovers(page);
  let address = '';
  let visit: Visit | null = null;

  const arrive = (): void => {
    if (view.location.href === address) return;
    address = view.location.href;
    const dashboard = find(address);
    if (visit && visit.dashboard === dashboard) visit.moved(new URL(address));
    else {
      visit?.close();
      visit = dashboard && new Visit(around, dashboard, new URL(address));
    }
  };

  arrive();
  const timer = setInterval(() => {
    arrive();
    visit?.tick();
  }, TICK);
  signal.addEventListener('abort', () => {
    clearInterval(timer);
    visit?.close();
  });
}

class Visit {
  private readonly desk: Desk;
  private readonly background: Background;
  private readonly watch: HostWatch;
  private readonly lookups: Lookups;
  private readonly memory = new EvidenceMemory();
  private readonly ending = new AbortController();
  private readonly changes: MutationObserver;
  private dock: DockMount | null = null;
  private rows: RowBoard | null = null;
  private reading: ReturnType<typeof setTimeout> | null = null;
  private news: ReturnType<typeof setTimeout> | null = null;
  private newsAt = -Infinity;
  /** When it was last read, and how long that took; in the milliseconds of `performance`. */
  private readAt = -Infinity;
  private readIn = 0;
  /** It changed where nobody looked. */
  private changedHidden = false;
  private strangeSince: number | null = null;
  private checkedAt = -Infinity;
  /** It was read again since the last slow look. */
  private unchecked = false;
  private askedAt: number;
  private heard = '';
  private ticks = 0;
  private closed = false;

  constructor(
    private readonly around: Surroundings,
    readonly dashboard: Dashboard,
    private url: URL,
  ) {
    const { page, now } = around;
    this.watch = new HostWatch(pageSight(page, now, this.ending.signal), now, () => page.hidden);
    this.askedAt = now();
    this.background = around.connect(
      (state) => this.receive(state),
      () => this.leave(),
      () => this.desk.summon(),
    );
    this.desk = new Desk({
      slug: dashboard.slug,
      call: (name, args) => this.background.call(name, args),
      now,
      newKey: around.newKey,
      readProof: () => this.readProof(),
      readPeople: () => this.readPeople(),
      problemOf: around.problemOf,
      describePage: () => describePage(page, this.url, dashboard, this.readPeople()),
    });
    this.lookups = new Lookups(dashboard.slug, (accountId, keys) => this.desk.lookup(accountId, keys), () => this.rows?.draw());
    onTurn(page, () => this.rows?.draw(), this.ending.signal);
    this.changes = new MutationObserver((mutations) => {
      this.watch.takenOff(mutations.flatMap(({ removedNodes }) => [...removedNodes]));
      if (mutations.some(isForeign)) this.readSoon();
    });
    this.changes.observe(page.documentElement, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ['href', 'alt', 'data-item-id', 'aria-level', 'role'],
    });
  }

  /** The application went to another of its own pages: what was rendered for the former one is void at once. */
  moved(url: URL): void {
    this.url = url;
    this.strangeSince = null;
    this.checkedAt = -Infinity;
    this.desk.halt = null;
    this.rows?.show([]);
    this.desk.observe(this.readProof(), false);
    this.readSoon();
  }

  tick(): void {
    // On a page that nobody sees there is nothing to keep true.
    if (this.closed || !this.desk.state || this.desk.state.switchedOff || this.around.page.hidden) return;
    const { desk } = this;
    this.ticks += 1;
    const second = this.ticks % SECOND === 0;
    const gone = second && desk.sweep();
    const now = this.around.now();
    if (now - this.askedAt > ASK_AGAIN) {
      this.askedAt = now;
      this.lookups.forgetAll();
      this.rows?.draw();
    }
    if (this.mayHaveChanged(now)) this.read();
    else if (this.ticks % LOOK === 0) {
      this.observe();
      this.rows?.draw();
    }
    if (gone || desk.countsDown || (second && desk.countsUp) || this.ticks % SLOW === 0) desk.ticked();
  }

  /** Whether the page must be read although it did not ask for that. */
  private mayHaveChanged(now: number): boolean {
    if (this.changedHidden || (this.strangeSince !== null && !this.desk.degraded)) return true;
    if (this.unchecked && now - this.checkedAt >= CHECK_EVERY) return true;
    return this.ticks % LOOK === 0 && performance.now() - this.readAt >= SHARE.still * this.readIn;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.ending.abort();
    this.changes.disconnect();
    if (this.reading !== null) clearTimeout(this.reading);
    if (this.news !== null) clearTimeout(this.news);
    this.takeDown();
    this.background.close();
    delete this.around.page.documentElement.dataset['ittsu'];
  }

  /** The extension has gone; only who sees the dock is told. */
  private leave(): void {
    const seen = this.dock !== null;
    this.close();
    if (seen) sayFarewell(this.around.page, this.around.farewell);
  }

  private takeDown(): void {
    this.dock?.close();
    this.dock = null;
    this.rows?.close();
    this.rows = null;
  }

  private receive(state: PageState): void {
    if (this.closed) return;
    const before = this.desk.state;
    if (before?.connection !== 'ready' && state.connection === 'ready') this.lookups.forgetOpen();
    if (before && before.era !== state.era) this.lookups.forgetAll();
    // A new friend, a name that LINE told only now, or a link stored elsewhere may settle a row that was open.
    const heard = state.accounts.map(({ heard }) => heard).join();
    if (before && heard !== this.heard) this.askForNews();
    this.heard = heard;
    this.desk.state = state;
    this.observe();
    if (state.switchedOff) {
      this.takeDown();
    } else if (!this.dock) {
      this.dock = mountDock(this.around.page, this.desk, this.watch);
      this.rows = new RowBoard(this.around.page, this.desk, this.lookups, this.watch, () => this.readPeople());
      // In a task of its own: the first reading takes longest.
      this.readSoon();
    } else {
      this.desk.changed();
    }
  }

  /** At once, but not again and again: after an import hundreds get their names one by one. */
  private askForNews(): void {
    this.news ??= setTimeout(() => {
      this.news = null;
      this.newsAt = performance.now();
      this.lookups.forgetOpen();
      this.rows?.ask();
    }, Math.max(0, this.newsAt + NEWS_EVERY - performance.now()));
  }

  private readSoon(): void {
    if (this.reading !== null) return;
    const rests = SHARE.changing * this.readIn - (performance.now() - this.readAt);
    this.reading = setTimeout(() => {
      this.reading = null;
      this.changedHidden = this.around.page.hidden;
      if (!this.changedHidden) this.read();
    }, Math.max(GATHER_FOR, rests));
  }

  /** Whose the page is, said at once. */
  private observe(): void {
    this.desk.observe(this.readProof(), this.desk.degraded);
    this.tell();
  }

  /** Reads the page: whose it is, who is on it, whether it is understood. */
  private read(): void {
    if (this.closed || !this.desk.state || this.desk.state.switchedOff) return;
    const began = performance.now();
    this.changedHidden = false;
    const people = this.readPeople();
    const strange = this.isStrange(people);
    this.desk.observe(this.readProof(), strange);
    this.rows?.show(strange ? [] : people);
    this.tell();
    this.readAt = performance.now();
    this.readIn = this.readAt - began;
  }

  private readPeople(): PagePerson[] {
    return this.dashboard.people(this.around.page, this.url);
  }

  private readProof(): Proof {
    const { state } = this.desk;
    const evidence = this.memory.read(
      this.dashboard.visitKey(this.url),
      this.dashboard.account(this.around.page, this.url),
      this.around.now(),
    );
    return judge(evidence, (state?.accounts ?? []).map(({ account }) => account), state?.bindings ?? []);
  }

  /** True once the page has looked changed for a while. */
  private isStrange(people: readonly PagePerson[]): boolean {
    const now = this.around.now();
    const due = people.length === 0 || this.strangeSince !== null || now - this.checkedAt >= CHECK_EVERY;
    this.unchecked = !due;
    if (!due) return false;
    this.checkedAt = now;
    if (!this.dashboard.drifted(this.around.page, this.url, people)) {
      this.strangeSince = null;
      return false;
    }
    this.strangeSince ??= now;
    return now - this.strangeSince >= DRIFT_AFTER;
  }

  /** The one thing of the page's own that is set. */
  private tell(): void {
    const { state, degraded } = this.desk;
    if (!state) return;
    const word = state.switchedOff ? 'off' : state.connection === 'ready' && degraded ? 'degraded' : state.connection;
    const { dataset } = this.around.page.documentElement;
    if (dataset['ittsu'] !== word) dataset['ittsu'] = word;
  }
}

/** Our own hosts coming and going are no news. */
function isForeign({ type, addedNodes, removedNodes }: MutationRecord): boolean {
  if (type !== 'childList') return true;
  return [...addedNodes, ...removedNodes].some((node) => !isHost(node));
}
