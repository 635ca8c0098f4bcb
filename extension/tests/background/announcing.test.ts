import { describe, expect, it } from 'vitest';
import { Announcer, isQuiet, NOT_ANNOUNCING } from '../../src/background/announcing';
import { emptySnapshot, type Snapshot } from '../../src/background/snapshot';

const NOW = Date.parse('2026-11-22T01:00:00Z');
const ON = { on: true, names: false, quiet: null };

/** One account with these new friends; `ago` in seconds. */
function shop(...friends: { user: string; name: string | null; ago: number }[]): Snapshot {
  const queue = friends.map(({ user, name, ago }) => ({
    user_id: user,
    display_name: name,
    followed_at: new Date(NOW - ago * 1_000).toISOString(),
  }));
  return { ...emptySnapshot(), accounts: [{ account: { id: '1', name: 'さくら美容室' }, queue }] } as unknown as Snapshot;
}

describe('telling of new friends', () => {
  it('is off until somebody asks for it', () => {
    expect(new Announcer().look(shop({ user: 'a', name: 'ゆい', ago: 1 }), NOT_ANNOUNCING, NOW, 600)).toEqual([]);
  });

  it('tells of each friend once, without the name', () => {
    const announcer = new Announcer();
    const snapshot = shop({ user: 'a', name: 'ゆい', ago: 1 });
    const [told, ...more] = announcer.look(snapshot, ON, NOW, 600);
    expect(told).toMatchObject({ count: 1, account: 'さくら美容室', friend: null });
    expect(more).toEqual([]);
    expect(announcer.look(snapshot, ON, NOW, 600)).toEqual([]);
  });

  it('says the name only when asked to, and adds it to the same notification when LINE tells it', () => {
    const announcer = new Announcer();
    const named = { ...ON, names: true };
    const [first] = announcer.look(shop({ user: 'a', name: null, ago: 1 }), named, NOW, 600);
    const [second] = announcer.look(shop({ user: 'a', name: 'ゆい', ago: 1 }), named, NOW, 600);
    expect([first?.friend, second?.friend]).toEqual([null, 'ゆい']);
    expect(second?.id).toBe(first?.id);
    expect(announcer.look(shop({ user: 'a', name: 'ゆい', ago: 1 }), named, NOW, 600)).toEqual([]);
  });

  it('tells of nobody from before, and of many as one', () => {
    const announcer = new Announcer();
    expect(announcer.look(shop({ user: 'a', name: 'ゆい', ago: 600 }), ON, NOW, 600)).toEqual([]);
    const many = ['b', 'c', 'd', 'e'].map((user) => ({ user, name: null, ago: 2 }));
    expect(announcer.look(shop(...many), ON, NOW, 600)).toMatchObject([{ count: 4, account: 'さくら美容室', friend: null }]);
  });

  it('keeps quiet over midnight, and does not tell afterwards of whom it kept quiet about', () => {
    const quiet = { ...ON, quiet: { from: 21 * 60, to: 9 * 60 } };
    expect([20 * 60 + 59, 21 * 60, 0, 8 * 60 + 59, 9 * 60].map((minute) => isQuiet(quiet, minute))).toEqual([
      false, true, true, true, false,
    ]);
    const announcer = new Announcer();
    const snapshot = shop({ user: 'a', name: 'ゆい', ago: 1 });
    expect(announcer.look(snapshot, quiet, NOW, 22 * 60)).toEqual([]);
    expect(announcer.look(snapshot, quiet, NOW, 9 * 60)).toEqual([]);
  });
});
