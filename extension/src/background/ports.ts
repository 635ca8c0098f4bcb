/** The open pages: who they are, and what they were last told. */
import type { Friend } from '../helper/types';
import type { Dashboard, Problem, Push, Request } from '../messages';
import { tabOf, type Sender } from './senders';
import { Malformed, sizeOf } from '../shape';
import { problemOf } from './problems';
import { isRecord } from './snapshot';

/** The part of the browser's port that is used here. */
export interface PortLike {
  name: string;
  sender?: Sender | undefined;
  postMessage(message: unknown): void;
  disconnect(): void;
  onMessage: { addListener(listener: (message: unknown) => void): void };
  onDisconnect: { addListener(listener: () => void): void };
}

/** Milliseconds in which several changes become one state. Shorter than anybody notices. */
const COALESCE = 40;
/** Friends that one page can be told of beyond the queue; the oldest asked-for are let go. */
const WATCHED_AT_MOST = 2_000;

export type Viewer =
  /** `watched`: as the page was told of them in an answer, by friendKey. */
  | { kind: 'page'; dashboard: Dashboard; watched: Map<string, Friend> }
  | { kind: 'panel' }
  | { kind: 'site'; host: string; tabId: number | null };

interface OpenPort {
  port: PortLike;
  viewer: Viewer;
  /** The last state as JSON, so that an unchanged one is not sent again. */
  told: string | null;
}

export class OpenPorts {
  private readonly open = new Set<OpenPort>();
  private summons: { tab: number; at: number } | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  /**
   * `stateFor` makes a viewer's state, or null while it isn't known yet. `answer` runs a command and never throws.
   */
  constructor(
    private readonly stateFor: (viewer: Viewer) => unknown,
    private readonly answer: (
      viewer: Viewer,
      name: string,
      args: unknown,
    ) => Promise<{ ok: true; value: unknown } | { ok: false; problem: Problem }>,
    private readonly countChanged: () => void,
  ) {}

  get count(): number {
    return this.open.size;
  }

  add(port: PortLike, viewer: Viewer): void {
    const entry: OpenPort = { port, viewer, told: null };
    this.open.add(entry);
    port.onDisconnect.addListener(() => {
      this.open.delete(entry);
      this.countChanged();
    });
    port.onMessage.addListener((message) => void this.receive(entry, message));
    this.countChanged();
    this.tell(entry);
    const { summons } = this;
    if (summons && Date.now() - summons.at < SUMMONS_WAITS) this.summon(summons.tab);
  }

  /** Asks the dashboard in this tab to put the focus into its dock, now or when its page comes back. */
  summon(tab: number): void {
    const open = [...this.open].filter(({ port, viewer }) => viewer.kind === 'page' && tabOf(port.sender) === tab);
    this.summons = open.length > 0 ? null : { tab, at: Date.now() };
    for (const entry of open) this.post(entry, { kind: 'summon' });
  }

  /** The tab of the dashboard that was opened last among those that fit; null when there is none. */
  newestTab(fits: (dashboard: Dashboard) => boolean): number | null {
    const open = [...this.open].filter(({ viewer }) => viewer.kind === 'page' && fits(viewer.dashboard));
    return open.map(({ port }) => tabOf(port.sender)).findLast((tab) => tab !== null) ?? null;
  }

  /** Something changed: everybody gets the new state, soon. */
  changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      for (const entry of this.open) this.tell(entry);
    }, COALESCE);
  }

  /** The page is told of these friends in an answer, and from now on of what becomes of them. */
  watch(viewer: Viewer, friends: ReadonlyMap<string, Friend>): void {
    if (viewer.kind !== 'page') return;
    for (const [key, friend] of friends) {
      const told = viewer.watched.get(key);
      viewer.watched.delete(key);
      // Somewhere the page may still show what it was told first: what is newer than that stays in the state.
      viewer.watched.set(key, told && JSON.stringify(told) !== JSON.stringify(friend) ? told : friend);
    }
    for (const key of viewer.watched.keys()) {
      if (viewer.watched.size <= WATCHED_AT_MOST) break;
      viewer.watched.delete(key);
    }
  }

  private tell(entry: OpenPort): void {
    const state = this.stateFor(entry.viewer);
    if (state === null) return;
    const text = JSON.stringify(state);
    if (text === entry.told) return;
    entry.told = text;
    this.post(entry, { kind: 'state', state });
  }

  private async receive(entry: OpenPort, message: unknown): Promise<void> {
    const id = requestId(message);
    // Without an id there is nobody to answer.
    if (id === null) return;
    if (!isRequest(message)) {
      this.post(entry, { kind: 'answer', id, ok: false, problem: problemOf(new Malformed()) });
      return;
    }
    const answer = await this.answer(entry.viewer, message.name, message.args);
    // The state first, so that a page that hears "done" already sees what was done.
    this.tell(entry);
    this.post(entry, { kind: 'answer', id, ...answer });
  }

  private post(entry: OpenPort, push: Push<unknown>): void {
    if (this.open.has(entry)) entry.port.postMessage(push);
  }
}

/** Milliseconds that a summons waits for its page: the shortcut may be what has started the background. */
const SUMMONS_WAITS = 3_000;

/** More than any command needs: the longest are 500 people, or five messages. */
const LONGEST_REQUEST = 400_000;

function requestId(message: unknown): number | null {
  const id = isRecord(message) ? message['id'] : null;
  return Number.isSafeInteger(id) ? (id as number) : null;
}

/** `args` are checked by the command's own form. */
function isRequest(message: unknown): message is Request {
  try {
    return isRecord(message) && typeof message['name'] === 'string' && sizeOf(message) <= LONGEST_REQUEST;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}
