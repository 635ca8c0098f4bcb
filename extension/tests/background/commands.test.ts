import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeHelper, friend, message, PRACTICE, REAL, YUI } from '../fake-helper';
import { OWN_ORIGIN, ownTime, pass, settle, TestBrowser, type Page } from './browser';
import type { PageState } from '../../src/messages';

let helper: FakeHelper;
let browser: TestBrowser;
let page: Page<PageState>;
const CHAT = 'https://chat.line.biz/U0123';
const SEND = { accountId: REAL, body: { user_id: YUI, max_cost: 1 }, idempotencyKey: 'key-number-1' };

beforeEach(async () => {
  ownTime();
  helper = new FakeHelper();
  helper.queues[REAL] = [friend(YUI)];
  browser = await new TestBrowser(helper).paired().start();
  page = browser.openPage(CHAT);
  await settle();
});
afterEach(() => {
  vi.useRealTimers();
});

const sends = (): unknown[] =>
  helper.received
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/messages'))
    .map(({ headers }) => headers['Idempotency-Key']);

async function ask(name: string, args: unknown, within = 100): Promise<unknown> {
  const answer = page.ask(name, args);
  await pass(within);
  const found = await answer;
  return found.ok ? found.value : found.problem.code;
}

describe('a send', () => {
  it('is answered with the message, which the page already knows by then', async () => {
    expect(await ask('send', SEND)).toMatchObject({ id: 'm_1', status: 'held' });
    expect(page.state.messages['m_1']?.status).toBe('held');
    expect(sends()).toEqual(['key-number-1']);
  });

  it('whose answer was lost is asked again with the same key, and is one message', async () => {
    helper.sendFaults = ['answer_lost', 'never_arrived', 'busy'];
    expect(await ask('send', SEND, 5_000)).toMatchObject({ id: 'm_1' });
    expect(new Set(sends())).toEqual(new Set(['key-number-1']));
    expect(helper.sent.size).toBe(1);
  });

  it('survives a restart of the helper', async () => {
    helper.sendFaults = ['stopped'];
    const answer = page.ask('send', SEND);
    await pass(4_000);
    expect(page.state.connection).toBe('offline');
    helper.running = true;
    await pass(3_000);
    expect(await answer).toMatchObject({ ok: true, value: { id: 'm_1' } });
    expect(helper.sent.size).toBe(1);
  });

  it('is given up after 20 seconds, and the page is told that the answer is missing', async () => {
    helper.sendFaults = ['stopped'];
    const answer = page.ask('send', SEND);
    await pass(21_000);
    expect(await answer).toMatchObject({ ok: false, problem: { code: 'answer_lost' } });
  });

  it('is not asked at all while the helper is away', async () => {
    helper.stop();
    await pass(1_000);
    expect(await ask('send', SEND, 3_000)).toBe('offline');
    helper.running = true;
    await pass(10_000);
    expect(sends()).toEqual([]);
  });

  it('never falls back to an older state when the answer is slower than the news', async () => {
    helper.tell('message', REAL, message('m_1', { status: 'sent' }));
    expect(await ask('send', SEND)).toMatchObject({ status: 'sent' });
    expect(page.state.messages['m_1']?.status).toBe('sent');
  });
});

describe('what a page may ask', () => {
  it('is limited to accounts of its kind', async () => {
    expect(await ask('send', { ...SEND, accountId: PRACTICE })).toBe('not_allowed');
    expect(await ask('friends', { accountId: '999' })).toBe('not_allowed');
    expect(sends()).toEqual([]);
  });

  it('is limited to its own dashboard’s people and accounts', async () => {
    const key = { dashboard: 'lstep', member_id: '123456789' };
    expect(await ask('lookup', { accountId: REAL, keys: [key] })).toBe('not_allowed');
    const bind = { dashboard: 'lstep', pageAccount: 'みどり歯科', accountId: REAL };
    expect(await ask('bind', bind)).toBe('not_allowed');
    const link = { accountId: REAL, dashboard: 'lstep', memberId: '123456789', userId: YUI };
    expect(await ask('link', link)).toBe('not_allowed');
  });

  it.each([
    ['an unknown command', 'deleteAccount', { accountId: REAL }],
    ['a command of the options', 'pair', { address: '127.0.0.1:8171', code: 'x' }],
    ['a name from the prototype', 'constructor', {}],
    ['no arguments', 'send', null],
    ['a missing key', 'send', { accountId: REAL, body: { user_id: YUI, max_cost: 1 } }],
    ['an unlimited cost', 'send', { ...SEND, body: { user_id: YUI, max_cost: 2 } }],
    ['an id that LINE never gives', 'send', { ...SEND, body: { user_id: 'everybody', max_cost: 1 } }],
    ['a field we do not know', 'send', { ...SEND, body: { ...SEND.body, notify: false } }],
    ['a path in an id', 'undo', { accountId: REAL, messageId: '../../teammates' }],
    ['too many keys', 'lookup', { accountId: REAL, keys: Array.from({ length: 501 }, () => ({ user_id: YUI })) }],
    ['too many messages', 'preview', { ...SEND, body: { ...SEND.body, messages: Array(6).fill({ type: 'text' }) } }],
    ['preferences of any size', 'remember', { preferences: { templates: { x: 'y'.repeat(100) } } }],
  ])('%s is refused', async (_, name, args) => {
    const before = helper.received.filter(({ path }) => path !== '/hello').length;
    expect(await ask(name, args)).toBe('malformed');
    expect(helper.received.filter(({ path }) => path !== '/hello').length).toBe(before);
  });

  it('is nothing when it is no request', async () => {
    page.post('send');
    page.post({ id: '1', name: 'send' });
    await settle();
    expect(sends()).toEqual([]);
  });
});

describe('who is turned away', () => {
  it.each([
    ['another extension', { id: 'abcdefghijklmnopabcdefghijklmnop' }],
    ['a frame inside a page', { frameId: 3 }],
    ['something without a tab', { tab: undefined }],
    ['a page that is no dashboard', { url: 'https://example.com/' }],
    ['a look-alike', { url: 'https://chat.line.biz.example.com/' }],
    ['an unencrypted dashboard', { url: 'http://chat.line.biz/' }],
    ['another local page', { url: 'http://127.0.0.1:8173/phone' }],
  ])('%s', async (_, sender) => {
    const other = browser.openPage(CHAT, sender);
    await settle();
    expect(other.closed).toBe(true);
    expect(other.states).toEqual([]);
  });

  it('a dashboard that asks for the options’ port', async () => {
    const other = browser.openPanel({ url: CHAT });
    await settle();
    expect(other.closed).toBe(true);
    const own = browser.openPanel({ url: `${OWN_ORIGIN}popup.html` });
    await settle();
    expect(own.state.connection).toBe('ready');
  });
});

describe('what a page asked for', () => {
  it('stays on the page, kept up to date', async () => {
    expect(await ask('friends', { accountId: REAL, stage: 'contacted' })).toMatchObject({ items: [{ user_id: YUI }] });
    expect(page.state.friends[`${REAL}/${YUI}`]?.stage).toBe('new');
  });

  it('is remembered for every page', async () => {
    const other = browser.openPage('https://manager.line.biz/account/@midori');
    await ask('remember', { preferences: { collapsed: true } });
    await ask('remember', { preferences: { templates: { [REAL]: 'tpl_1' } } });
    expect(other.state.preferences).toEqual({ collapsed: true, templates: { [REAL]: 'tpl_1' } });
  });
});

describe("the helper's own pages", () => {
  it('open by the link that the helper makes, and at no other address', async () => {
    const options = browser.openPanel();
    await settle();
    expect(await options.ask('openSetup', {})).toMatchObject({ ok: true });
    expect(browser.shown).toBe(helper.setupLink);
    browser.shown = null;
    for (const elsewhere of ['https://evil.example/setup', 'http://127.0.0.1:9999/setup#code=A', 'javascript:alert(1)']) {
      helper.setupLink = elsewhere;
      expect(await options.ask('openSetup', {})).toMatchObject({ ok: false });
    }
    expect(browser.shown).toBeNull();
  });
});
