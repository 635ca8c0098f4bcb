import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Announcer, isQuiet, NOT_ANNOUNCING } from '../../src/background/announcing';
import { emptySnapshot, type Snapshot } from '../../src/background/snapshot';
import { FakeHelper, friend, PRACTICE, REAL, YUI } from '../fake-helper';
import { ownTime, settle, TestBrowser } from './browser';

const NOW = Date.parse('2026-11-22T01:00:00Z');
const ON = { on: true, names: false, quiet: null };

/** One account with these new friends; `ago` in seconds. */
function shop(...friends: { user: string; name: string | null; ago: number }[]): Snapshot {
  const queue = friends.map(({ user, name, ago }) => ({
    user_id: user,
    display_name: name,
    followed_at: new Date(NOW - ago * 1_000).toISOString(),
  }));
  return { ...emptySnapshot(), accounts: [{ account: { id: '1', name: 'さくら美容室' }, queue }] } as unknown as Snapshot;
}

describe('telling of new friends', () => {
  it('is off until somebody asks for it', () => {
    expect(new Announcer().look(shop({ user: 'a', name: 'ゆい', ago: 1 }), NOT_ANNOUNCING, NOW, 600)).toEqual([]);
  });

  it('tells of each friend once, without the name', () => {
    const announcer = new Announcer();
    const snapshot = shop({ user: 'a', name: 'ゆい', ago: 1 });
    const [told, ...more] = announcer.look(snapshot, ON, NOW, 600);
    expect(told).toMatchObject({ count: 1, account: 'さくら美容室', friend: null });
    expect(more).toEqual([]);
    expect(announcer.look(snapshot, ON, NOW, 600)).toEqual([]);
  });

  it('says the name only when asked to, and adds it to the same notification when LINE tells it', () => {
    const announcer = new Announcer();
    const named = { ...ON, names: true };
    const [first] = announcer.look(shop({ user: 'a', name: null, ago: 1 }), named, NOW, 600);
    const [second] = announcer.look(shop({ user: 'a', name: 'ゆい', ago: 1 }), named, NOW, 600);
    expect([first?.friend, second?.friend]).toEqual([null, 'ゆい']);
    expect(second?.id).toBe(first?.id);
    expect(announcer.look(shop({ user: 'a', name: 'ゆい', ago: 1 }), named, NOW, 600)).toEqual([]);
  });

  it('tells of nobody from before, and of many as one', () => {
    const announcer = new Announcer();
    expect(announcer.look(shop({ user: 'a', name: 'ゆい', ago: 600 }), ON, NOW, 600)).toEqual([]);
    const many = ['b', 'c', 'd', 'e'].map((user) => ({ user, name: null, ago: 2 }));
    expect(announcer.look(shop(...many), ON, NOW, 600)).toMatchObject([{ count: 4, account: 'さくら美容室', friend: null }]);
  });

  it('keeps quiet over midnight, and does not tell afterwards of whom it kept quiet about', () => {
    const quiet = { ...ON, quiet: { from: 21 * 60, to: 9 * 60 } };
    expect([20 * 60 + 59, 21 * 60, 0, 8 * 60 + 59, 9 * 60].map((minute) => isQuiet(quiet, minute))).toEqual([
      false, true, true, true, false,
    ]);
    const announcer = new Announcer();
    const snapshot = shop({ user: 'a', name: 'ゆい', ago: 1 });
    expect(announcer.look(snapshot, quiet, NOW, 22 * 60)).toEqual([]);
    expect(announcer.look(snapshot, quiet, NOW, 9 * 60)).toEqual([]);
  });
});

describe('a notification that is pressed', () => {
  beforeEach(ownTime);
  afterEach(() => {
    vi.useRealTimers();
  });

  const CHAT = 'https://chat.line.biz/U0123';

  async function told(account: string): Promise<{ browser: TestBrowser; press(): Promise<unknown> }> {
    const helper = new FakeHelper();
    const browser = await new TestBrowser(helper).paired().start();
    await browser.openPanel().ask('setAnnouncing', { announcing: ON });
    helper.tell('friend', account, friend(YUI, { followed_at: new Date(Date.now()).toISOString() }));
    await settle();
    expect(browser.announced).toHaveLength(1);
    const press = async (): Promise<unknown> => {
      await browser.background.announcementPressed(browser.announced[0]!.id);
      return browser.shown;
    };
    return { browser, press };
  }

  it('leads to the dashboard that was opened last and may serve this account, and into its dock', async () => {
    const { browser, press } = await told(REAL);
    browser.openPage(CHAT, { tab: { id: 4 } });
    const newest = browser.openPage(CHAT, { tab: { id: 5 } });
    browser.openPage('http://127.0.0.1:8173/demo/chat/talk', { tab: { id: 6 } });
    await settle();
    expect(await press()).toBe(5);
    expect(newest.summoned).toBe(1);
    newest.close();
    expect(await press()).toBe(4);
  });

  it("leads to LINE's own page of the account where no dashboard is open", async () => {
    const { press } = await told(REAL);
    expect(await press()).toBe('https://manager.line.biz/account/@midori');
  });

  it('never leads from practice mode to a real page', async () => {
    const { browser, press } = await told(PRACTICE);
    browser.openPage(CHAT, { tab: { id: 4 } });
    await settle();
    expect(await press()).toBe('options');
  });

  it('of several friends leads to any dashboard', async () => {
    const { browser } = await told(REAL);
    browser.openPage(CHAT, { tab: { id: 4 } });
    await settle();
    await browser.background.announcementPressed('friends');
    expect(browser.shown).toBe(4);
  });
});
