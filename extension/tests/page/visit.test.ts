// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Friend, LookupKey, LookupResult } from '../../src/helper/types';
import type { PageState } from '../../src/messages';
import { attend } from '../../src/page/visit';
import { fixture } from '../dashboards/fixture';
import { account, accountState, friend, NOW, pageState } from './people';

/** Everything is in sight at once: a test document has no layout. */
class EverythingInSight {
  constructor(private readonly tell: (entries: { target: Element; isIntersecting: boolean }[]) => void) {}
  observe(target: Element): void {
    queueMicrotask(() => this.tell([{ target, isIntersecting: true }]));
  }
  unobserve(): void {}
  disconnect(): void {}
}

class NothingInSight extends EverythingInSight {
  override observe(): void {}
}

const NOW_TEXT = new Date(NOW).toISOString();

let push: (state: PageState) => void;
let vanish: () => void;
let asked: string[];
let ending: AbortController;
let lookup: (key: LookupKey) => LookupResult;

const bound = (change: Partial<PageState> = {}): PageState =>
  pageState({
    bindings: [{ dashboard: 'lstep', page_account: 'さくら美容室', account_id: account().id, at: '' }],
    ...change,
  });
const word = (): string | undefined => document.documentElement.dataset['ittsu'];
const hosts = (name: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(name)];
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

function open(name: string, address = 'https://manager.linestep.net/line/show'): void {
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(address);
  document.body.replaceChildren(...document.importNode(fixture(name).body, true).childNodes);
  ending = new AbortController();
  attend(
    {
      page: document,
      connect: (onState, onGone) => {
        push = onState;
        vanish = onGone;
        return {
          call: (async (command: string, args: { keys?: LookupKey[] }) => {
            asked.push(command);
            if (command === 'unanswered') return { items: [], next: null };
            return command === 'lookup' ? args.keys!.map(lookup) : undefined;
          }) as never,
          close: () => {},
        };
      },
      problemOf: () => ({ code: 'test', status: 0, detail: '', extra: {} }),
      now: () => NOW + performance.now(),
      newKey: () => 'key',
      farewell: 'reload me',
    },
    ending.signal,
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('IntersectionObserver', EverythingInSight);
  HTMLElement.prototype.showPopover = function () {};
  asked = [];
  lookup = () => ({ match: 'none', friend: null, candidates: [] });
});

afterEach(() => {
  ending.abort();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('what the page is told', () => {
  it('is nothing before the background has spoken, then its word', async () => {
    open('lstep-list');
    await pass(500);
    expect(word()).toBeUndefined();
    push(pageState({ connection: 'unpaired', accounts: [] }));
    expect(word()).toBe('unpaired');
    push(bound());
    expect(word()).toBe('ready');
    push(bound({ connection: 'offline', offlineSince: NOW }));
    expect(word()).toBe('offline');
  });

  it('is degraded when a list is strange for a while, and ready again when it is understood', async () => {
    open('lstep-changed');
    push(bound());
    expect(word()).toBe('ready');
    await pass(2_000);
    expect(word()).toBe('degraded');
    document.body.replaceChildren(...document.importNode(fixture('lstep-list').body, true).childNodes);
    await pass(2_500);
    expect(word()).toBe('ready');
  });

  it('is off, without anything of ours, where the operator switched the dashboard off', () => {
    open('lstep-list');
    push(bound());
    expect(hosts('ittsu-dock')).toHaveLength(1);
    push(bound({ switchedOff: true }));
    expect(word()).toBe('off');
    expect(hosts('ittsu-dock, ittsu-row')).toEqual([]);
  });

  it('is taken back with everything else when the extension goes', async () => {
    open('lstep-list');
    push(bound());
    ending.abort();
    expect(word()).toBeUndefined();
    expect(hosts('ittsu-dock, ittsu-row')).toEqual([]);
  });
});

describe('the reminder', () => {
  it('is asked for again when a friend has changed, not when the same friends come in another order', async () => {
    const one = friend({ user_id: `U${'1'.repeat(32)}`, stage: 'talking', last_received_at: NOW_TEXT });
    const other = friend({ user_id: `U${'2'.repeat(32)}`, stage: 'talking', last_received_at: NOW_TEXT });
    const told = (...friends: Friend[]): Partial<PageState> => ({
      friends: Object.fromEntries(friends.map((each) => [`${account().id}/${each.user_id}`, each])),
    });
    const times = (): number => asked.filter((command) => command === 'unanswered').length;
    open('lstep-list');
    // Every state is drawn, and what a drawing asks for is asked when the next one comes.
    const tell = async (...friends: Friend[]): Promise<void> => {
      for (let time = 0; time < 3; time += 1) {
        push(bound(told(...friends)));
        await pass(500);
      }
    };
    await tell(one, other);
    const before = times();
    expect(before).toBe(1);
    await tell(other, one);
    expect(times()).toBe(before);
    await tell({ ...other, dismissed: true }, one);
    expect(times()).toBe(before + 1);
  });
});

describe('a long list', () => {
  /** Only the first twenty rows are in the window. */
  class FirstInSight extends EverythingInSight {
    private seen = 0;
    override observe(target: Element): void {
      this.seen += 1;
      if (this.seen <= 20) super.observe(target);
    }
  }

  it('is asked about in as few requests as there can be, and gets pills only where it is in sight', async () => {
    vi.stubGlobal('IntersectionObserver', FirstInSight);
    open('lstep-list');
    const body = document.querySelector('tbody')!;
    const row = body.querySelector('tr')!;
    for (let id = 300_000; id < 300_996; id += 1) {
      const copy = row.cloneNode(true) as Element;
      copy.setAttribute('data-item-id', String(id));
      for (const link of copy.querySelectorAll('a')) link.setAttribute('href', `/line/detail/${id}`);
      body.append(copy);
    }
    push(bound());
    await pass(5_000);
    expect(asked.filter((command) => command === 'lookup')).toHaveLength(2);
    expect(hosts('ittsu-row')).toHaveLength(20);
  });
});

describe('our elements', () => {
  it('are one dock, also when the page removes it or an earlier copy left one', async () => {
    document.documentElement.append(document.createElement('ittsu-dock'));
    open('lstep-list');
    push(bound());
    expect(hosts('ittsu-dock')).toHaveLength(1);
    hosts('ittsu-dock')[0]!.remove();
    await pass(1_000);
    expect(hosts('ittsu-dock')).toHaveLength(1);
    expect(hosts('ittsu-dock')[0]!.shadowRoot).toBeNull();
  });

  it('stand beside rows only where the page is proven', async () => {
    open('lstep-list');
    push(pageState());
    await pass(500);
    expect(asked).not.toContain('lookup');
    expect(hosts('ittsu-row')).toEqual([]);
    push(bound());
    await pass(500);
    expect(hosts('ittsu-row').map(({ dataset }) => dataset['match'])).toEqual(['none', 'none', 'none', 'none']);
  });

  it('say stage and match, and follow a node that is used for somebody else', async () => {
    lookup = (key) =>
      'name' in key && key.name === 'ゆい🌸'
        ? { match: 'exact', friend: friend(), candidates: [] }
        : { match: 'ambiguous', friend: null, candidates: [] };
    open('lstep-list');
    push(bound());
    await pass(500);
    const [first] = hosts('ittsu-row');
    expect({ ...first!.dataset }).toEqual({ match: 'exact', stage: 'new' });
    const row = document.querySelector('tr[data-item-id]')!;
    row.setAttribute('data-item-id', '777777777');
    for (const link of row.querySelectorAll('a')) link.setAttribute('href', '/line/detail/777777777');
    row.querySelectorAll('a')[1]!.firstChild!.nodeValue = 'みか';
    await pass(500);
    expect({ ...hosts('ittsu-row')[0]!.dataset }).toEqual({ match: 'ambiguous', stage: 'unknown' });
  });

  it('are asked about again when something is told of a friend: a link may have been stored elsewhere', async () => {
    lookup = () => ({ match: 'proposed', friend: friend(), candidates: [] });
    open('lstep-list');
    push(bound());
    await pass(500);
    expect(hosts('ittsu-row')[0]!.dataset['match']).toBe('proposed');
    lookup = () => ({ match: 'exact', friend: friend(), candidates: [] });
    push(bound());
    await pass(500);
    expect(hosts('ittsu-row')[0]!.dataset['match']).toBe('proposed');
    push(bound({ accounts: [accountState({ heard: 7 })] }));
    await pass(500);
    expect(hosts('ittsu-row')[0]!.dataset['match']).toBe('exact');
  });

  it('are asked about also where no row is in the window: all of the page’s people count as unconfirmed', async () => {
    vi.stubGlobal('IntersectionObserver', NothingInSight);
    lookup = () => ({ match: 'ambiguous', friend: null, candidates: [] });
    open('lstep-list');
    push(bound());
    await pass(500);
    expect(asked).toContain('lookup');
    expect(hosts('ittsu-row')).toEqual([]);
  });

  it('are asked about again every minute, also sure ones: a colleague may have taken a link back', async () => {
    lookup = () => ({ match: 'exact', friend: friend(), candidates: [] });
    open('lstep-list');
    push(bound());
    await pass(500);
    lookup = () => ({ match: 'none', friend: null, candidates: [] });
    await pass(55_000);
    expect(hosts('ittsu-row')[0]!.dataset['match']).toBe('exact');
    await pass(10_000);
    expect(hosts('ittsu-row')[0]!.dataset['match']).toBe('none');
  });

  it('are asked about again, also sure ones, when what was remembered of people is void', async () => {
    lookup = () => ({ match: 'exact', friend: friend(), candidates: [] });
    open('lstep-list');
    push(bound({ accounts: [accountState({ queue: [] })] }));
    await pass(500);
    expect(hosts('ittsu-row')[0]!.dataset['match']).toBe('exact');
    // She was erased.
    lookup = () => ({ match: 'none', friend: null, candidates: [] });
    push(bound({ accounts: [accountState({ queue: [] })] }));
    await pass(500);
    expect(hosts('ittsu-row')[0]!.dataset['match']).toBe('exact');
    push(bound({ accounts: [accountState({ queue: [] })], era: 1 }));
    await pass(500);
    expect(hosts('ittsu-row')[0]!.dataset['match']).toBe('none');
  });

  it('go when the application moves on without loading a page', async () => {
    open('lstep-list');
    push(bound());
    await pass(500);
    expect(hosts('ittsu-row')).not.toEqual([]);
    (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL('https://manager.linestep.net/line/visual');
    await pass(500);
    expect(hosts('ittsu-row')).toEqual([]);
    expect(hosts('ittsu-dock')).toHaveLength(1);
  });

  it('make room for one last word when the extension is replaced', async () => {
    open('lstep-list');
    push(bound());
    await pass(500);
    const before = hosts('ittsu-dock')[0];
    vanish();
    expect(hosts('ittsu-row')).toEqual([]);
    expect(hosts('ittsu-dock')).toHaveLength(1);
    expect(hosts('ittsu-dock')[0]).not.toBe(before);
    expect(word()).toBeUndefined();
  });

  it('say no last word where no dock was shown', async () => {
    open('lstep-list');
    push(bound({ switchedOff: true }));
    await pass(500);
    vanish();
    expect(hosts('ittsu-dock')).toEqual([]);
  });

  it('do nothing when a script clicks them', async () => {
    lookup = () => ({ match: 'exact', friend: friend(), candidates: [] });
    open('lstep-list');
    push(bound({ accounts: [accountState()] }));
    await pass(1_000);
    asked.length = 0;
    for (const host of hosts('ittsu-dock, ittsu-row')) {
      host.click();
      host.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, detail: 1 }));
    }
    await pass(500);
    expect(asked.filter((command) => command !== 'lookup' && command !== 'preview')).toEqual([]);
  });
});
