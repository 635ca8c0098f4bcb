/** Telling the person of a new friend by a notification of the system's: only if they asked for it, never in their quiet
 * hours, and without the friend's name unless they asked for that too. */
import type { Announcing } from '../messages';
import * as shape from '../shape';
import type { Shape } from '../shape';
import type { Snapshot } from './snapshot';

/** Minutes of a day. */
const minuteOfDay = shape.number(0, 24 * 60 - 1);

export const announcingForm: Shape<Announcing> = shape.fields({
  on: shape.yesOrNo,
  names: shape.yesOrNo,
  quiet: shape.orNull(shape.fields({ from: minuteOfDay, to: minuteOfDay })),
});

export const NOT_ANNOUNCING: Announcing = { on: false, names: false, quiet: { from: 21 * 60, to: 9 * 60 } };

/** Milliseconds after the follow in which it is news: whoever followed while nothing ran is found in the list. */
const NEWS_FOR = 120_000;
/** More at once are told as one. */
const ONE_BY_ONE = 3;
/** How the id of one friend's notification begins. */
const ONE_FRIEND = 'friend';
/** Friends remembered as told. */
const REMEMBERED = 500;

export interface Announcement {
  /** The same friend's replaces itself; read again by `accountOf` when it is clicked. */
  id: string;
  /** Friends told of. */
  count: number;
  /** Null for several accounts. */
  account: string | null;
  /** Null where it must not be said, or is not known. */
  friend: string | null;
}

/** Whether `minute` (of the day, on the person's own clock) lies in the quiet hours; these may go over midnight. */
export function isQuiet({ quiet }: Announcing, minute: number): boolean {
  if (!quiet || quiet.from === quiet.to) return false;
  const { from, to } = quiet;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** The account that a notification with this id told of; null where it told of several friends. */
export function accountOf(id: string): string | null {
  const [kind, accountId] = id.split('/');
  return kind === ONE_FRIEND && accountId ? accountId : null;
}

export class Announcer {
  private readonly told = new Map<string, 'whole' | 'nameless'>();

  /** What is to be told now: each friend once. `now` in ms since the epoch, `minute` of the person's day. */
  look(snapshot: Snapshot, settings: Announcing, now: number, minute: number): Announcement[] {
    const silent = !settings.on || isQuiet(settings, minute);
    const fresh: Announcement[] = [];
    for (const { account, queue } of snapshot.accounts) {
      for (const friend of queue) {
        const id = `${ONE_FRIEND}/${account.id}/${friend.user_id}/${friend.followed_at}`;
        if (!(now - Date.parse(friend.followed_at ?? '') < NEWS_FOR) || this.told.get(id) === 'whole') continue;
        const name = settings.names ? friend.display_name : null;
        // The name comes a moment after the follow: then the same notification is told again, with it.
        const whole = silent || !settings.names || name !== null;
        if (!whole && this.told.has(id)) continue;
        this.told.set(id, whole ? 'whole' : 'nameless');
        if (!silent) fresh.push({ id, count: 1, account: account.name, friend: name });
      }
    }
    for (const id of this.told.keys()) {
      if (this.told.size <= REMEMBERED) break;
      this.told.delete(id);
    }
    if (fresh.length <= ONE_BY_ONE) return fresh;
    const accounts = new Set(fresh.map(({ account }) => account));
    return [{ id: 'friends', count: fresh.length, account: accounts.size === 1 ? fresh[0]!.account : null, friend: null }];
  }
}
