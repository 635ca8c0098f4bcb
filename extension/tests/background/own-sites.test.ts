/** The operator's own sites: used where the browser allows it, taught in one tab, never by another page. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SiteState } from '../../src/messages';
import { originPattern, type Site, type SitePage } from '../../src/rules/site';
import { FakeHelper, friend, PRACTICE, REAL, YUI } from '../fake-helper';
import { OWN_ID, ownTime, Page, pass, settle, TestBrowser } from './browser';

const HOST = 'kokyaku.example.jp';
const ADDRESS = `https://${HOST}/customers`;
const SITE: Site = { host: HOST, name: HOST, start: '/customers', pages: [] };
const RULE: SitePage = {
  path: '/customers',
  row: 'tr',
  name: 'td',
  id: { at: 'a', attribute: 'href', after: '/customers/', digits: false },
  followed: null,
  account: null,
};

let browser: TestBrowser;
beforeEach(async () => {
  ownTime();
  const helper = new FakeHelper();
  helper.queues[REAL] = [friend(YUI)];
  browser = await new TestBrowser(helper).paired().start();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function ask(page: Page<unknown>, name: string, args: unknown): Promise<string> {
  const answer = page.ask(name, args);
  await pass(100);
  const found = await answer;
  return found.ok ? 'ok' : found.problem.code;
}

async function openSite(tabId: number, url = ADDRESS): Promise<Page<SiteState>> {
  const page = new Page<SiteState>('site', { id: OWN_ID, url, frameId: 0, tab: { id: tabId } });
  browser.background.connect(page.port);
  await settle();
  return page;
}

describe('a site of the operator’s own', () => {
  it('does nothing before the browser allows its host, and nothing any more once that is taken back', async () => {
    const panel = browser.openPanel();
    expect(await ask(panel, 'saveSite', { site: SITE })).toBe('ok');
    expect(browser.runsAt).toEqual([]);
    const early = browser.openPage(ADDRESS);
    expect(early.closed).toBe(true);

    browser.granted.add(originPattern(HOST));
    await browser.background.permissionsChanged();
    expect(browser.runsAt).toEqual([originPattern(HOST)]);
    const page = browser.openPage(ADDRESS);
    await settle();
    expect(page.closed).toBe(false);
    expect(page.state.accounts.map(({ account }) => account.id)).toEqual([REAL]);

    browser.granted.delete(originPattern(HOST));
    await browser.background.permissionsChanged();
    expect(browser.runsAt).toEqual([]);
    expect(await ask(page, 'friends', { accountId: REAL })).toBe('not_allowed');
  });

  it('speaks for itself only, and has no practice accounts', async () => {
    browser.granted.add(originPattern(HOST));
    await ask(browser.openPanel(), 'saveSite', { site: SITE });
    const page = browser.openPage(ADDRESS);
    await settle();
    const link = { accountId: REAL, memberId: '1', userId: YUI };
    expect(await ask(page, 'link', { ...link, dashboard: 'lstep' })).toBe('not_allowed');
    expect(await ask(page, 'link', { ...link, dashboard: 'own-other.example.jp' })).toBe('not_allowed');
    expect(await ask(page, 'link', { ...link, dashboard: 'own-chat.line.biz' })).toBe('malformed');
    expect(await ask(page, 'friends', { accountId: PRACTICE })).toBe('not_allowed');
  });

  it('gives the permission back when it is removed', async () => {
    browser.granted.add(originPattern(HOST));
    const panel = browser.openPanel();
    await ask(panel, 'saveSite', { site: SITE });
    const page = await openSite(7);
    expect(page.state.site?.host).toBe(HOST);
    await ask(panel, 'removeSite', { host: HOST });
    expect(browser.granted.size).toBe(0);
    expect(page.state.site).toBeNull();
    expect(panel.state.sites).toEqual([]);
  });
});

describe('pointing', () => {
  beforeEach(async () => {
    browser.granted.add(originPattern(HOST));
    const panel = browser.openPanel();
    await ask(panel, 'saveSite', { site: SITE });
    expect(await ask(panel, 'pointAt', { host: HOST })).toBe('ok');
    expect(browser.opened).toEqual([ADDRESS]);
  });

  it('is for the tab that was opened for it', async () => {
    const [other, own] = [await openSite(7), await openSite(101)];
    expect([other.state.pointing, own.state.pointing]).toEqual([false, true]);
    expect(await ask(other, 'pointed', { page: RULE })).toBe('not_allowed');
    expect(await ask(own, 'pointed', { page: RULE })).toBe('ok');
    expect(own.state).toEqual({ site: { ...SITE, pages: [RULE] }, pointing: false });
    expect(other.state.site?.pages).toEqual([RULE]);
    // Once is once.
    expect(await ask(own, 'pointed', { page: RULE })).toBe('not_allowed');
  });

  it('goes on after a restart of the background', async () => {
    await browser.start();
    const page = await openSite(101);
    expect(page.state.pointing).toBe(true);
    expect(await ask(page, 'pointed', { page: { ...RULE, row: 'tr, script' } })).toBe('malformed');
    expect(await ask(page, 'stopPointing', {})).toBe('ok');
    expect(page.state.pointing).toBe(false);
  });

  it('is nothing for a page of another host', async () => {
    const page = await openSite(101, 'https://other.example.jp/');
    expect(page.state).toEqual({ site: null, pointing: false });
    expect(await ask(page, 'pointed', { page: RULE })).toBe('not_allowed');
  });
});
