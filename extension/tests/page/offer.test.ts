import { describe, expect, it } from 'vitest';
import { offerFor, secondsUntil } from '../../src/page/offer';
import { at, friend, NOW, push, reply, taro } from './people';

const offer = (change: Parameters<typeof friend>[0], now = NOW) => offerFor(friend(change), taro, now);

describe('what can be done for a friend', () => {
  it('is free while the reply is promised, and costs one from that moment on', () => {
    const plan = reply(29_000);
    expect(offer({ plan })).toEqual({ kind: 'send', cost: 0, freeUntil: NOW + 29_000 });
    expect(offer({ plan }, NOW + 28_999)).toMatchObject({ cost: 0 });
    expect(offer({ plan }, NOW + 29_000)).toEqual({ kind: 'send', cost: 1, freeUntil: null });
  });

  it('is nothing once the free seconds are over and nothing is left of the month', () => {
    expect(offer({ plan: reply(-1, false) })).toEqual({ kind: 'refused', code: 'quota_exhausted' });
    expect(offer({ plan: { ...push, route: null, refused: 'quota_exhausted' } })).toEqual({ kind: 'refused', code: 'quota_exhausted' });
  });

  it('follows the stage before the plan', () => {
    expect(offer({ stage: 'talking' }).kind).toBe('talking');
    expect(offer({ stage: 'blocked' }).kind).toBe('blocked');
    expect(offer({ dismissed: true }).kind).toBe('dismissed');
    const contact = { message_id: 'x', at: at(-1), teammate: null, persona: null, route: 'push' as const };
    expect(offer({ stage: 'contacted', first_contact: contact })).toEqual({ kind: 'contacted', by: contact });
  });

  it("is a colleague's while their claim lasts, and never blocked by our own", () => {
    const claim = (id: string, name: string, until: number) => ({ claim: { teammate: { id, name }, until: at(until) } });
    expect(offer(claim('t2', '花子', 60_000))).toMatchObject({ kind: 'claimed', by: '花子' });
    expect(offer(claim('t2', '花子', -1)).kind).toBe('send');
    expect(offer(claim('t1', '太郎', 60_000)).kind).toBe('send');
  });

  it('counts whole seconds down to nothing', () => {
    expect([secondsUntil(NOW + 1_001, NOW), secondsUntil(NOW + 1_000, NOW), secondsUntil(NOW - 5, NOW)]).toEqual([2, 1, 0]);
  });
});
