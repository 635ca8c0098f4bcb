/** What can be done for a friend right now, from the plan the helper gave and the clock. Pure. */
import type { Claim, FirstContact, Friend, Teammate } from '../helper/types';

export type Offer =
  /** `freeUntil` in ms since the epoch while a free reply is promised, else null. `cost` in counted messages. */
  | { kind: 'send'; cost: 0 | 1; freeUntil: number | null }
  | { kind: 'refused'; code: string }
  | { kind: 'talking' }
  | { kind: 'contacted'; by: FirstContact | null }
  | { kind: 'claimed'; by: string; until: number }
  | { kind: 'blocked' }
  | { kind: 'dismissed' };

/** `now` in ms since the epoch. A free reply flips to the plan's second way the moment it runs out. */
export function offerFor(friend: Friend, me: Teammate | null, now: number): Offer {
  if (friend.stage === 'blocked') return { kind: 'blocked' };
  if (friend.stage === 'talking') return { kind: 'talking' };
  if (friend.stage === 'contacted' || friend.first_contact) return { kind: 'contacted', by: friend.first_contact };
  if (friend.dismissed) return { kind: 'dismissed' };
  const claim = othersClaim(friend.claim, me, now);
  if (claim) return claim;
  const { plan } = friend;
  if (plan.refused) return { kind: 'refused', code: plan.refused };
  switch (plan.route) {
    case 'reply': {
      const until = plan.reply_until === null ? NaN : Date.parse(plan.reply_until);
      if (until > now) return { kind: 'send', cost: 0, freeUntil: until };
      return plan.second ? { kind: 'send', cost: plan.second.cost, freeUntil: null } : { kind: 'refused', code: 'quota_exhausted' };
    }
    case 'push':
      return { kind: 'send', cost: 1, freeUntil: null };
    case 'chat':
      return { kind: 'talking' };
    default:
      return { kind: 'refused', code: 'no_route' };
  }
}

function othersClaim(claim: Claim | null, me: Teammate | null, now: number): Offer | null {
  if (!claim) return null;
  const until = Date.parse(claim.until);
  const by = nameOf(claim.teammate);
  if (!(until > now) || (me && (idOf(claim.teammate) === me.id || by === me.name))) return null;
  return { kind: 'claimed', by: by ?? '', until };
}

/** Teammates and personas come as a name, or as an id with a name. */
export function nameOf(value: unknown): string | null {
  if (typeof value === 'string') return value || null;
  const name = typeof value === 'object' && value !== null ? (value as { name?: unknown }).name : null;
  return typeof name === 'string' && name ? name : null;
}

function idOf(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : null;
  return typeof id === 'string' ? id : null;
}

/** Whole seconds until `until`, never negative, rounded up so that 「あと1秒」 is the last one. */
export function secondsUntil(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 1000));
}
