import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PagePerson } from '../../src/dashboards';
import type { Friend, LookupKey, LookupResult } from '../../src/helper/types';
import { Lookups } from '../../src/page/lookups';
import { friend as someone } from './people';

const friend = (number: number): Friend => someone({ user_id: `U${String(number).padStart(32, '0')}` });
const none: LookupResult = { match: 'none', friend: null, candidates: [] };
const person = (memberId: string, name = 'ゆい'): PagePerson => ({
  memberId,
  name,
  followedAt: null,
  anchor: null as unknown as Element,
  place: 'after',
});

let batches: LookupKey[][];
let answers: LookupResult[];
let lookups: Lookups;

beforeEach(() => {
  vi.useFakeTimers();
  batches = [];
  answers = [];
  lookups = new Lookups(
    'lstep',
    async (_account, keys) => {
      batches.push(keys);
      return keys.map((_, at) => answers[at] ?? none);
    },
    () => {},
  );
  return () => void vi.useRealTimers();
});

describe('asking who the rows are', () => {
  it('asks for many rows at once, and for each person once', async () => {
    for (let at = 0; at < 3; at += 1) for (const id of ['100001', '100002']) lookups.find('a', person(id));
    await vi.runAllTimersAsync();
    lookups.find('a', person('100001'));
    await vi.runAllTimersAsync();
    expect(batches).toEqual([
      [
        { dashboard: 'lstep', member_id: '100001', name: 'ゆい' },
        { dashboard: 'lstep', member_id: '100002', name: 'ゆい' },
      ],
    ]);
  });

  it('never asks for more than 500 at once', async () => {
    for (let id = 100_000; id < 100_700; id += 1) lookups.find('a', person(String(id)));
    await vi.runAllTimersAsync();
    expect(batches.map(({ length }) => length)).toEqual([500, 200]);
  });

  it('asks again for a node that shows somebody else now', async () => {
    lookups.find('a', person('100001', 'ゆい'));
    await vi.runAllTimersAsync();
    expect(lookups.find('a', person('100001', 'けん'))).toBeNull();
    await vi.runAllTimersAsync();
    expect(batches).toHaveLength(2);
  });

  it('does not believe an open answer that was asked for before something changed', async () => {
    lookups.find('a', person('100001'));
    vi.advanceTimersByTime(30);
    lookups.forgetOpen();
    await vi.runAllTimersAsync();
    expect(lookups.find('a', person('100001'))).toBeNull();
  });

  it('asks again for open rows after something changed', async () => {
    lookups.find('a', person('100001'));
    await vi.runAllTimersAsync();
    expect(lookups.find('a', person('100001'))).toEqual(none);
    lookups.forgetOpen();
    expect(lookups.find('a', person('100001'))).toBeNull();
  });
});

describe('friends of whom the page is told by name', () => {
  const ids = (from: number, count: number): string[] => Array.from({ length: count }, (_, at) => friend(from + at).user_id);
  const proposed = (number: number): LookupResult => ({ match: 'proposed', friend: friend(number), candidates: [friend(number)] });

  it('do not make it ask again when they come because it asked', async () => {
    answers = [proposed(1)];
    lookups.find('a', person('100001'));
    vi.advanceTimersByTime(30);
    // The state arrives before the answer.
    lookups.heard(ids(1, 1));
    await vi.runAllTimersAsync();
    lookups.heard(ids(1, 1));
    await vi.runAllTimersAsync();
    expect(lookups.find('a', person('100001'))).toEqual(proposed(1));
    expect(batches).toHaveLength(1);
  });

  it('make it ask again for open rows, once for many of them', async () => {
    lookups.find('a', person('100001'));
    await vi.runAllTimersAsync();
    for (const id of ids(2, 300)) lookups.heard([id]);
    await vi.runAllTimersAsync();
    expect(lookups.find('a', person('100001'))).toBeNull();
    await vi.runAllTimersAsync();
    expect(lookups.find('a', person('100001'))).toEqual(none);
    expect(batches).toHaveLength(2);
  });

  it('are not lost when somebody else comes while it asks', async () => {
    answers = [proposed(1)];
    lookups.find('a', person('100001'));
    vi.advanceTimersByTime(30);
    lookups.heard(ids(1, 2));
    await vi.runAllTimersAsync();
    expect(lookups.find('a', person('100001'))).toBeNull();
  });
});
