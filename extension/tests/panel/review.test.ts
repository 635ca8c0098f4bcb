import { describe, expect, it, vi } from 'vitest';
import { PIECE_BYTES, proposeFromFile } from '../../src/panel/export-file';
import { faultWords } from '../../src/panel/export-form';
import { gap, nextOpen } from '../../src/panel/review';
import type { ReviewItem } from '../../src/messages';
import type { Call } from '../../src/panel/use-panel';

const at = (minute: number, second = 0): string => new Date(Date.UTC(2026, 10, 21, 1, minute, second)).toISOString();

describe('two times', () => {
  it('are equal to a minute, for the dashboards leave the seconds out', () => {
    expect(gap(at(0), at(1, 59))).toEqual({ unit: 'equal', count: 0 });
    expect(gap(at(0), at(2))).toEqual({ unit: 'minutes', count: 2 });
  });

  it('are apart by as much as a person would say', () => {
    expect(gap(at(0), at(119))).toEqual({ unit: 'minutes', count: 119 });
    expect(gap(at(0), at(180))).toEqual({ unit: 'hours', count: 3 });
    expect(gap(at(3 * 24 * 60), at(0))).toEqual({ unit: 'days', count: 3 });
  });

  it('cannot be compared where one is missing or none', () => {
    expect(gap(at(0), null)).toBeNull();
    expect(gap('きのう', at(0))).toBeNull();
  });
});

describe('the next decision', () => {
  const items = ['1', '2', '3'].map((id) => ({ member: { member_id: id } })) as unknown as ReviewItem[];
  it('is the next below that was not made', () => {
    const decided = { 2: { kind: 'linked' as const, name: '', failed: null } };
    expect(nextOpen(items, decided, '1')).toBe('3');
    expect(nextOpen(items, decided, '3')).toBeNull();
  });
});

describe('a file', () => {
  it('is handed over whole, in order, in pieces', async () => {
    const bytes = Uint8Array.from({ length: 2 * PIECE_BYTES + 5 }, (_, index) => index % 251);
    const asked: { name: string; args: { at?: number; piece?: string; file: string } }[] = [];
    const call = vi.fn(async (name: string, args: never) => void asked.push({ name, args }));
    const review = await proposeFromFile(call as unknown as Call, new Blob([bytes]), '1', 'lme');
    expect(asked.map(({ name, args }) => [name, args.at])).toEqual([
      ['sendFile', 0],
      ['sendFile', PIECE_BYTES],
      ['sendFile', 2 * PIECE_BYTES],
      ['proposeLinks', undefined],
    ]);
    expect(asked.every(({ args }) => args.file === review)).toBe(true);
    expect(Buffer.concat(asked.slice(0, 3).map(({ args }) => Buffer.from(args.piece!, 'base64'))).equals(Buffer.from(bytes))).toBe(true);
  });

  it('without anything in it is handed over, too: the helper says what is wrong', async () => {
    const call = vi.fn(async () => undefined);
    await proposeFromFile(call as unknown as Call, new Blob([]), '1', 'lstep');
    expect(call).toHaveBeenCalledTimes(2);
  });

  it('whose columns are unknown says which it has', () => {
    const problem = { code: 'export_columns_missing', status: 422, detail: '会員番号の列がありません。', extra: { columns: ['氏名', '電話'] } };
    expect(faultWords(problem)).toEqual(['会員番号の列がありません。', expect.stringContaining('ファイルにあった列')]);
    expect(faultWords({ ...problem, extra: {} })).toEqual(['会員番号の列がありません。']);
  });
});
