/** The open pages: who they are, and what they were last told. */
import type { Dashboard, Problem, Push, Request } from '../messages';
import type { Sender } from './senders';
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

export type Viewer = { kind: 'page'; dashboard: Dashboard; watched: Set<string> } | { kind: 'panel' };

interface OpenPort {
  port: PortLike;
  viewer: Viewer;
  /** The last state as JSON, so that an unchanged one is not sent again. */
  told: string | null;
}

export class OpenPorts {
  private readonly open = new Set<OpenPort>();
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
  }

  /** Something changed: everybody gets the new state, soon. */
  changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      for (const entry of this.open) this.tell(entry);
    }, COALESCE);
  }

  watch(viewer: Viewer, keys: string[]): void {
    if (viewer.kind !== 'page') return;
    for (const key of keys) {
      viewer.watched.delete(key);
      viewer.watched.add(key);
    }
    for (const key of viewer.watched) {
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
    if (!isRequest(message)) return;
    const answer = await this.answer(entry.viewer, message.name, message.args);
    // The state first, so that a page that hears "done" already sees what was done.
    this.tell(entry);
    this.post(entry, { kind: 'answer', id: message.id, ...answer });
  }

  private post(entry: OpenPort, push: Push<unknown>): void {
    if (this.open.has(entry)) entry.port.postMessage(push);
  }
}

function isRequest(message: unknown): message is Request {
  return isRecord(message) && typeof message['id'] === 'number' && typeof message['name'] === 'string';
}
