import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PagePerson } from '../../src/dashboards';
import type { LookupKey, LookupResult } from '../../src/helper/types';
import { Lookups } from '../../src/page/lookups';

const none: LookupResult = { match: 'none', friend: null, candidates: [] };
const person = (memberId: string, name = 'ゆい'): PagePerson => ({
  memberId,
  name,
  followedAt: null,
  picture: null,
  anchor: null as unknown as Element,
  place: 'after',
});

let batches: LookupKey[][];
let lookups: Lookups;

beforeEach(() => {
  vi.useFakeTimers();
  batches = [];
  lookups = new Lookups(
    'lstep',
    async (_account, keys) => {
      batches.push(keys);
      return keys.map(() => none);
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
