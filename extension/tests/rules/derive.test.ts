// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { deriveRule, findId, idOfAddress, pathPattern, pointedId, rowsAround, type Pointed } from '../../src/rules/derive';
import { ownDashboard, peopleBy } from '../../src/rules/read';
import type { SitePage } from '../../src/rules/site';
import { fixture } from '../dashboards/fixture';

const url = (path = '/customers'): URL => new URL(`https://kokyaku.example.jp${path}`);
const parse = (body: string): Document => new DOMParser().parseFromString(`<body>${body}</body>`, 'text/html');
const at = (page: Document, selector: string): Element => page.querySelector(selector)!;

function pointAt(page: Document, name: string, more: { id?: string; followed?: string; account?: string } = {}): Pointed {
  const rows = rowsAround(at(page, name));
  return {
    rows,
    name: at(page, name),
    id: more.id ? pointedId(at(page, more.id), rows.rows) : findId(rows.rows),
    followed: more.followed ? at(page, more.followed) : null,
    account: more.account ? at(page, more.account) : null,
  };
}

function taught(page: Document, ...args: [string, Parameters<typeof pointAt>[2]?]): SitePage {
  const rule = deriveRule(pointAt(page, ...args), url());
  if (!rule) throw new Error('no rule');
  return rule;
}

const read = (rule: SitePage, page: Document): [string, string][] =>
  peopleBy(rule, page, url()).map(({ memberId, name }) => [memberId, name]);

describe('one name pointed at', () => {
  it('finds everybody in a table whose classes say nothing', () => {
    const rule = taught(fixture('own-list'), 'tbody tr:nth-child(2) span', { account: '#shop-name' });
    expect(read(rule, fixture('own-list'))).toEqual([
      ['1001', 'ゆい🌸'],
      ['1002', '佐藤 花子'],
      ['1003', 'けん'],
    ]);
    expect(rule.account).toEqual({ at: '#shop-name' });
    expect(JSON.stringify(rule)).not.toMatch(/x7f3a|k2b9c|佐藤|1002/u);
  });

  it('still finds them after the classes were shuffled and people changed', () => {
    const rule = taught(fixture('own-list'), 'tbody tr:nth-child(2) span');
    const later = fixture('own-list');
    for (const element of later.querySelectorAll('[class]')) element.className = `z${element.className}`;
    later.querySelector('tbody tr')!.remove();
    expect(read(rule, later)).toEqual([
      ['1002', '佐藤 花子'],
      ['1003', 'けん'],
    ]);
  });

  it('prefers what the page’s authors named: data attributes before places and classes', () => {
    const page = parse(
      [101, 205, 309].map((id) => `<div class="c${id}x" data-member-id="${id}"><i data-field="name" class="q${id}">人${id}</i><b>x</b></div>`).join(''),
    );
    const rule = taught(page, '[data-member-id="205"] i');
    expect(rule).toMatchObject({ row: 'div[data-member-id]', name: '[data-field="name"]', id: { at: '', attribute: 'data-member-id' } });
    expect(read(rule, page)).toHaveLength(3);
  });

  it('takes the number out of a link', () => {
    const page = parse(
      `<ul>${[41, 57, 63].map((id) => `<li><a href="/members/show?member=${id}&tab=1">人${id}</a></li>`).join('')}</ul>`,
    );
    const rule = taught(page, 'li:nth-child(2) a');
    expect(read(rule, page)).toEqual([
      ['41', '人41'],
      ['57', '人57'],
      ['63', '人63'],
    ]);
  });

  it('never takes the number of the row for that of the person', () => {
    const page = parse(`<ul>${[0, 1, 2].map((row) => `<li data-row-no="${row}"><b>人${row}</b></li>`).join('')}</ul>`);
    expect(pointAt(page, 'li b').id).toBeNull();
  });

  it('takes a number that was pointed at, if everybody has another', () => {
    const page = parse(
      `<table>${[77, 88].map((id) => `<tr><td>会員 ${id}</td><td>花子</td><td>東京</td></tr>`).join('')}</table>`,
    );
    const pointed = pointAt(page, 'tr td:nth-child(2)', { id: 'tr td:nth-child(1)' });
    expect(read(deriveRule(pointed, url())!, page)).toEqual([
      ['77', '花子'],
      ['88', '花子'],
    ]);
    expect(pointAt(page, 'tr td:nth-child(2)', { id: 'tr td:nth-child(3)' }).id).toBeNull();
  });

  it('is one person where there is no list, known by the address', () => {
    const page = parse('<main><h1 id="name">佐藤 花子</h1><p>メモ</p></main>');
    const rows = rowsAround(at(page, '#name'));
    expect(rows.selector).toBeNull();
    const address = url('/customers/1002');
    const rule = deriveRule({ rows, name: at(page, '#name'), id: idOfAddress(address), followed: null, account: null }, address)!;
    expect(rule.path).toBe('/customers/*');
    const [person] = ownDashboard({ host: 'kokyaku.example.jp', name: '', start: '/', pages: [rule] }).people(page, url('/customers/77'));
    expect(person).toMatchObject({ memberId: '77', name: '佐藤 花子' });
  });

  it('makes parts of the address that look like numbers stand for any', () => {
    expect(pathPattern('/account/AbC123dEf456/line/talk')).toBe('/account/*/line/talk');
    expect(pathPattern('/v2/customers')).toBe('/v2/customers');
  });
});

describe('a rule on a page', () => {
  const site = (rule: SitePage) => ownDashboard({ host: 'kokyaku.example.jp', name: '', start: '/', pages: [rule] });

  it('leaves a number alone that two names share', () => {
    const page = fixture('own-list');
    const rule = taught(page, 'tbody tr:nth-child(2) span');
    page.querySelector('tbody tr:nth-child(3) a')!.setAttribute('href', '/customers/1002/edit');
    expect(read(rule, page)).toEqual([['1001', 'ゆい🌸']]);
  });

  it('that finds nobody says that the page has changed, on its own addresses only', () => {
    const dashboard = site(taught(fixture('own-list'), 'tbody tr:nth-child(2) span'));
    const page = fixture('own-list');
    const other = parse('<p>お知らせ</p>');
    expect(dashboard.drifted(page, url(), dashboard.people(page, url()))).toBe(false);
    expect(dashboard.drifted(other, url(), [])).toBe(true);
    expect(dashboard.drifted(other, url('/news'), [])).toBe(false);
  });

  it('proves no account where its name is gone or stands twice', () => {
    const dashboard = site(taught(fixture('own-list'), 'tbody tr:nth-child(2) span', { account: '#shop-name' }));
    const page = fixture('own-list');
    expect(dashboard.account(page, url())).toEqual({ ids: [], pageAccount: 'さくら美容室' });
    const twin = page.querySelector('#shop-name')!.cloneNode() as Element;
    twin.textContent = 'もみじ歯科';
    page.body.append(twin);
    expect(dashboard.account(page, url()).pageAccount).toBeNull();
    for (const element of page.querySelectorAll('#shop-name')) element.remove();
    expect(dashboard.account(page, url()).pageAccount).toBeNull();
  });

  it('is of its own host only', () => {
    const dashboard = site(taught(fixture('own-list'), 'tbody tr:nth-child(2) span'));
    expect(dashboard.recognises(url())).toBe(true);
    expect(dashboard.recognises(new URL('https://kokyaku.example.jp.evil.example/customers'))).toBe(false);
    expect(dashboard.recognises(new URL('http://kokyaku.example.jp/customers'))).toBe(false);
  });
});
