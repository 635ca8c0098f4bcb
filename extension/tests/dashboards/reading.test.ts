import { describe, expect, it } from 'vitest';
import { accountIdOf, japanMinute } from '../../src/dashboards/reading';

describe('a time as a dashboard writes it', () => {
  it.each([
    ['2026/11/21 10:32', '2026-11-21T01:32:00.000Z'],
    ['2026-11-21 10:32:59', '2026-11-21T01:32:00.000Z'],
    ['2026年11月21日 10時32分', '2026-11-21T01:32:00.000Z'],
    ['２０２６/１１/２１　１０：３２', '2026-11-21T01:32:00.000Z'],
    ['2026/11/21(土) 10:32', '2026-11-21T01:32:00.000Z'],
    ['2026/1/1 0:00', '2025-12-31T15:00:00.000Z'],
  ])('%s is %s', (shown, utc) => expect(japanMinute(shown)).toBe(utc));

  it.each(['11/21 10:32', '2026/11/21', '2026/13/41 10:32', '2026/11/21 25:00', '昨日', ''])('%s is no minute', (shown) =>
    expect(japanMinute(shown)).toBeNull(),
  );
});

describe('an account id in an address', () => {
  it.each([
    ['https://manager.line.biz/account/@sakura', '@sakura'],
    ['https://manager.line.biz/account/%40Abc123x/setting', '@abc123x'],
    ['https://manager.line.biz/account/sakura', null],
    ['http://manager.line.biz/account/@sakura', null],
    ['https://manager.line.biz.evil.example/account/@sakura', null],
    ['https://evil.example/manager.line.biz/account/@sakura', null],
  ])('%s → %s', (address, id) => expect(accountIdOf(new URL(address))).toBe(id));
});
