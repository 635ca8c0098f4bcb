/** How much of the month is left, as number and bar. */
import type { Quota } from '../helper/types';
import { language, t } from '../platform';

/** From here on the count is shown in amber: a tenth. */
const LOW = 0.1;

export const isLow = (quota: Quota): boolean =>
  quota.limit !== null && quota.remaining !== null && quota.remaining <= quota.limit * LOW;

export function remainingText(quota: Quota | null): string {
  if (!quota) return t('common_quota_unknown');
  if (quota.limit === null || quota.remaining === null) return t('common_unlimited');
  return t('common_remaining_of', { remaining: quota.remaining, limit: quota.limit });
}

export function QuotaBar({ quota }: { quota: Quota }) {
  if (quota.limit === null || quota.remaining === null || quota.limit === 0) return null;
  const share = Math.max(0, Math.min(1, quota.remaining / quota.limit));
  return (
    <div class={isLow(quota) ? 'quota-bar low' : 'quota-bar'} aria-hidden="true">
      <span style={{ width: `${share * 100}%` }} />
    </div>
  );
}

/** A day, as people say it: 12月1日, December 1. */
export function day(time: string): string {
  return new Intl.DateTimeFormat(language(), { month: 'long', day: 'numeric', timeZone: 'Asia/Tokyo' }).format(
    new Date(time),
  );
}

/** Year, day and minute in Japan. */
export function minute(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  return new Intl.DateTimeFormat(language() === 'en' ? 'en-GB' : 'ja-JP', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'Asia/Tokyo',
  }).format(at);
}

/** Day and minute in Japan, as the dock says them. */
export function moment(time: string | number): string {
  return new Intl.DateTimeFormat(language(), {
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'Asia/Tokyo',
  }).format(new Date(time));
}
