// @vitest-environment happy-dom
import { render } from 'preact';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandRefused } from '../../src/channel';
import type { Friend } from '../../src/helper/types';
import type { PanelState, ReviewItem } from '../../src/messages';
import { ReviewList } from '../../src/panel/review-list';
import type { Whole } from '../../src/panel/review-page';
import { PanelProvider, type Call } from '../../src/panel/use-panel';
import { account, friend, NOW, taro } from '../page/people';

const id = (at: number): string => `U${String(at).padStart(32, '0')}`;
const suggestion = (at: number, change: Partial<Friend> = {}) => friend({ user_id: id(at), display_name: `友${at}`, ...change });
function item(at: number, change: Partial<ReviewItem> = {}): ReviewItem {
  const her = suggestion(at);
  return {
    member: { member_id: `m${at}`, name: `客${at}`, followed_at: her.followed_at },
    match: 'proposed',
    evidence: 'name_and_time',
    letters_lost: false,
    friend: her,
    candidates: [her],
    picture: null,
    ...change,
  };
}
const several = (at: number): ReviewItem =>
  item(at, { match: 'ambiguous', evidence: 'name', friend: null, candidates: [suggestion(at), suggestion(at + 50)] });

let asked: { name: string; args: Record<string, string> }[];
let refusal: { code: string; extra?: Record<string, unknown> } | null;

const panel = (change: Partial<PanelState> = {}): { state: PanelState; call: Call } => ({
  state: { connection: 'ready', teammate: taro, accounts: [], offlineSince: null, ...change } as PanelState,
  call: (async (name: string, args: Record<string, string>) => {
    asked.push({ name, args });
    if (refusal) throw new CommandRefused({ status: 409, detail: '', extra: {}, ...refusal });
  }) as unknown as Call,
});
const whole = (items: ReviewItem[], change: Partial<Whole> = {}): Whole => ({
  accountId: account().id,
  dashboard: 'lstep',
  source: 'file',
  linked: 2,
  unknown: 3,
  skipped: [],
  skippedCount: 0,
  items,
  ...change,
});

let shown: Whole;
async function show(items: ReviewItem[], change: Partial<Whole> = {}): Promise<void> {
  shown = whole(items, change);
  await draw();
}
async function draw(state: Partial<PanelState> = {}): Promise<void> {
  render(
    <PanelProvider value={panel(state)}>
      <ReviewList whole={shown} side="Lステップ" />
    </PanelProvider>,
    document.body,
  );
  await settled();
}
/** What was pressed has been answered and drawn. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

const buttons = (words: string): HTMLButtonElement[] =>
  [...document.querySelectorAll('button')].filter(({ textContent }) => textContent === words);
const entry = (at: number): HTMLElement =>
  [...document.querySelectorAll<HTMLElement>('.pair')].find(({ textContent, ariaLabel }) => `${textContent}${ariaLabel}`.includes(`客${at}`))!;
const focusedIn = (): HTMLElement | null | undefined => document.activeElement?.closest<HTMLElement>('.pair');
/** As Enter does: the focused button is clicked, and no pointer with it. */
async function press(button: Element): Promise<void> {
  (button as HTMLElement).focus();
  button.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 0 }));
  await settled();
}
async function click(button: Element, detail = 1): Promise<void> {
  (button as HTMLElement).focus();
  button.dispatchEvent(new MouseEvent('click', { bubbles: true, detail, clientX: 5, clientY: 5 }));
  await settled();
}
const linked = (): string[] => asked.filter(({ name }) => name === 'link').map(({ args }) => `${args['memberId']}=${args['userId']}`);

beforeEach(() => {
  asked = [];
  refusal = null;
});
afterEach(() => {
  render(null, document.body);
});

describe('by Enter alone', () => {
  it('one after the other is linked, each by its own press', async () => {
    await show([item(1), item(2), item(3)]);
    await press(buttons('紐付ける')[0]!);
    expect(linked()).toEqual([`m1=${id(1)}`]);
    await press(document.activeElement!);
    await press(document.activeElement!);
    expect(linked()).toEqual([`m1=${id(1)}`, `m2=${id(2)}`, `m3=${id(3)}`]);
    expect(buttons('取り消す')).toHaveLength(3);
    expect(document.activeElement!.textContent).toContain('すべて確認しました');
  });

  it('nobody is chosen out of several: the focus stops before the choice', async () => {
    await show([item(1), several(2), item(3)]);
    await press(buttons('紐付ける')[0]!);
    expect(document.activeElement).toBe(entry(2));
    await press(document.activeElement!);
    expect(linked()).toHaveLength(1);
    await press(buttons('この人に紐付ける')[1]!);
    expect(linked()[1]).toBe(`m2=${id(52)}`);
    expect(focusedIn()).toBe(entry(3));
  });

  it('a key that is held down links once', async () => {
    await show([item(1), item(2)]);
    const held = new KeyboardEvent('keydown', { key: 'Enter', repeat: true, bubbles: true, cancelable: true });
    buttons('紐付ける')[0]!.dispatchEvent(held);
    expect(held.defaultPrevented).toBe(true);
  });

  it('twenty are shown, then the way to more, then the next', async () => {
    await show(Array.from({ length: 25 }, (_, at) => item(at)));
    expect(document.querySelectorAll('.pair')).toHaveLength(20);
    await press(buttons('紐付ける')[19]!);
    expect(document.activeElement!.textContent).toContain('さらに表示');
    await press(document.activeElement!);
    expect(document.querySelectorAll('.pair')).toHaveLength(25);
    expect(focusedIn()).toBe(entry(20));
  });
});

describe('by the pointer', () => {
  it('the second press of a double click links nobody', async () => {
    await show([item(1), item(2)]);
    await click(buttons('紐付ける')[0]!);
    // A hand that presses is not quite at rest.
    entry(2).dispatchEvent(new MouseEvent('pointermove', { bubbles: true, clientX: 6, clientY: 5 }));
    await click(buttons('紐付ける')[0]!, 2);
    expect(linked()).toEqual([`m1=${id(1)}`]);
  });

  it('a press right after the list has moved, by a pointer that rested, links nobody', async () => {
    await show([item(1), item(2)]);
    await click(buttons('紐付ける')[0]!);
    await click(buttons('紐付ける')[0]!);
    expect(linked()).toEqual([`m1=${id(1)}`]);
  });
});

describe('a decision', () => {
  it('can be taken back', async () => {
    await show([item(1)]);
    await press(buttons('紐付ける')[0]!);
    await press(buttons('取り消す')[0]!);
    expect(asked.at(-1)).toEqual({ name: 'unlink', args: { accountId: account().id, dashboard: 'lstep', memberId: 'm1' } });
    expect(document.activeElement).toBe(buttons('紐付ける')[0]);
  });

  it('that was taken back elsewhere is no fault', async () => {
    await show([item(1)]);
    await press(buttons('紐付ける')[0]!);
    refusal = { code: 'link_unknown' };
    await press(buttons('取り消す')[0]!);
    expect(buttons('紐付ける')).toHaveLength(1);
    expect(document.querySelector('[role=alert]')).toBeNull();
  });

  it('that is refused says so at its place, and can be made again', async () => {
    await show([item(1), item(2)]);
    refusal = { code: 'link_taken', extra: { member_id: 'm9' } };
    await press(buttons('紐付ける')[0]!);
    expect(entry(1).querySelector('[role=alert]')!.textContent).toContain('すでに別の方');
    refusal = null;
    await press(buttons('紐付ける')[0]!);
    expect(entry(1).className).toContain('linked');
  });

  it('「違う人です」 links nobody, takes the entry away for now, and goes on', async () => {
    await show([item(1), item(2)]);
    await press(buttons('違う人です')[0]!);
    expect(asked).toEqual([]);
    expect(entry(1)).toBeUndefined();
    expect(focusedIn()).toBe(entry(2));
    await press(buttons('もう一度表示')[0]!);
    expect(entry(1)).toBeDefined();
  });

  it('cannot be made while the helper is away, and nothing is lost by it', async () => {
    await show([item(1), item(2)]);
    await press(buttons('紐付ける')[0]!);
    await draw({ connection: 'offline' });
    await press(buttons('紐付ける')[0]!);
    expect(linked()).toHaveLength(1);
    expect(document.activeElement).toBe(buttons('紐付ける')[0]);
    await draw();
    await press(buttons('紐付ける')[0]!);
    expect(linked()).toHaveLength(2);
    expect(document.querySelectorAll('.linked')).toHaveLength(2);
  });

  it('is nothing for who may only look', async () => {
    await show([item(1)]);
    await draw({ teammate: { ...taro, role: 'viewer' } });
    await press(buttons('紐付ける')[0]!);
    expect(linked()).toEqual([]);
  });
});

describe('what is shown', () => {
  it('names the two in each button, and preselects nobody', async () => {
    await show([several(1)]);
    expect(document.querySelectorAll('.primary, :checked')).toHaveLength(0);
    expect(new Set(buttons('この人に紐付ける').map(({ ariaLabel }) => ariaLabel))).not.toContain(null);
  });

  it('says how the times differ, and that letters were lost', async () => {
    await show([
      item(1),
      item(2, { evidence: 'name', member: { member_id: 'm2', name: '客2?', followed_at: new Date(NOW).toISOString() }, letters_lost: true, friend: suggestion(2, { followed_at: new Date(NOW - 35 * 60_000).toISOString() }) }),
      item(3, { evidence: 'name', member: { member_id: 'm3', name: '客3', followed_at: null } }),
    ]);
    const text = (at: number): string => entry(at).textContent!;
    expect(text(1)).toContain('追加日時が一致');
    expect(text(1)).not.toContain('書き出しで失われた');
    expect(text(2)).toContain('分違います');
    expect(text(2)).toContain('書き出しで失われた');
    expect(text(3)).toContain('比べられません');
  });

  it('can be narrowed by what speaks for it', async () => {
    await show([item(1), several(2), item(3, { evidence: 'name' })]);
    const filter = (words: string): Element => [...document.querySelectorAll('.filters button')].find(({ textContent }) => textContent!.startsWith(words))!;
    for (const [words, at] of [['名前と時刻が一致', 1], ['候補が複数', 2], ['名前だけ一致', 3]] as const) {
      await click(filter(words));
      expect(document.querySelectorAll('.pair')).toHaveLength(1);
      expect(entry(at)).toBeDefined();
      expect(filter(words).getAttribute('aria-pressed')).toBe('true');
    }
    await click(filter('すべて'));
    expect(document.querySelectorAll('.pair')).toHaveLength(3);
  });

  it('is nobody’s choice among several where there is only one', async () => {
    const her = suggestion(1);
    await show([item(1, { match: 'ambiguous', evidence: 'name', friend: null, candidates: [her] })]);
    expect(document.querySelector('.filters')!.textContent).toContain('名前だけ一致 1');
    expect(buttons('この人に紐付ける')).toHaveLength(1);
    expect(buttons('違う人です')).toHaveLength(1);
    expect(document.querySelector('.primary')).toBeNull();
  });

  it('takes pictures by https only, and tells their server nothing', async () => {
    const picture = 'https://manager.linestep.net/face/v2/a';
    await show([
      item(1, { picture, friend: suggestion(1, { picture_url: 'http://127.0.0.1/me.png' }) }),
      item(2, { friend: suggestion(2, { picture_url: 'javascript:alert(1)' }) }),
    ]);
    const pictures = [...document.querySelectorAll('img')];
    expect(pictures.map(({ src, referrerPolicy }) => [src, referrerPolicy])).toEqual([[picture, 'no-referrer']]);
    pictures[0]!.dispatchEvent(new Event('error'));
    await settled();
    expect(document.querySelectorAll('img')).toHaveLength(0);
    expect(entry(1).querySelector('.face')!.textContent).toBe('客');
  });

  it('counts, and says which lines were left out and why', async () => {
    await show([item(1)], { skipped: [{ line: 17, code: 'no_id' }], skippedCount: 3 });
    expect([...document.querySelectorAll('dt')].map(({ textContent }) => textContent)).toEqual(['提案', '確認済み', '紐付け済み', 'Ittsuにいない方']);
    expect(document.querySelectorAll('.skipped li')).toHaveLength(2);
  });
});
