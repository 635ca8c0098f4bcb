// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { lstep } from '../../src/dashboards/lstep';
import { manager } from '../../src/dashboards/manager';
import { oachat } from '../../src/dashboards/oachat';
import { demoList } from '../../src/dashboards/demo-list';
import { fixture } from './fixture';

const BOT = 'U0123456789abcdef0123456789abcdef';
const TALK = 'Ufedcba9876543210fedcba9876543210';
const chat = (path = '') => new URL(`https://chat.line.biz/${BOT}${path}`);
const list = (path = '/line/show?page=1') => new URL(`https://manager.linestep.net${path}`);

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
    expect(lstep.drifted(fixture('lstep-changed'), list())).toBe(true);
    expect(demoList.drifted(fixture('lstep-changed'), new URL('http://127.0.0.1:8173/demo/list/line/show'))).toBe(true);
  });

  it('is not an empty list, not a list we understand, not another page', () => {
    expect(lstep.drifted(fixture('lstep-empty'), list())).toBe(false);
    expect(lstep.drifted(fixture('lstep-list'), list())).toBe(false);
    expect(lstep.drifted(fixture('lstep-changed'), list('/line/detail/123456789'))).toBe(false);
  });
});
