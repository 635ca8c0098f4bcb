import { describe, expect, it } from 'vitest';
import { dashboardOf } from '../../src/background/senders';
import { isOwnHost } from '../../src/hosts';
import { PRESETS, UTAGE } from '../../src/rules/preset';
import { isSelector } from '../../src/rules/selector';
import { fileOf, LONGEST_FILE, matchesPath, siteForm, siteFromFile, type Site } from '../../src/rules/site';
import { Malformed } from '../../src/shape';

const SITE: Site = {
  host: 'kokyaku.example.jp',
  name: '顧客管理',
  start: '/customers?page=1',
  pages: [
    {
      path: '/shops/*/customers',
      row: 'tbody > tr',
      name: 'td:nth-of-type(2) > a',
      id: { at: '', attribute: 'data-id', after: 'customer-', digits: false },
      followed: null,
      account: { at: '#shop' },
    },
  ],
};

const changed = (change: object): unknown => ({ ...SITE, pages: [{ ...SITE.pages[0], ...change }] });

describe('a file', () => {
  it('brings back what was written', () => {
    expect(siteFromFile(fileOf(SITE))).toEqual(SITE);
  });

  it.each([
    ['no JSON', '{'],
    ['another form', JSON.stringify({ ittsu_site: 2, site: SITE })],
    ['something more', JSON.stringify({ ittsu_site: 1, site: SITE, script: 'alert(1)' })],
    ['too long', fileOf(SITE) + ' '.repeat(LONGEST_FILE)],
    ['a wildcard for a host', fileOf({ ...SITE, host: '*.example.jp' })],
    ['a built-in dashboard', fileOf({ ...SITE, host: 'chat.line.biz' })],
    ['this computer', fileOf({ ...SITE, host: '127.0.0.1' })],
    ['another host behind the start', fileOf({ ...SITE, start: '@evil.example/' })],
  ])('with %s is refused', (_, text) => {
    expect(() => siteFromFile(text)).toThrow(Malformed);
  });

  it.each([
    ['a regular expression for a number', { id: { at: '', attribute: null, after: '', digits: true, regex: '(a+)+$' } }],
    ['a list of selectors', { row: 'tr, *' }],
    ['a costly selector', { row: 'div:has(div:has(div))' }],
    ['a very long selector', { row: `tr${'.a'.repeat(200)}` }],
    ['a code-like attribute', { id: { at: '', attribute: 'on click', after: '', digits: true } }],
    ['a query in the path', { path: '/a?b' }],
    ['the row itself without rows', { row: null, name: '' }],
  ])('with %s is refused', (_, change) => {
    expect(() => siteForm(changed(change))).toThrow(Malformed);
  });

  it('may stand for what comes along', () => {
    for (const preset of PRESETS) expect(siteFromFile(fileOf(preset))).toEqual(preset);
    expect(UTAGE.host).toBe('utage-system.com');
  });
});

describe('a selector', () => {
  it.each(['tr', '#list > li', 'tr[data-item-id] td:nth-of-type(2) > a', 'a[href*="/customers/"]', '[role="row"]', 'li.person'])(
    '%s may be used',
    (text) => expect(isSelector(text)).toBe(true),
  );

  it.each(['', ' tr', 'tr ', 'tr,td', 'tr:hover', 'tr > > td', 'a[href="x"', 'a[href="\\"]', 'tr::before', '> a', `${'a '.repeat(12)}a`])(
    '%s may not',
    (text) => expect(isSelector(text)).toBe(false),
  );

  it('of any length is judged, not tried', () => {
    for (const odd of ['a-'.repeat(200), `[a${'-a'.repeat(149)}`, 'a '.repeat(150)]) expect(isSelector(odd)).toBe(false);
  });
});

describe('an address', () => {
  it('is meant part by part', () => {
    expect(matchesPath('/shops/*/customers', '/shops/12/customers/')).toBe(true);
    expect(matchesPath('/shops/*/customers', '/shops/customers')).toBe(false);
    expect(matchesPath('/shops/*/customers', '/shops/1/2/customers')).toBe(false);
    expect(matchesPath('/', '/')).toBe(true);
  });

  it.each(['example.jp.', 'example', 'exa mple.jp', 'example.jp:8443', 'EXAMPLE.jp', '10.0.0.1', 'a.localhost', 'manager.linestep.net'])(
    '%s is no host of an operator’s own',
    (host) => expect(isOwnHost(host)).toBe(false),
  );

  it('belongs to its own host only', () => {
    expect(dashboardOf('https://kokyaku.example.jp/customers')).toBe('own-kokyaku.example.jp');
    expect(dashboardOf('https://kokyaku.example.jp:8443/customers')).toBeNull();
    expect(dashboardOf('http://kokyaku.example.jp/customers')).toBeNull();
    expect(dashboardOf('https://chat.line.biz/U0123')).toBe('oachat');
  });
});
