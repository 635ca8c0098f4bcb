// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { lme } from '../../src/dashboards/lme';
import { lstep } from '../../src/dashboards/lstep';
import { manager } from '../../src/dashboards/manager';
import { oachat } from '../../src/dashboards/oachat';
import { demoList } from '../../src/dashboards/demo-list';
import type { Dashboard } from '../../src/dashboards';
import { fixture } from './fixture';

const BOT = 'U0123456789abcdef0123456789abcdef';
const TALK = 'Ufedcba9876543210fedcba9876543210';
const chat = (path = '') => new URL(`https://chat.line.biz/${BOT}${path}`);
const list = (path = '/line/show?page=1') => new URL(`https://manager.linestep.net${path}`);
const basic = (path = '/friendlist') => new URL(`https://step.lme.jp/basic${path}`);
const drifts = (dashboard: Dashboard, page: Document, url: URL) => dashboard.drifted(page, url, dashboard.people(page, url));

describe('whose account a page shows', () => {
  it('is proven in OA Chat by a link to OA Manager, not by what a customer wrote', () => {
    expect(oachat.account(fixture('oachat-list'), chat())).toEqual({ ids: ['@sakura'], pageAccount: BOT });
    expect(oachat.account(fixture('oachat-talk'), chat(`/chat/${TALK}`)).ids).toEqual(['@sakura']);
  });

  it('is two accounts where links name two', () => {
    expect(oachat.account(fixture('oachat-two-accounts'), chat()).ids).toEqual(['@sakura', '@momiji']);
  });

  it('is unknown without a link', () => {
    expect(oachat.account(fixture('oachat-unproven'), chat()).ids).toEqual([]);
  });

  it('stands in the address in OA Manager, whatever the account switcher links to', () => {
    const page = fixture('manager');
    expect(manager.account(page, new URL('https://manager.line.biz/account/%40Sakura/insight')).ids).toEqual(['@sakura']);
    expect(manager.account(page, new URL('https://manager.line.biz/')).ids).toEqual([]);
  });

  it('is a name in Lステップ; a link in a memo proves nothing', () => {
    expect(lstep.account(fixture('lstep-list'), list())).toEqual({ ids: [], pageAccount: 'さくら美容室' });
    expect(lstep.account(fixture('lstep-detail'), list('/line/detail/223456789')).pageAccount).toBe('さくら美容室');
  });

  it('is in エルメ a link to OA Manager where there is one, else a name; two names are none', () => {
    const page = fixture('lme-list');
    expect(lme.account(page, basic())).toEqual({ ids: [], pageAccount: 'さくら美容室' });
    page.querySelector('header')!.insertAdjacentHTML('beforeend', '<a href="https://manager.line.biz/account/@sakura">LINE</a>');
    expect(lme.account(page, basic()).ids).toEqual(['@sakura']);
    page.querySelector('header')!.insertAdjacentHTML('beforeend', '<span data-account-name>もみじ歯科</span>');
    expect(lme.account(page, basic()).pageAccount).toBeNull();
  });
});

describe('who a page shows', () => {
  it('reads member id, name with emoji pictures, and follow time in Japan time', () => {
    const people = lstep.people(fixture('lstep-list'), list());
    expect(people.map(({ memberId, name, followedAt }) => [memberId, name, followedAt])).toEqual([
      ['123456789', 'ゆい🌸', '2026-11-21T01:32:00.000Z'],
      ['223456789', '佐藤 花子', '2026-11-21T00:05:00.000Z'],
      ['323456789', 'けん', '2026-11-20T09:00:00.000Z'],
      ['423456789', 'けん', '2026-11-20T09:00:00.000Z'],
    ]);
  });

  it('reads the picture beside a name where it comes by https', () => {
    const page = fixture('lstep-list');
    const pictures = (): (string | null)[] => lstep.people(page, list()).map(({ picture }) => picture);
    expect(pictures()).toEqual(['https://manager.linestep.net/face/v2/aaa/small', null, null, null]);
    for (const address of ['http://manager.linestep.net/face/v2/aaa', 'data:image/png,/face/v2/', `/face/v2/${'a'.repeat(400)}`]) {
      page.querySelector('img')!.setAttribute('src', address);
      expect(pictures()[0]).toBeNull();
    }
    expect(lme.people(fixture('lme-list'), basic())[0]!.picture).toBeNull();
  });

  it('hangs on to the link with the name, not to the one with the picture', () => {
    expect(lstep.people(fixture('lstep-list'), list())[0]!.anchor.textContent).toBe('ゆい');
  });

  it('leaves a row alone whose own id and link disagree', () => {
    expect(lstep.people(fixture('lstep-list'), list()).some(({ name }) => name === '食い違う行')).toBe(false);
  });

  it('takes the LINE name of a detail page, not the name the operator gave', () => {
    const [person] = lstep.people(fixture('lstep-detail'), list('/line/detail/223456789'));
    expect(person).toMatchObject({ memberId: '223456789', name: '佐藤 花子', followedAt: '2026-11-21T00:05:00.000Z' });
  });

  it('reads a talk in Lステップ from its address and the link to the person, not from what was said', () => {
    const page = fixture('lstep-talk');
    const [person, ...others] = lstep.people(page, list('/line/visual?show=detail&member=223456789'));
    expect(person).toMatchObject({ memberId: '223456789', name: '佐藤 花子', followedAt: '2026-11-21T00:05:00.000Z' });
    expect(person!.anchor.textContent).toBe('常連の佐藤さん');
    expect(others).toEqual([]);
    expect(lstep.people(page, list('/line/visual'))).toEqual([]);
    expect(lstep.people(page, list('/line/visual?member=1&member=223456789'))).toEqual([]);
    page.querySelector('.person')!.remove();
    expect(lstep.people(page, list('/line/visual?member=223456789'))).toEqual([]);
  });

  it('reads エルメ: ids from links, LINE names from their column, minutes in Japan time', () => {
    const people = lme.people(fixture('lme-list'), basic());
    expect(people.map(({ memberId, name, followedAt }) => [memberId, name, followedAt])).toEqual([
      ['1234567', 'ゆい🌸', '2026-11-21T01:32:00.000Z'],
      ['2234567', '佐藤 花子', '2026-11-21T00:05:00.000Z'],
      ['3234567', 'けん', '2026-11-20T09:00:00.000Z'],
      ['4234567', 'けん', '2026-11-20T09:00:00.000Z'],
    ]);
    expect(people[0]!.anchor.textContent).toBe('ゆい');
    expect(lme.people(fixture('lme-list'), basic('/friendlist/user-block'))).toHaveLength(4);
    expect(lme.people(fixture('lme-list'), basic('/overview'))).toEqual([]);
  });

  it('reads one person of エルメ from their page and from their chat', () => {
    const [person] = lme.people(fixture('lme-friend'), basic('/friendlist/my_page/2234567'));
    expect(person).toMatchObject({ memberId: '2234567', name: '佐藤 花子', followedAt: '2026-11-21T00:05:00.000Z' });
    const [talking] = lme.people(fixture('lme-chat'), basic('/chat-v3?friend_id=2234567'));
    expect(talking).toMatchObject({ memberId: '2234567', name: '佐藤 花子', followedAt: null });
    expect(lme.people(fixture('lme-chat'), basic('/chat-v3?friend_id=9999999'))).toEqual([]);
  });

  it('takes the open person of OA Chat from the address and the heading', () => {
    const [person] = oachat.people(fixture('oachat-talk'), chat(`/chat/${TALK}`));
    expect(person).toMatchObject({ memberId: TALK, name: '田中 まり🌸' });
    expect(oachat.people(fixture('oachat-talk'), chat('/chat/Cfedcba9876543210fedcba9876543210'))).toEqual([]);
  });

  it('names nobody where there is no list', () => {
    expect(manager.people(fixture('manager'), new URL('https://manager.line.biz/account/@sakura'))).toEqual([]);
  });
});

describe('a page that has changed', () => {
  it('is noticed when a list has rows and none is understood', () => {
    expect(drifts(lstep, fixture('lstep-changed'), list())).toBe(true);
    expect(drifts(demoList, fixture('lstep-changed'), new URL('http://127.0.0.1:8173/demo/list/line/show'))).toBe(true);
  });

  it('is noticed when the page links to more people than the rows show, whatever it is made of', () => {
    expect(drifts(lme, fixture('lme-changed'), basic())).toBe(true);
    const mixed = fixture('lme-changed');
    const table = fixture('lme-list').querySelector('table')!;
    for (const row of [...table.querySelectorAll('tbody tr')].slice(1)) row.remove();
    mixed.querySelector('main')!.append(table);
    expect(lme.people(mixed, basic())).toHaveLength(1);
    expect(drifts(lme, mixed, basic())).toBe(true);
  });

  it('is noticed on a person’s own page when none of its labels is known', () => {
    expect(drifts(lstep, fixture('lstep-detail-changed'), list('/line/detail/123456789'))).toBe(true);
    expect(drifts(lstep, fixture('lstep-detail'), list('/line/detail/123456789'))).toBe(false);
    expect(drifts(lme, fixture('lme-friend'), basic('/friendlist/my_page/2234567'))).toBe(false);
  });

  it('is noticed in a talk that names nobody', () => {
    const [talk, group] = [chat(`/chat/${TALK}`), chat('/chat/Cfedcba9876543210fedcba9876543210')];
    expect(drifts(oachat, fixture('oachat-talk'), talk)).toBe(false);
    const page = fixture('oachat-talk');
    page.querySelector('.sub-header')!.innerHTML = '<div class="x7">田中 まり</div>';
    expect(drifts(oachat, page, talk)).toBe(true);
    // Groups, the list without a talk, and a talk that is still being drawn have nobody to name.
    expect(drifts(oachat, page, group)).toBe(false);
    expect(drifts(oachat, fixture('oachat-list'), chat())).toBe(false);
    page.querySelector('section')!.remove();
    expect(drifts(oachat, page, talk)).toBe(false);
  });

  it('is not an empty list, not a list we understand with an odd row, not another page', () => {
    expect(drifts(lstep, fixture('lstep-empty'), list())).toBe(false);
    expect(drifts(lstep, fixture('lstep-list'), list())).toBe(false);
    expect(drifts(lme, fixture('lme-list'), basic())).toBe(false);
    expect(drifts(lme, fixture('lme-chat'), basic('/chat-v3?friend_id=2234567'))).toBe(false);
    expect(drifts(lstep, fixture('lstep-changed'), list('/line/detail/123456789'))).toBe(false);
  });

  it('is not a few links beside an empty list', () => {
    const page = fixture('lstep-empty');
    page.querySelector('header')!.insertAdjacentHTML(
      'beforeend',
      '<a href="/line/detail/123456789">ゆい</a><a href="/line/detail/223456789">花</a>',
    );
    expect(drifts(lstep, page, list())).toBe(false);
  });
});
