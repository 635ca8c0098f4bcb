import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeHelper, friend, greeting, PRACTICE, REAL, YUI } from '../fake-helper';
import { ownTime, pass, settle, TestBrowser } from './browser';

let helper: FakeHelper;
let browser: TestBrowser;
const CHAT = 'https://chat.line.biz/U0123';
const DRAFT = { wait_seconds: 20, template_id: 'tpl_1', persona_id: null, days: [1, 5], hours: { since: '18:00', until: '02:00' } };

beforeEach(() => {
  ownTime();
  helper = new FakeHelper();
  helper.greetings[REAL] = greeting();
  helper.queues[REAL] = [friend(YUI, { greeting: { at: '2026-11-21T10:00:20.000Z', paused_by: null } })];
});
afterEach(() => {
  vi.useRealTimers();
});

const start = async (): Promise<void> => {
  browser = await new TestBrowser(helper).paired().start();
};
const entry = (state: { accounts: { account: { id: string }; greeting: unknown }[] }, accountId: string) =>
  state.accounts.find(({ account }) => account.id === accountId)?.greeting;

describe('the greeting', () => {
  it('is switched on in the options, and stopped there or on a dashboard', async () => {
    await start();
    const panel = browser.openPanel();
    const page = browser.openPage(CHAT);
    await settle();
    expect(entry(page.state, REAL)).toMatchObject({ running: false });
    const started = panel.ask('startGreeting', { accountId: REAL, greeting: DRAFT });
    await pass(100);
    expect(await started).toMatchObject({ ok: true, value: { running: true } });
    expect(helper.received.at(-1)).toMatchObject({ method: 'PUT', path: `/accounts/${REAL}/greeting`, body: DRAFT });
    expect(entry(page.state, REAL)).toMatchObject({ running: true, hours: DRAFT.hours });
    const stopped = page.ask('stopGreeting', { accountId: REAL });
    await pass(100);
    expect(await stopped).toMatchObject({ ok: true });
    expect(entry(page.state, REAL)).toMatchObject({ running: false });
    expect(entry(panel.state, REAL)).toMatchObject({ running: false });
  });

  it('leaves out a friend when a page asks for it', async () => {
    await start();
    const page = browser.openPage(CHAT);
    await settle();
    const answer = page.ask('skipGreeting', { accountId: REAL, userId: YUI });
    await pass(100);
    expect(await answer).toMatchObject({ ok: true, value: { greeting: null } });
    expect(page.state.friends[`${REAL}/${YUI}`]?.greeting).toBeNull();
  });

  it('is not started by a page, and not by a draft of another form', async () => {
    await start();
    const page = browser.openPage(CHAT);
    const panel = browser.openPanel();
    await settle();
    const before = helper.received.length;
    expect(await page.ask('startGreeting', { accountId: REAL, greeting: DRAFT })).toMatchObject({ ok: false });
    const malformed = { ...DRAFT, max_cost: 1 };
    expect(await panel.ask('startGreeting', { accountId: REAL, greeting: malformed })).toMatchObject({ ok: false });
    expect(helper.received.length).toBe(before);
  });

  it('is unknown to an older helper, which is used as before', async () => {
    helper.greetings = {};
    await start();
    const page = browser.openPage(CHAT);
    await settle();
    expect(page.state.connection).toBe('ready');
    expect(entry(page.state, REAL)).toBeNull();
    expect(entry(page.state, PRACTICE)).toBeUndefined();
  });
});
