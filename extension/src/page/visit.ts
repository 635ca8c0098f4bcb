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
import { HostWatch, pageSight } from './trust';

/** Milliseconds between two looks at the address, and between two ticks of what counts down. */
const TICK = 250;
/** Ticks between two drawings of times that pass slowly, like 「20秒前」. */
const SLOW = 4;
/** Ticks between two readings of the page that no change of it asked for. */
const READ = 8;
/** Milliseconds that changes of the page are gathered before it is read again. */
const GATHER_FOR = 60;
/** Milliseconds that a strange list must stay strange: pages draw their tables in steps. */
const DRIFT_AFTER = 700;
/** Milliseconds between two slow looks at a page on which people are found: it costs more than reading the rows. */
const CHECK_EVERY = 2_000;
/** Milliseconds after which all rows are asked for again: a colleague may have taken a link back, of which nobody is told. */
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
  private strangeSince: number | null = null;
  private checkedAt = -Infinity;
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
    this.lookups = new Lookups(dashboard.slug, (accountId, keys) => this.desk.lookup(accountId, keys), () => this.desk.changed());
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
    this.read();
  }

  tick(): void {
    if (this.closed || !this.desk.state) return;
    const { desk } = this;
    const now = this.around.now();
    this.ticks += 1;
    if (this.ticks % SLOW === 0) {
      desk.sweep();
      if (now - this.askedAt > ASK_AGAIN) {
        this.askedAt = now;
        this.lookups.forgetAll();
      }
    }
    if (this.ticks % READ === 0 || this.strangeSince !== null) this.read();
    if (!this.around.page.hidden && (this.ticks % SLOW === 0 || desk.countsDown)) desk.ticked();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.ending.abort();
    this.changes.disconnect();
    if (this.reading !== null) clearTimeout(this.reading);
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
    if (heard !== this.heard) this.lookups.forgetOpen();
    this.heard = heard;
    this.desk.state = state;
    this.read();
    if (state.switchedOff) {
      this.takeDown();
    } else {
      this.dock ??= mountDock(this.around.page, this.desk, this.watch);
      this.rows ??= new RowBoard(this.around.page, this.desk, this.lookups, this.watch, () => this.readPeople());
    }
    this.read();
    this.desk.changed();
  }

  private readSoon(): void {
    this.reading ??= setTimeout(() => {
      this.reading = null;
      this.read();
    }, GATHER_FOR);
  }

  /** Reads the page: whose it is, who is on it, whether it is understood. */
  private read(): void {
    if (this.closed || !this.desk.state) return;
    const people = this.desk.state.switchedOff ? [] : this.readPeople();
    const strange = this.isStrange(people);
    this.desk.observe(this.readProof(), strange);
    this.rows?.show(strange ? [] : people);
    this.tell();
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
