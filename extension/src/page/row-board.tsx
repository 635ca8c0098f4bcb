/** The pills beside the people that a page shows. Follows elements, not their mere existence: rows that are replaced,
 * re-used for somebody else, or moved keep no pill that belongs to another person. */
import { render } from 'preact';
import type { PagePerson } from '../dashboards';
import type { Friend, LookupResult } from '../helper/types';
import { ActProvider } from '../ui/act';
import { RowPill } from '../ui/row-pill';
import { ROW_STYLES } from '../ui/styles';
import type { Desk } from './desk';
import { makeHost, removeCopies, type Host } from './host';
import type { Lookups } from './lookups';
import type { HostWatch } from './trust';

interface Row {
  person: PagePerson;
  /** In the window now: only then it gets a pill, and its pill can be pressed and is kept true to what is known. */
  inView: boolean;
  /** Whether it waits to be confirmed, as far as it was last known; null before it was. */
  open: boolean | null;
  host: Host | null;
  /** What the pill shows: an action is for exactly this, or for nobody. `look` is all that its drawing depends on. */
  rendered: { accountId: string; person: PagePerson; match: LookupResult['match']; userId: string | null; look: string } | null;
}

/** Milliseconds that rows must have stood still before they get pills, and after which they get them however they move:
 * nobody reads what flies past. */
const STILL_FOR = 80;
const MOVING_AT_MOST = 400;
/** Rows drawn at once; the others in tasks of their own. */
const AT_ONCE = 30;

/** A row in the window, and who it is. */
interface Known {
  row: Row;
  result: LookupResult;
}

/** One that must be drawn. */
interface Due extends Known {
  friend: Friend | null;
  host: Host;
  person: PagePerson;
}

export class RowBoard {
  private readonly rows = new Map<Element, Row>();
  private readonly sight: IntersectionObserver;
  private readonly stopListening: () => void;
  private waiting: ReturnType<typeof setTimeout> | null = null;
  private movingSince: number | null = null;
  private askedFor: string | null = null;

  constructor(
    private readonly page: Document,
    private readonly desk: Desk,
    private readonly lookups: Lookups,
    private readonly watch: HostWatch,
    /** Reads the people off the page again. */
    private readonly readPeople: () => PagePerson[],
  ) {
    this.sight = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const row = this.rows.get(target);
        if (!row) continue;
        row.inView = isIntersecting;
        this.watchWhileInView(row);
      }
      const now = performance.now();
      this.movingSince ??= now;
      this.drawIn(Math.max(0, Math.min(STILL_FOR, this.movingSince + MOVING_AT_MOST - now)), () => {
        this.movingSince = null;
        this.askTogether();
      });
    });
    this.stopListening = desk.subscribe(() => this.draw());
  }

  /** The people now on the page. */
  show(people: readonly PagePerson[]): void {
    removeCopies(this.page);
    const anchors = new Set(people.map(({ anchor }) => anchor));
    for (const [anchor, row] of this.rows) {
      if (anchors.has(anchor)) continue;
      this.sight.unobserve(anchor);
      this.strip(row);
      this.rows.delete(anchor);
    }
    for (const person of people) {
      const row = this.rows.get(person.anchor);
      if (row) {
        if (!same(row.person, person)) row.open = null;
        row.person = person;
        continue;
      }
      this.rows.set(person.anchor, { person, inView: false, open: null, host: null, rendered: null });
      this.sight.observe(person.anchor);
    }
    this.draw();
  }

  close(): void {
    this.stopListening();
    if (this.waiting !== null) clearTimeout(this.waiting);
    this.sight.disconnect();
    for (const row of this.rows.values()) this.strip(row);
    this.rows.clear();
    this.desk.noteUnconfirmed(new Set());
  }

  /** Asks about everybody of the page whose answer is not known, or not any more. */
  ask(): void {
    const accountId = this.desk.provenId;
    if (accountId === null || !this.desk.ready) return;
    for (const { person } of this.rows.values()) this.lookups.find(accountId, person);
  }

  /** Who comes into view and is not known is asked about together with everybody else. */
  private askTogether(): void {
    const accountId = this.desk.provenId;
    if (accountId === null || !this.desk.ready) return;
    const unknown = ({ inView, person }: Row): boolean => inView && !this.lookups.find(accountId, person);
    if ([...this.rows.values()].some(unknown)) this.ask();
  }

  private drawIn(ms: number, before = (): void => {}): void {
    if (this.waiting !== null) clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = null;
      before();
      this.draw();
    }, ms);
  }

  /** Takes away what no longer holds, and draws the pills in the window. The others are drawn when they come into it. */
  draw(): void {
    const accountId = this.desk.provenId;
    const known: Known[] = [];
    for (const row of this.rows.values()) {
      if (accountId === null || this.desk.state?.connection === 'unpaired') {
        row.open = null;
        this.strip(row);
        continue;
      }
      if (!stands(row.person.anchor, this.page)) {
        this.strip(row);
        continue;
      }
      if (accountId !== this.askedFor) row.open = null;
      // Rows outside the window are asked about once: they count among those who wait to be confirmed.
      const asks = (row.inView || row.open === null) && (this.desk.ready || row.host);
      const result = asks ? this.lookups.find(accountId, row.person) : null;
      // While it is asked anew, what was known counts.
      if (result) row.open = result.match === 'proposed' || result.match === 'ambiguous';
      if (result && row.inView) known.push({ row, result });
      else if (!same(row.rendered?.person ?? null, row.person) || row.rendered?.accountId !== accountId) this.strip(row);
    }
    this.askedFor = accountId;
    if (accountId !== null) this.decorate(accountId, known);
    const open = [...this.rows.values()].filter((row) => row.open);
    this.desk.noteUnconfirmed(new Set(open.map(({ person }) => person.memberId)));
  }

  /** All rows in step: what asks for layout after what changes it, for a long page's layout is dear. */
  private decorate(accountId: string, known: readonly Known[]): void {
    const due: Due[] = [];
    for (const { row, result } of known) {
      const { person } = row;
      const host = row.host;
      const friend = result.friend && this.desk.newest(accountId, result.friend);
      const look = this.lookOf(accountId, result, friend, person);
      const unchanged = host !== null && row.rendered?.look === look && isPut(host.element, person);
      if (!unchanged && due.length === AT_ONCE) {
        // Beside somebody new no pill waits for its turn.
        if (!same(row.rendered?.person ?? null, person) || row.rendered?.accountId !== accountId) this.strip(row);
        this.drawIn(0);
        continue;
      }
      row.rendered = { accountId, person, match: result.match, userId: friend?.user_id ?? null, look };
      if (unchanged) host.mend();
      else due.push({ row, result, friend, host: host ?? (row.host = this.makePill(row)), person });
    }
    for (const { host, person } of due) {
      put(host.element, person);
      host.mend();
    }
    const points = due.map(({ host }) => pointIn(host.element.parentElement));
    for (const [at, one] of due.entries()) {
      one.host.place(points[at]!);
      set(one.host.element, 'match', one.result.match);
      set(one.host.element, 'stage', one.friend?.stage ?? 'unknown');
      this.drawPill(accountId, one, false);
    }
    const cramped = due.filter(({ host: { element, body }, person }) => {
      const room = roomBeside(element, person.anchor);
      return room !== null && body.offsetWidth > room && !body.querySelector('.line');
    });
    for (const one of cramped) this.drawPill(accountId, one, true);
    const ends = due.map(({ host, person }) => endOf(person.anchor, host.element));
    for (const [at, { host }] of due.entries()) {
      host.body.style.top = `${ends[at]!.middle}px`;
      host.body.style.left = `${ends[at]!.right + GAP}px`;
    }
  }

  private drawPill(accountId: string, { row, result, friend, host, person }: Due, short: boolean): void {
    const act = (event: Event, action: () => void): void => {
      if (host.mend() && this.watch.accepts(event, host.element)) action();
      else if (event.isTrusted) this.desk.stop('not_visible');
    };
    render(
      <ActProvider value={act}>
        <RowPill
          {...{ desk: this.desk, accountId, person, result, friend, short }}
          onSend={(whom, cost) => this.send(row, accountId, whom, cost)}
          onLink={(userId) => void this.link(row, accountId, userId)}
        />
      </ActProvider>,
      host.body,
    );
  }

  /** Everything that a pill shows, in one text: most ticks change nothing, and drawing asks for layout. */
  private lookOf(accountId: string, result: LookupResult, friend: Friend | null, person: PagePerson): string {
    const { desk } = this;
    const delivery = friend && desk.delivery(accountId, friend);
    const held = delivery?.kind === 'message' && delivery.message.status === 'held';
    return JSON.stringify([
      accountId,
      person.memberId,
      person.name,
      result,
      friend,
      friend && desk.offer(friend),
      delivery,
      held ? Math.ceil(desk.now() / 250) : 0,
      desk.ready,
      desk.maySend(accountId),
      // When the window or the table gets another width, the pill may need another length.
      this.page.defaultView?.innerWidth,
    ]);
  }

  private watchWhileInView({ host, inView }: Row): void {
    if (!host) return;
    if (inView) this.watch.watch(host.element, host.body, () => host.body.firstElementChild);
    else this.watch.forget(host.element);
  }

  private makePill(row: Row): Host {
    const host = makeHost(this.page, 'ittsu-row', ROW_STYLES);
    host.body.classList.add('beside');
    this.watchWhileInView({ ...row, host });
    return host;
  }

  private strip(row: Row): void {
    row.rendered = null;
    if (!row.host) return;
    this.watch.forget(row.host.element);
    render(null, row.host.body);
    row.host.element.remove();
    row.host = null;
  }

  /** Whether the row, read again at the click, still shows whom the pill was made for, and the pill stands in it. */
  private holds(row: Row, userId: string | null): boolean {
    const { rendered, host } = row;
    const now = rendered && this.readPeople().find(({ anchor }) => anchor === rendered.person.anchor);
    const inPlace = now && host && isPut(host.element, now);
    if (inPlace && same(now, rendered.person) && (userId === null || rendered.userId === userId)) return true;
    this.desk.stop('row_changed');
    this.strip(row);
    return false;
  }

  private send(row: Row, accountId: string, friend: Friend, cost: 0 | 1): void {
    if (row.rendered?.match !== 'exact' || !this.holds(row, friend.user_id)) return;
    void this.desk.send(accountId, friend, cost, 'row');
  }

  private async link(row: Row, accountId: string, userId: string): Promise<void> {
    const person = row.rendered?.person;
    if (!person || !this.holds(row, null)) return;
    if (await this.desk.link(accountId, person.memberId, userId)) await this.lookups.again(accountId, person);
  }
}

/** Whether two readings of a row show the same person. */
function same(one: PagePerson | null, other: PagePerson): boolean {
  return one !== null && one.memberId === other.memberId && one.name === other.name && one.followedAt === other.followedAt;
}

/** Whether the name is still on this page: taken away or moved into a frame it is nobody's until the page is read again. */
const stands = (anchor: Element, page: Document): boolean => anchor.isConnected && anchor.ownerDocument === page;

function put(host: Element, person: PagePerson): void {
  if (isPut(host, person)) return;
  if (person.place === 'after') person.anchor.after(host);
  else person.anchor.append(host);
}

/** Whether the pill stands beside its own person: a page may have put it beside another. */
function isPut(host: Element, { anchor, place }: PagePerson): boolean {
  return place === 'after' ? anchor.nextSibling === host : host.parentElement === anchor;
}

function set(host: HTMLElement, name: 'match' | 'stage', value: string): void {
  if (host.dataset[name] !== value) host.dataset[name] = value;
}

/** Pixels between the name and the end of its cell; null where it stands in no cell. */
function roomBeside(host: Element, anchor: Element): number | null {
  const cell = anchor.closest('td, th, [role="cell"], [role="gridcell"]');
  return cell && cell.getBoundingClientRect().right - host.getBoundingClientRect().left - 12;
}

/** Where the name ends, seen from the host's own point. */
function endOf(anchor: Element, host: Element): { right: number; middle: number } {
  const lines = anchor.getClientRects();
  const last = lines[lines.length - 1];
  const own = host.getBoundingClientRect();
  if (!last) return { right: 0, middle: 0 };
  // A host inside the name's cell stands at the end of its text already.
  const right = anchor.contains(host) ? 0 : Math.max(0, Math.round(endOfLine(host, last) - own.left));
  return { right, middle: Math.round((last.top + last.bottom) / 2 - own.top) };
}

/** Where the words end that stand on the name's line after it, as 「詳細」 may: the pill must not cover them. Only outside
 * cells, where there is no room to go to. */
function endOfLine(host: Element, name: DOMRect): number {
  if (host.closest('td, th, [role="cell"], [role="gridcell"]')) return name.right;
  let end = name.right;
  const range = host.ownerDocument.createRange();
  for (let next = host.nextSibling; next; next = next.nextSibling) {
    if (next.nodeType === 3 && !next.nodeValue?.trim()) continue;
    range.selectNode(next);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    if (box.left < end - 1 || box.top >= name.bottom || box.bottom <= name.top) break;
    end = box.right;
  }
  return end;
}

/** Pixels between a name and its pill. */
const GAP = 8;

/** The host's declarations: a point without room, so that neither width nor line height of the page's text changes. */
function pointIn(parent: Element | null): string {
  const display = parent ? getComputedStyle(parent).display : '';
  // Among flex and grid items even a point would take a gap; out of the flow it takes none.
  const position = /flex|grid/u.test(display) ? 'absolute' : 'relative';
  return (
    `display: inline-block !important; position: ${position} !important; width: 1px !important; height: 1px !important; ` +
    'margin: 0 -1px 0 0 !important; overflow: visible !important; color-scheme: light dark !important;'
  );
}
