/** A background in a browser that is only memory: pages can be opened, time can be told, restarts can be had. */
import type { Announcement } from '../../src/background/announcing';
import { vi } from 'vitest';
import { Background, type BackgroundWorld } from '../../src/background/background';
import type { Badge } from '../../src/background/badge';
import type { PortLike } from '../../src/background/ports';
import type { Sender } from '../../src/background/senders';
import type { Area } from '../../src/background/storage';
import type { PageState, PanelState, Problem, Push } from '../../src/messages';
import { PAIRING, type FakeHelper } from '../fake-helper';

export const OWN_ID = 'aogpfkodphkmkjpbefdnnpojjkcpkhal';
export const OWN_ORIGIN = `chrome-extension://${OWN_ID}/`;

class MemoryArea implements Area {
  readonly items: Record<string, unknown> = {};
  get = (key: string): Promise<Record<string, unknown>> =>
    Promise.resolve(key in this.items ? { [key]: structuredClone(this.items[key]) } : {});
  set = (items: Record<string, unknown>): Promise<void> => {
    Object.assign(this.items, structuredClone(items));
    return Promise.resolve();
  };
  remove = (key: string): Promise<void> => {
    delete this.items[key];
    return Promise.resolve();
  };
}

export class TestBrowser {
  readonly local = new MemoryArea();
  readonly session = new MemoryArea();
  badge: Badge | null = null;
  readonly announced: Announcement[] = [];
  /** What was put in front of the person last: a tab, an address in a new one, or the options. */
  shown: number | string | null = null;
  /** Host patterns that the person allowed, those where our script runs, and the tabs we opened (ids from 101). */
  readonly granted = new Set<string>();
  runsAt: string[] = [];
  readonly opened: string[] = [];
  background!: Background;

  constructor(readonly helper: FakeHelper) {}

  paired(): this {
    this.local.items['pairing'] = structuredClone(PAIRING);
    return this;
  }

  /** Starts the background, as the browser does at an event; again for a restart. */
  async start(): Promise<this> {
    const world: BackgroundWorld = {
      fetch: this.helper.fetch,
      WebSocket: this.helper.WebSocket,
      now: () => Date.now(),
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      language: 'ja',
      version: '0.1.0',
      local: this.local,
      session: this.session,
      ownId: OWN_ID,
      ownOrigin: OWN_ORIGIN,
      clientName: 'Chrome (Linux)',
      showBadge: (badge) => (this.badge = badge),
      announce: (announcement) => void this.announced.push(announcement),
      openOptions: async () => void (this.shown = 'options'),
      openTab: async (address) => (this.shown = address),
      showTab: async (tab) => (this.shown = tab),
      stayAwake: () => {},
      sites: {
        runAt: async (patterns) => void (this.runsAt = patterns),
        mayUse: async (pattern) => this.granted.has(pattern),
        giveBack: async (pattern) => void this.granted.delete(pattern),
        openTab: async (address) => this.opened.push(address) + 100,
      },
    };
    this.background = new Background(world);
    await settle();
    return this;
  }

  openPage(url: string, sender: Partial<Sender> = {}): Page<PageState> {
    const page = new Page<PageState>('page', { id: OWN_ID, url, frameId: 0, tab: {}, ...sender });
    this.background.connect(page.port);
    return page;
  }

  openPanel(sender: Partial<Sender> = {}): Page<PanelState> {
    const page = new Page<PanelState>('panel', { id: OWN_ID, url: `${OWN_ORIGIN}options.html`, ...sender });
    this.background.connect(page.port);
    return page;
  }
}

type Answer = { ok: true; value: unknown } | { ok: false; problem: Problem };

export class Page<State> {
  states: State[] = [];
  /** How often the person was led into its dock. */
  summoned = 0;
  closed = false;
  private readonly answers = new Map<number, (answer: Answer) => void>();
  private listeners: ((message: unknown) => void)[] = [];
  private endings: (() => void)[] = [];
  private lastId = 0;
  readonly port: PortLike;

  constructor(name: string, sender: Sender) {
    this.port = {
      name,
      sender,
      postMessage: (message) => this.receive(structuredClone(message) as Push<State>),
      disconnect: () => (this.closed = true),
      onMessage: { addListener: (listener) => this.listeners.push(listener) },
      onDisconnect: { addListener: (listener) => this.endings.push(listener) },
    };
  }

  /** What the page was told last. */
  get state(): State {
    const state = this.states.at(-1);
    if (!state) throw new Error('the page was told nothing');
    return state;
  }

  ask(name: string, args: unknown): Promise<Answer> {
    const id = ++this.lastId;
    return new Promise((resolve) => {
      this.answers.set(id, resolve);
      for (const listener of this.listeners) listener({ id, name, args });
    });
  }

  post(message: unknown): void {
    for (const listener of this.listeners) listener(message);
  }

  close(): void {
    for (const ending of this.endings) ending();
  }

  private receive(push: Push<State>): void {
    if (push.kind === 'state') {
      this.states.push(push.state);
      return;
    }
    if (push.kind === 'summon') {
      this.summoned += 1;
      return;
    }
    this.answers.get(push.id)?.(push.ok ? { ok: true, value: push.value } : { ok: false, problem: push.problem });
  }
}

/**
 * Lets everything that is ready happen, while this much time passes. Crypto works on threads: an operation queued
 * after another's is a fence that waits for it, however slow the machine is.
 */
export async function settle(milliseconds = 100): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await crypto.subtle.digest('SHA-256', FENCE);
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(milliseconds / 20);
  }
}
const FENCE = new Uint8Array(1024);

/** Lets time pass in small steps, as it does. */
export async function pass(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 250) {
    await settle(Math.min(250, milliseconds - passed));
  }
}

/** Only timers and the clock are ours: promises and crypto run as they are. */
export function ownTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.parse('2026-11-21T10:00:00Z') });
}
