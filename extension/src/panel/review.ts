/** What a review counts, leaves out and compares. Pure. */
import type { ReviewItem } from '../messages';

const MINUTE = 60_000;

/** What speaks for it, or that there are several to choose from. Also for one alone a person may have to choose: where the
 * names agree and the times do not. */
export type Kind = 'both' | 'name' | 'time' | 'several';
export const KINDS: readonly Kind[] = ['both', 'name', 'time', 'several'];

export function kindOf({ candidates, friend, evidence }: ReviewItem): Kind {
  if (!friend && candidates.length > 1) return 'several';
  return evidence === 'name_and_time' ? 'both' : evidence;
}

/** What became of an entry in this visit. No entry: nothing yet. */
export type Progress =
  | { kind: 'busy' }
  | { kind: 'linked'; name: string; failed: string | null }
  /** `words`: why the last attempt did not work. */
  | { kind: 'failed'; words: string };

/** By member id. */
export type Decided = Readonly<Record<string, Progress>>;

export const isOpen = (item: ReviewItem, decided: Decided): boolean => decided[item.member.member_id]?.kind !== 'linked';

export const countLinked = (decided: Decided): number =>
  Object.values(decided).filter(({ kind }) => kind === 'linked').length;

/** The member id of the next entry below that waits for a decision; null at the end. */
export function nextOpen(items: readonly ReviewItem[], decided: Decided, after: string): string | null {
  const at = items.findIndex(({ member }) => member.member_id === after);
  const next = items.slice(at + 1).find((item) => isOpen(item, decided));
  return next?.member.member_id ?? null;
}

/** How far two times are apart, in the unit that says it shortest: whole minutes, hours or days. `equal`: ± 1 minute, for
 * the dashboards leave the seconds out. Null where one is not known. */
export function gap(one: string | null, other: string | null): { unit: 'equal' | 'minutes' | 'hours' | 'days'; count: number } | null {
  const [first, second] = [one, other].map((time) => Math.floor(Date.parse(time ?? '') / MINUTE)) as [number, number];
  const minutes = Math.abs(first - second);
  if (Number.isNaN(minutes)) return null;
  if (minutes <= 1) return { unit: 'equal', count: 0 };
  if (minutes < 120) return { unit: 'minutes', count: minutes };
  if (minutes < 48 * 60) return { unit: 'hours', count: Math.round(minutes / 60) };
  return { unit: 'days', count: Math.round(minutes / (24 * 60)) };
}
