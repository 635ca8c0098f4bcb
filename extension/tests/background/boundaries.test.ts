/** Nothing crosses from one page to another, and nothing is believed because of where it comes from. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PAGE_COMMANDS } from '../../src/background/page-commands';
import { PANEL_COMMANDS } from '../../src/background/panel-commands';
import type { PageState } from '../../src/messages';
import { account, FakeHelper, friend, message, PAIRING, PRACTICE, REAL, YUI } from '../fake-helper';
import { ownTime, pass, settle, TestBrowser, type Page } from './browser';

let helper: FakeHelper;
let browser: TestBrowser;
const CHAT = 'https://chat.line.biz/U0123';
const DEMO = 'http://127.0.0.1:8173/demo/chat/';

beforeEach(async () => {
  ownTime();
  helper = new FakeHelper();
  helper.queues[REAL] = [friend(YUI)];
  helper.queues[PRACTICE] = [friend(YUI)];
  browser = await new TestBrowser(helper).paired().start();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function open(url: string): Promise<Page<PageState>> {
  const page = browser.openPage(url);
  await settle();
  return page;
}

async function ask(page: Page<unknown>, name: string, args: unknown): Promise<unknown> {
  const answer = page.ask(name, args);
  await pass(100);
  const found = await answer;
  return found.ok ? found.value : found.problem.code;
}

/** Requests but for greetings. */
const asked = (): number => helper.received.filter(({ path }) => path !== '/hello').length;

/** A well-formed request of every command that a page has, for one account. */
const commands = (accountId: string, dashboard: string): Record<keyof typeof PAGE_COMMANDS, object> => {
  const at = { accountId, userId: YUI };
  return {
    friends: { accountId, q: 'ゆい' },
    history: at,
    unanswered: { accountId },
    markAnswered: { ...at, until: '2026-11-22T01:00:00.000Z' },
    unmarkAnswered: at,
    lookup: { accountId, keys: [{ user_id: YUI }] },
    preview: { accountId, body: { user_id: YUI, max_cost: 1 } },
    send: { accountId, body: { user_id: YUI, max_cost: 1 }, idempotencyKey: 'key-number-1' },
    undo: { accountId, messageId: 'm_1' },
    resolve: { accountId, messageId: 'm_1', outcome: 'not_delivered' },
    markContacted: { ...at, route: 'other' },
    unmarkContacted: at,
    dismiss: at,
    undismiss: at,
    link: { accountId, dashboard, memberId: '1', userId: YUI },
    unlink: { accountId, dashboard, memberId: '1' },
    reviewPeople: { accountId, people: [{ memberId: '1', name: 'ゆい', followedAt: null, picture: null }] },
    bind: { accountId, dashboard, pageAccount: 'みどり歯科' },
    unbind: { dashboard, pageAccount: 'みどり歯科' },
    claim: at,
    unclaim: at,
    skipGreeting: at,
    stopGreeting: { accountId },
    refreshQuota: { accountId },
    readMissed: { accountId },
    remember: { preferences: { templates: { [accountId]: 'tpl_1' }, personas: { [accountId]: null } } },
    openOptions: {},
  };
};

describe('a page of the one kind', () => {
  it.each(Object.keys(PAGE_COMMANDS).filter((name) => !['openOptions', 'unbind'].includes(name)))(
    'cannot use an account of the other by %s',
    async (name) => {
      const chat = await open(CHAT);
      const demo = await open(DEMO);
      const before = asked();
      expect(await ask(demo, name, commands(REAL, 'demo-chat')[name as 'send'])).toBe('not_allowed');
      expect(await ask(chat, name, commands(PRACTICE, 'oachat')[name as 'send'])).toBe('not_allowed');
      expect(asked()).toBe(before);
      // The same from a page of its kind goes through.
      expect(await ask(chat, name, commands(REAL, 'oachat')[name as 'send'])).not.toBe('not_allowed');
    },
  );

  it.each(['link', 'unlink', 'bind', 'unbind', 'lookup'] as const)(
    'cannot speak for another dashboard by %s',
    async (name) => {
      const chat = await open(CHAT);
      const before = asked();
      const args = { ...commands(REAL, 'lstep')[name] };
      if (name === 'lookup') Object.assign(args, { keys: [{ dashboard: 'lstep', member_id: '1' }] });
      expect(await ask(chat, name, args)).toBe('not_allowed');
      expect(asked()).toBe(before);
    },
  );

  it('neither learns nor changes what was chosen for accounts of the other', async () => {
    const chat = await open(CHAT);
    const demo = await open(DEMO);
    await ask(chat, 'remember', { preferences: { templates: { [REAL]: 'tpl_real' } } });
    await ask(demo, 'remember', { preferences: { templates: { [PRACTICE]: 'tpl_practice' } } });
    expect(chat.state.preferences.templates).toEqual({ [REAL]: 'tpl_real' });
    expect(demo.state.preferences.templates).toEqual({ [PRACTICE]: 'tpl_practice' });
    const told = JSON.stringify(demo.states);
    expect(told).not.toContain(REAL);
    expect(told).not.toContain('みどり歯科');
  });

  it('hears nothing of the other’s friends and messages', async () => {
    const demo = await open(DEMO);
    helper.tell('friend', REAL, friend(YUI, { display_name: 'ほんとうの人' }));
    helper.tell('message', REAL, message('m_real'));
    await settle();
    expect(JSON.stringify(demo.states)).not.toContain('ほんとうの人');
    expect(JSON.stringify(demo.states)).not.toContain('m_real');
  });
});

describe('nonsense', () => {
  const cyclic: Record<string, unknown> = { type: 'text' };
  cyclic['self'] = cyclic;
  const huge = 'あ'.repeat(500_000);
  const odd: unknown[] = [null, 0, '', [], [{}], { accountId: {} }, { __proto__: null }, { accountId: REAL, toString: 1 }];
  const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as unknown;

  it.each([...Object.keys(PAGE_COMMANDS)].filter((name) => name !== 'openOptions'))(
    'in the place of what %s takes is refused with a problem, and goes nowhere',
    async (name) => {
      const fault = vi.spyOn(console, 'error');
      const page = await open(CHAT);
      const right = commands(REAL, 'oachat')[name as 'send'] as Record<string, unknown>;
      const before = asked();
      const wrong = Object.keys(right).flatMap((field) =>
        [null, 7.5, NaN, { x: 1 }, [[]], deep, cyclic, huge, undefined].map((value) => ({ ...right, [field]: value })),
      );
      for (const args of [...odd, ...wrong, { ...right, more: 1 }]) {
        // A search is optional.
        if (name === 'friends' && args === wrong.at(-1)) continue;
        const answer = page.ask(name, args);
        await settle(1);
        expect(await answer).toMatchObject({ ok: false, problem: { code: 'malformed' } });
      }
      expect(asked()).toBe(before);
      expect(fault).not.toHaveBeenCalled();
    },
    30_000,
  );

  it.each(['', '.', '..', '../../me', 'a/b', 'a?b', '%2e%2e'])('is no id: %s', async (id) => {
    const page = await open(CHAT);
    const before = asked();
    expect(await ask(page, 'undo', { accountId: REAL, messageId: id })).toBe('malformed');
    expect(await ask(page, 'friends', { accountId: id })).toBe('malformed');
    expect(asked()).toBe(before);
  });

  it.each(['.', '..'])('is no member, and no page’s account: a step in a path (%s)', async (id) => {
    const page = await open(CHAT);
    const before = asked();
    expect(await ask(page, 'link', { accountId: REAL, dashboard: 'oachat', memberId: id, userId: YUI })).toBe('malformed');
    expect(await ask(page, 'unbind', { dashboard: 'oachat', pageAccount: id })).toBe('malformed');
    expect(asked()).toBe(before);
  });

  it('in the options’ own commands is refused as well', async () => {
    const options = browser.openPanel();
    await settle();
    for (const name of Object.keys(PANEL_COMMANDS)) {
      if (['forgetPairing', 'reconnect', 'openOptions', 'openSetup'].includes(name)) continue;
      for (const args of odd) expect(await ask(options, name, args)).toBe('malformed');
    }
  });

  it('of a request itself is answered where there is somebody to answer', async () => {
    const page = await open(CHAT);
    const told: unknown[] = [];
    page.port.postMessage = (push) => told.push(push);
    for (const request of [{ id: 1 }, { id: 2, name: 3 }, { id: 3, name: 'send', args: huge + huge }, { id: 4, name: 'send', args: cyclic }]) {
      page.post(request);
    }
    for (const request of [null, 'send', 7, { id: '1', name: 'send' }, { id: NaN, name: 'send' }, [1, 'send']]) page.post(request);
    await settle();
    expect(told).toEqual(
      [1, 2, 3, 4].map((id) => ({ kind: 'answer', id, ok: false, problem: expect.objectContaining({ code: 'malformed' }) })),
    );
  });
});

describe('what was stored', () => {
  it.each([
    ['an address elsewhere', { ...PAIRING, address: 'https://evil.example' }],
    ['an address that only looks like ours', { ...PAIRING, address: 'http://127.0.0.1:8171@evil.example' }],
    ['a token of another form', { ...PAIRING, token: 'a\r\nb' }],
    ['something missing', { ...PAIRING, proofKey: undefined }],
    ['something more', { ...PAIRING, more: 1 }],
  ])('as the pairing with %s is no pairing, and nothing leaves', async (_, pairing) => {
    const other = new FakeHelper();
    vi.spyOn(console, 'warn').mockReturnValue();
    const fresh = new TestBrowser(other);
    fresh.local.items['pairing'] = pairing;
    await fresh.start();
    const page = fresh.openPage(CHAT);
    await settle();
    expect(page.state.connection).toBe('unpaired');
    expect(other.received).toEqual([]);
  });

  it('of another form is as good as nothing', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    const fresh = new TestBrowser(helper).paired();
    fresh.local.items['preferences'] = { templates: { x: 'y' } };
    fresh.local.items['switchedOff'] = ['everything'];
    fresh.session.items['snapshot'] = { accounts: [{ account: { ...account(REAL, false), sandbox: 'no' } }] };
    fresh.session.items['status'] = { connection: 'ready' };
    await fresh.start();
    const page = fresh.openPage(CHAT);
    await settle();
    expect(page.state).toMatchObject({ connection: 'ready', preferences: {}, switchedOff: false });
    expect(page.state.accounts.map((one) => one.account.id)).toEqual([REAL]);
  });
});

describe('an answer of another form', () => {
  it.each([
    ['a colour that is a style', { colour: 'url(https://evil.example)' }],
    ['a kind that is neither', { sandbox: 'false' }],
    ['an id that is a path', { id: '../me' }],
  ])('is none of our helper’s: %s', async (_, change) => {
    helper.accounts = [{ ...account(REAL, false), ...(change as object) }];
    const fresh = await new TestBrowser(helper).paired().start();
    const options = fresh.openPanel();
    await settle();
    expect(options.state).toMatchObject({ connection: 'offline', reason: 'stranger', accounts: [] });
  });

  it('in a frame changes nothing: it is asked again', async () => {
    const page = await open(CHAT);
    const before = asked();
    const plan = { ...friend(YUI).plan, route: 'anything', cost: -1 };
    helper.tell('friend', REAL, { ...friend(YUI), plan });
    await settle();
    expect(asked()).toBeGreaterThan(before);
    expect(page.state.accounts[0]?.queue[0]?.plan).toEqual(friend(YUI).plan);
  });

  it('to a send is told as a missing one: it may have been sent', async () => {
    const page = await open(CHAT);
    const send = vi.spyOn(helper as unknown as { send: () => Response }, 'send');
    send.mockReturnValue(new Response(JSON.stringify({ id: 'm_1', status: 'sent' }), { status: 201 }));
    expect(await ask(page, 'send', commands(REAL, 'oachat').send)).toBe('answer_lost');
    expect(send).toHaveBeenCalledOnce();
  });
});

it('a sandboxed frame’s page is nobody, whatever its address', async () => {
  const page = browser.openPage(CHAT, { origin: 'null' });
  await settle();
  expect(page.closed).toBe(true);
  const own = browser.openPage(CHAT, { origin: 'https://chat.line.biz' });
  await settle();
  expect(own.closed).toBe(false);
});
