import { expect, it } from 'vitest';
import { emptySnapshot, learnFriend } from '../../src/background/snapshot';
import { pageState } from '../../src/background/view';
import type { Friend } from '../../src/helper/types';
import { friendKey } from '../../src/messages';
import { account, accountState, friend } from '../page/people';

const ID = account().id;
const SETTINGS = {
  address: '',
  switchedOff: [],
  preferences: {},
  announcing: { on: false, names: false, quiet: null },
  sites: [],
};
const READY = { connection: 'ready', offlineSince: null, reason: null, helperVersion: null } as const;

it('a page is told of those it asked for only when they have changed since it was answered', () => {
  const snapshot = emptySnapshot();
  snapshot.accounts = [{ ...accountState(), queue: [], queueMore: false }];
  // More than what is told unasked.
  const friends = Array.from({ length: 300 }, (_, at) => friend({ user_id: `U${String(at).padStart(32, '0')}` }));
  const keyOf = ({ user_id: id }: Friend): string => friendKey(ID, id);
  for (const one of friends) learnFriend(snapshot, ID, one);
  const watched = new Map(friends.map((one) => [keyOf(one), one]));
  const told = (): Record<string, Friend> => pageState(snapshot, READY, SETTINGS, 'lstep', watched).friends;
  const [first, second] = friends as [Friend, Friend];
  expect(Object.keys(told())).not.toContain(keyOf(first));

  const changed = { ...first, stage: 'talking' as const };
  learnFriend(snapshot, ID, changed);
  for (const one of friends.slice(2)) learnFriend(snapshot, ID, one);
  expect(told()[keyOf(first)]).toEqual(changed);
  expect(Object.keys(told())).not.toContain(keyOf(second));
});
