/** People to be confirmed side by side: handed over by a page or by a file, kept in memory, never given to a page. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PIECE_BYTES } from '../../src/panel/export-file';
import { MOST_EXPORT_BYTES, type PageState, type PanelState, type ReviewPart } from '../../src/messages';
import type { LinkProposal, LinkProposals } from '../../src/helper/types';
import { FakeHelper, friend, PRACTICE, REAL, TARO, YUI } from '../fake-helper';
import { OWN_ORIGIN, ownTime, pass, settle, TestBrowser, type Page } from './browser';

let helper: FakeHelper;
let browser: TestBrowser;
let list: Page<PageState>;
let view: Page<PanelState>;
const LIST = 'https://manager.linestep.net/line/show';

beforeEach(async () => {
  ownTime();
  helper = new FakeHelper();
  helper.queues[REAL] = [friend(YUI)];
  browser = await new TestBrowser(helper).paired().start();
  list = browser.openPage(LIST);
  view = browser.openPanel();
  await settle();
});
afterEach(() => {
  vi.useRealTimers();
});

async function ask(page: Page<unknown>, name: string, args: unknown): Promise<unknown> {
  const answer = page.ask(name, args);
  await pass(100);
  const found = await answer;
  return found.ok ? found.value : found.problem.code;
}

const shown = (memberId: string, name: string, followedAt: string | null = null) => ({ memberId, name, followedAt, picture: null });
/** The review whose view was opened last. */
const opened = (): string => String(browser.shown).replace(`${OWN_ORIGIN}links.html#`, '');
const review = (from = 0, id = opened()): Promise<ReviewPart> =>
  ask(view, 'review', { review: id, from }) as Promise<ReviewPart>;
const where = { accountId: REAL, dashboard: 'lstep', memberId: '1001' };

describe('people of an open page', () => {
  beforeEach(async () => {
    const yui = friend(YUI, { followed_at: '2026-11-21T10:00:40.000Z', picture_url: 'https://profile.line-scdn.net/a' });
    const taro = friend(TARO, { display_name: '太郎', followed_at: '2026-11-20T10:00:00.000Z' });
    helper.people = {
      1001: { match: 'proposed', friend: yui, candidates: [yui] },
      1002: { match: 'ambiguous', friend: null, candidates: [yui, taro] },
      1003: { match: 'none', friend: null, candidates: [] },
    };
    const people = [
      shown('1002', '太郎', '2026-11-19T10:00:00.000Z'),
      { ...shown('1001', 'ゆい', '2026-11-21T10:00:00.000Z'), picture: 'https://manager.linestep.net/face/v2/a' },
      shown('1003', 'けん'),
    ];
    expect(await ask(list, 'reviewPeople', { accountId: REAL, people })).toBeNull();
  });

  it('stand in the view, newest first, with what speaks for each', async () => {
    const part = await review();
    expect(part).toMatchObject({ accountId: REAL, dashboard: 'lstep', source: 'page', unknown: 1, total: 2 });
    expect(part.items.map(({ member, match, evidence }) => [member.member_id, match, evidence])).toEqual([
      ['1001', 'proposed', 'name_and_time'],
      ['1002', 'ambiguous', 'name'],
    ]);
    expect(part.items[0]).toMatchObject({
      picture: 'https://manager.linestep.net/face/v2/a',
      friend: { user_id: YUI, picture_url: 'https://profile.line-scdn.net/a', stage: 'new' },
    });
    expect(part.items[1]!.friend).toBeNull();
    expect(part.items[1]!.candidates.map(({ user_id: userId }) => userId)).toEqual([YUI, TARO]);
  });

  it('are asked about anew when the view is loaded again', async () => {
    await review();
    await ask(view, 'link', { ...where, userId: YUI });
    expect(await review()).toMatchObject({ linked: 1, total: 1 });
  });

  it('are nothing that a page can ask for, and nothing that is told to one or kept on disk', async () => {
    const id = opened();
    await review();
    for (const page of [list, browser.openPage('https://chat.line.biz/U0123')]) {
      for (const name of ['review', 'sendFile', 'proposeLinks']) expect(await ask(page, name, { review: id, from: 0 })).toBe('malformed');
      expect(JSON.stringify(page.states)).not.toContain('けん');
    }
    await pass(2_000);
    expect(JSON.stringify([browser.local.items, browser.session.items])).not.toContain('けん');
  });

  it('are gone with the pairing, and after a restart of the background', async () => {
    const id = opened();
    await browser.start();
    view = browser.openPanel();
    await settle();
    expect(await review(0, id)).toBe('gone');
    const again = browser.openPage(LIST);
    await settle();
    await ask(again, 'reviewPeople', { accountId: REAL, people: [shown('1001', 'ゆい')] });
    expect(await review()).toMatchObject({ total: 1 });
    await ask(view, 'forgetPairing', {});
    expect(await review()).toBe('gone');
  });
});

describe('what a page hands over', () => {
  const person = shown('1001', 'ゆい');
  it.each([
    ['nobody', []],
    ['too many', Array.from({ length: 501 }, () => person)],
    ['a picture by another way than https', [{ ...person, picture: 'http://manager.linestep.net/face/v2/a' }]],
    ['a picture that is a script', [{ ...person, picture: 'javascript:alert(1)' }]],
    ['more than is asked for', [{ ...person, userId: YUI }]],
    ['another dashboard', [{ ...person, dashboard: 'lme' }]],
  ])('is refused when it is %s', async (_, people) => {
    expect(await ask(list, 'reviewPeople', { accountId: REAL, people })).toBe('malformed');
    expect(browser.shown).toBeNull();
  });

  it('is of its own dashboard, for an account that it may use', async () => {
    expect(await ask(list, 'reviewPeople', { accountId: PRACTICE, people: [person] })).toBe('not_allowed');
    const lme = browser.openPage('https://step.lme.jp/basic/friendlist');
    await settle();
    await ask(lme, 'reviewPeople', { accountId: REAL, people: [person] });
    expect(await review()).toMatchObject({ dashboard: 'lme' });
  });
});

const proposal = (at: number): LinkProposal => ({
  member: { member_id: String(1001 + at), name: `客${at}`, followed_at: null },
  match: 'proposed',
  evidence: 'name',
  letters_lost: false,
  friend: { user_id: YUI, display_name: 'ゆい', picture_url: null, followed_at: null, stage: 'new' },
  candidates: [],
});
const proposals = (count: number): LinkProposals => ({
  dashboard: 'lstep',
  encoding: 'shift_jis',
  delimiter: ',',
  people: count + 10,
  linked: 3,
  unknown: 7,
  items: Array.from({ length: count }, (_, at) => proposal(at)),
  skipped: [{ line: 17, code: 'no_id' }],
  skipped_count: 1,
});

describe('an export', () => {
  const FILE = 'file-1';
  const piece = (text: string): string => Buffer.from(text).toString('base64');
  const propose = (file = FILE): Promise<unknown> => ask(view, 'proposeLinks', { accountId: REAL, dashboard: 'lstep', file });

  it('reaches the helper as it is, by its own type, with what it is an export of', async () => {
    helper.proposals = proposals(1);
    expect(await ask(view, 'sendFile', { file: FILE, at: 0, piece: piece('会員番号,') })).toBeNull();
    expect(await ask(view, 'sendFile', { file: FILE, at: 13, piece: piece('名前\n1001,ゆい') })).toBeNull();
    expect(await propose()).toBeNull();
    expect(helper.received.at(-1)).toMatchObject({
      method: 'POST',
      path: `/accounts/${REAL}/links/proposals`,
      headers: { 'Content-Type': 'text/csv' },
      body: '会員番号,名前\n1001,ゆい',
    });
    expect(await review(0, FILE)).toMatchObject({ source: 'file', linked: 3, unknown: 7, skippedCount: 1, total: 1 });
  });

  it('of which a piece is missing is not asked about', async () => {
    const before = helper.received.length;
    await ask(view, 'sendFile', { file: FILE, at: 0, piece: piece('abc') });
    expect(await ask(view, 'sendFile', { file: FILE, at: 6, piece: piece('def') })).toBe('gone');
    expect(await ask(view, 'sendFile', { file: 'file-2', at: 3, piece: piece('def') })).toBe('gone');
    expect(await propose('file-2')).toBe('gone');
    expect(helper.received.slice(before).filter(({ path }) => path.endsWith('/proposals'))).toEqual([]);
  });

  it('may be of 20 MiB and not of a byte more, and its pieces fit into a message', async () => {
    const full = piece('a'.repeat(PIECE_BYTES));
    let at = 0;
    for (; at + PIECE_BYTES <= MOST_EXPORT_BYTES; at += PIECE_BYTES) {
      const answer = view.ask('sendFile', { file: FILE, at, piece: full });
      await settle(1);
      expect(await answer).toEqual({ ok: true, value: null });
    }
    const rest = 'a'.repeat(MOST_EXPORT_BYTES - at);
    expect(await ask(view, 'sendFile', { file: FILE, at, piece: piece(`${rest}a`) })).toBe('malformed');
    expect(await ask(view, 'sendFile', { file: FILE, at, piece: piece(rest) })).toBeNull();
    helper.proposals = proposals(0);
    expect(await propose()).toBeNull();
    expect(helper.received.at(-1)?.body).toHaveLength(MOST_EXPORT_BYTES);
  }, 30_000);

  it('that the helper cannot read says why', async () => {
    await ask(view, 'sendFile', { file: FILE, at: 0, piece: '' });
    expect(await propose()).toBe('export_unreadable');
  });

  it('of an account or a dashboard that is none goes nowhere', async () => {
    for (const change of [{ dashboard: 'oachat' }, { accountId: '../me' }]) {
      expect(await ask(view, 'proposeLinks', { accountId: REAL, dashboard: 'lstep', file: FILE, ...change })).toBe('malformed');
    }
  });

  it('gives its decisions in parts, and leaves out those that were made', async () => {
    helper.proposals = proposals(1_100);
    await ask(view, 'sendFile', { file: FILE, at: 0, piece: '' });
    await propose();
    expect((await review(0, FILE)).items).toHaveLength(500);
    expect((await review(1_000, FILE)).items.map(({ member }) => member.name)).toContain('客1099');
    await ask(view, 'link', { ...where, userId: YUI });
    expect(await review(0, FILE)).toMatchObject({ linked: 4, total: 1_099 });
    await ask(view, 'unlink', where);
    expect(await review(0, FILE)).toMatchObject({ linked: 3, total: 1_100 });
  });
});

describe('a link that is stored in the view', () => {
  it('is told to every open page, also when nothing else about the friend has changed', async () => {
    helper.tell('friend', REAL, friend(YUI));
    await settle();
    const { heard } = list.state.accounts[0]!;
    expect(await ask(view, 'link', { ...where, userId: YUI })).toBeNull();
    expect(helper.links.get('lstep/1001')).toBe(YUI);
    expect(list.state.accounts[0]!.heard).not.toBe(heard);
  });

  it('and taken back makes every page ask again, also for whom it is sure of', async () => {
    await ask(view, 'link', { ...where, userId: YUI });
    const { era } = list.state;
    expect(await ask(view, 'unlink', where)).toBeNull();
    expect(helper.links.size).toBe(0);
    expect(list.state.era).not.toBe(era);
  });

  it('to a friend who is somebody else already is refused', async () => {
    await ask(view, 'link', { ...where, userId: YUI });
    expect(await ask(view, 'link', { ...where, memberId: '1002', userId: YUI })).toBe('link_taken');
  });
});
