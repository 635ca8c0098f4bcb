import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeHelper, friend, message, PAIRING, PRACTICE, quota, REAL, TARO, YUI } from '../fake-helper';
import { SILENCE_LIMIT } from '../../src/helper/socket';
import { ownTime, pass, settle, TestBrowser } from './browser';

let helper: FakeHelper;
let browser: TestBrowser;
beforeEach(() => {
  ownTime();
  helper = new FakeHelper();
  browser = new TestBrowser(helper);
});
afterEach(() => {
  vi.useRealTimers();
});

const CHAT = 'https://chat.line.biz/U0123/chat/U0456';

describe('a page', () => {
  it('is told that a pairing is needed, and nothing leaves', async () => {
    await browser.start();
    const page = browser.openPage(CHAT);
    await settle();
    expect(page.state.connection).toBe('unpaired');
    expect(helper.received).toEqual([]);
  });

  it('becomes ready by a pairing in the options, without a reload', async () => {
    await browser.start();
    const page = browser.openPage(CHAT);
    const options = browser.openPanel();
    await settle();
    const pairing = options.ask('pair', { address: '127.0.0.1:8171', code: 'ABCDE-FGHJK' });
    await settle();
    expect(await pairing).toMatchObject({ ok: true });
    expect(page.state.connection).toBe('ready');
    expect(page.state.teammate?.name).toBe('花子');
    expect(options.state).toMatchObject({ connection: 'ready', address: 'http://127.0.0.1:8171' });
  });

  it('never sees the token', async () => {
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    const options = browser.openPanel();
    await settle();
    expect(JSON.stringify([page.states, options.states])).not.toContain(PAIRING.token);
    expect(JSON.stringify([page.states, options.states])).not.toContain(PAIRING.proofKey);
  });

  it('sees a follow, a message, the quota and a claim as they happen', async () => {
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    helper.tell('friend', REAL, friend(YUI));
    helper.tell('message', REAL, message('m_1'));
    helper.tell('quota', REAL, quota(187));
    await settle();
    expect(page.state.accounts[0]?.queue.map((one) => one.user_id)).toEqual([YUI]);
    expect(page.state.messages['m_1']?.status).toBe('held');
    expect(page.state.accounts[0]?.quota?.remaining).toBe(187);
    helper.tell('claim', REAL, { user_id: YUI, claim: { teammate: { id: 'tm_2', name: '太郎' }, until: 'later' } });
    helper.tell('something_new', REAL, { any: 'thing' });
    await settle();
    expect(page.state.accounts[0]?.queue[0]?.claim?.teammate.name).toBe('太郎');
  });

  it('keeps a friend who comes while the account is read again', async () => {
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    let arrive = (): void => {};
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    helper.slow = (path) => (path.endsWith('/friends') ? arrived : Promise.resolve());
    helper.tell('account', REAL, {});
    await settle();
    // The list was read before she came, and its answer is still under way.
    helper.queues[REAL] = [friend(YUI)];
    helper.tell('friend', REAL, friend(YUI));
    await settle();
    helper.slow = null;
    arrive();
    await settle();
    expect(page.state.accounts[0]?.queue.map((one) => one.user_id)).toEqual([YUI]);
  });

  it('loses a friend from the queue who was greeted, and keeps knowing her', async () => {
    helper.queues[REAL] = [friend(YUI), friend(TARO)];
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    helper.tell('friend', REAL, friend(YUI, { stage: 'contacted' }));
    await settle();
    expect(page.state.accounts[0]?.queue.map((one) => one.user_id)).toEqual([TARO]);
    expect(page.state.friends[`${REAL}/${YUI}`]?.stage).toBe('contacted');
  });

  it('is not told the same twice', async () => {
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    const told = page.states.length;
    await pass(10_000);
    expect(page.states.length).toBe(told);
  });
});

describe('practice and real dashboards', () => {
  beforeEach(() => {
    helper.queues[REAL] = [friend(YUI)];
    helper.queues[PRACTICE] = [friend(TARO)];
    helper.bindings = [
      { dashboard: 'lstep', page_account: 'みどり歯科', account_id: REAL, at: '2026-11-20T00:00:00.000Z' },
      { dashboard: 'demo-list', page_account: 'さくら美容室', account_id: PRACTICE, at: '2026-11-20T00:00:00.000Z' },
    ];
  });

  it.each([
    ['https://chat.line.biz/U1', REAL],
    ['https://manager.line.biz/account/@midori', REAL],
    ['https://manager.linestep.net/line/show?page=1', REAL],
    ['http://127.0.0.1:8173/demo/chat/bot', PRACTICE],
    ['http://localhost:45678/demo/list/line/show', PRACTICE],
  ])('%s serves only its kind of account', async (url, accountId) => {
    await browser.paired().start();
    helper.tell('friend', REAL, friend(YUI, { display_name: 'real' }));
    helper.tell('friend', PRACTICE, friend(TARO, { display_name: 'practice' }));
    helper.tell('message', REAL, message('m_real'));
    helper.tell('message', PRACTICE, message('m_practice'));
    const page = browser.openPage(url);
    await settle();
    expect(page.state.accounts.map(({ account }) => account.id)).toEqual([accountId]);
    expect(Object.keys(page.state.friends).map((key) => key.split('/')[0])).toEqual([accountId]);
    expect(Object.keys(page.state.messages)).toEqual([accountId === REAL ? 'm_real' : 'm_practice']);
    for (const binding of page.state.bindings) expect(binding.account_id).toBe(accountId);
  });

  it('a page gets the bindings of its own dashboard', async () => {
    await browser.paired().start();
    const page = browser.openPage('https://manager.linestep.net/line/show?page=1');
    await settle();
    expect(page.state.bindings.map((binding) => binding.page_account)).toEqual(['みどり歯科']);
  });
});

describe('losing the helper', () => {
  it('shows within five seconds when it hangs and keeps its socket', async () => {
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    helper.hanging = true;
    await pass(4_750);
    expect(page.state.connection).toBe('offline');
    helper.hanging = false;
    await pass(4_750);
    expect(page.state.connection).toBe('ready');
  });

  it('shows at once when it ends, and it is found again within five seconds', async () => {
    helper.queues[REAL] = [friend(YUI)];
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    helper.stop();
    await settle();
    expect(page.state.connection).toBe('offline');
    expect(page.state.offlineSince).not.toBeNull();
    expect(page.state.accounts[0]?.queue).toHaveLength(1);
    expect(browser.badge?.colour).toBe('#6B7280');
    helper.running = true;
    await pass(5_000);
    expect(page.state.connection).toBe('ready');
    expect(page.state.offlineSince).toBeNull();
  });

  it('gets what was missed: the last id is given back', async () => {
    await browser.paired().start();
    browser.openPage(CHAT);
    helper.tell('quota', REAL, quota(150));
    const lastId = helper.lastId;
    await settle();
    helper.stop();
    await settle();
    helper.running = true;
    await pass(5_000);
    expect(helper.openings.at(-1)).toEqual({ token: PAIRING.token, last_id: lastId });
  });

  it('asks again for messages that were on their way', async () => {
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    const sending = page.ask('send', {
      accountId: REAL,
      body: { user_id: YUI, max_cost: 1 },
      idempotencyKey: 'key-number-1',
    });
    await settle();
    await sending;
    helper.stop();
    helper.sent.set('key-number-1', message('m_1', { status: 'sent' }));
    await settle();
    helper.running = true;
    await pass(5_000);
    expect(page.state.messages['m_1']?.status).toBe('sent');
  });

  it('loads everything again when too much was missed', async () => {
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    helper.queues[REAL] = [friend(TARO)];
    helper.tell('resync', null, {});
    await settle();
    expect(page.state.accounts[0]?.queue.map((one) => one.user_id)).toEqual([TARO]);
  });

  it('forgets people when all is to be read anew: somebody may have been erased', async () => {
    helper.queues[REAL] = [friend(YUI)];
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    helper.tell('friend', REAL, friend(YUI, { stage: 'contacted' }));
    helper.tell('message', REAL, message('m_1', { status: 'sent' }));
    await settle();
    const before = page.state;
    expect(JSON.stringify(before)).toContain(YUI);
    helper.queues[REAL] = [friend(TARO)];
    helper.tell('resync', null, {});
    await settle();
    expect(JSON.stringify(page.state)).not.toContain(YUI);
    expect(page.state.accounts[0]?.queue.map((one) => one.user_id)).toEqual([TARO]);
    expect(page.state.era).not.toBe(before.era);
    await pass(1_000);
    expect(JSON.stringify(browser.session.items)).not.toContain(YUI);
  });

  it('forgets people also when it hears of it only on its return', async () => {
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    helper.tell('friend', REAL, friend(YUI, { stage: 'contacted' }));
    await settle();
    helper.stop();
    await settle();
    helper.running = true;
    helper.greets = 'resync';
    await pass(5_000);
    expect(page.state.connection).toBe('ready');
    expect(JSON.stringify(page.state)).not.toContain(YUI);
  });

  it('opens another socket when the line has gone dead without a word, as after a sleep, and misses nothing', async () => {
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    const [dead] = helper.sockets.splice(0);
    helper.queues[REAL] = [friend(YUI)];
    await pass(SILENCE_LIMIT - 1_000);
    expect(page.state.accounts[0]?.queue).toEqual([]);
    expect(dead?.open).toBe(true);
    await pass(2_000);
    expect(dead?.open).toBe(false);
    expect(page.state.connection).toBe('ready');
    expect(page.state.accounts[0]?.queue.map((one) => one.user_id)).toEqual([YUI]);
  });

  it('does not give the token to whoever took its place', async () => {
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    const options = browser.openPanel();
    await settle();
    helper.stop();
    await settle();
    helper.running = true;
    helper.stranger = 'impostor';
    const before = helper.authorised.length;
    const opened = helper.openings.length;
    await pass(10_000);
    expect(page.state.connection).toBe('offline');
    expect(options.state.reason).toBe('impostor');
    expect(helper.authorised.length).toBe(before);
    expect(helper.openings.length).toBe(opened);
  });

  it('counts as unpaired when the token was revoked', async () => {
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    helper.knowsToken = false;
    for (const socket of helper.sockets.splice(0)) socket.onclose?.({ code: 4401 });
    await settle();
    expect(page.state.connection).toBe('unpaired');
    expect(page.state.accounts).toEqual([]);
  });
});

describe('a restart of the background', () => {
  it('forgets nothing: pairing, choices and what was known', async () => {
    helper.queues[REAL] = [friend(YUI)];
    await browser.paired().start();
    const options = browser.openPanel();
    await settle();
    await Promise.all([options.ask('setSwitchedOff', { dashboard: 'lstep', off: true }), pass(1_000)]);
    helper.stop();
    await pass(1_000);
    await browser.start();
    const page = browser.openPage('https://manager.linestep.net/line/show');
    await settle();
    expect(page.state).toMatchObject({ connection: 'offline', switchedOff: true });
    expect(page.state.accounts[0]?.queue).toHaveLength(1);
  });

  it('keeps names off the disk', async () => {
    helper.queues[REAL] = [friend(YUI, { display_name: '秘密の名前' })];
    await browser.paired().start();
    browser.openPage(CHAT);
    await pass(2_000);
    expect(JSON.stringify(browser.local.items)).not.toContain('秘密の名前');
  });
});

describe('the badge', () => {
  it('counts the new friends of all accounts', async () => {
    helper.queues[REAL] = [friend(YUI)];
    helper.queues[PRACTICE] = [friend(TARO), friend(YUI)];
    await browser.paired().start();
    expect(browser.badge).toMatchObject({ text: '3', title: { key: 'waiting', count: 3 } });
  });

  it('counts what does not fit the queue', async () => {
    helper.queues[REAL] = Array.from({ length: 60 }, (_, n) => friend(`U${String(n).padStart(32, '0')}`));
    helper.accounts[0]!.new_friends = 60;
    await browser.paired().start();
    browser.openPage(CHAT);
    await settle();
    helper.tell('friend', REAL, friend(YUI));
    await settle();
    expect(browser.badge?.text).toBe('60');
  });
});

describe('a free reply', () => {
  it('becomes a counted push on the page when its time is over, without a frame', async () => {
    const until = new Date(Date.now() + 3_000).toISOString();
    const free = { route: 'reply', cost: 0, refused: null, reply_until: until, second: null, hints: [] } as const;
    helper.queues[REAL] = [friend(YUI, { plan: { ...free, hints: [] } })];
    await browser.paired().start();
    const page = browser.openPage(CHAT);
    await settle();
    expect(page.state.accounts[0]?.queue[0]?.plan.cost).toBe(0);
    helper.queues[REAL] = [friend(YUI)];
    await pass(4_000);
    expect(page.state.accounts[0]?.queue[0]?.plan.cost).toBe(1);
  });
});
