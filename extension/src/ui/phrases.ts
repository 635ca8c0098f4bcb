/** Sentences that are put together from facts: times, outcomes, refusals. */
import type { FirstContact, Friend, Message } from '../helper/types';
import type { Problem } from '../messages';
import type { Halt } from '../page/desk';
import { nameOf } from '../page/offer';
import { language, t } from '../platform';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Japan time, as the dashboards around us show it. */
const ZONE = 'Asia/Tokyo';

/** Making one costs a hundred times what using it does, and every friend in sight has a time. */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(time: number, options: Intl.DateTimeFormatOptions): string {
  const locale = language() === 'en' ? 'en-GB' : 'ja-JP';
  const name = `${locale} ${JSON.stringify(options)}`;
  const made = formats.get(name) ?? new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options });
  formats.set(name, made);
  return made.format(time);
}

/** 「10:32」 today, 「11月20日 10:32」 before. `at` is RFC 3339, `now` ms. */
export function when(at: string, now: number): string {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return '';
  const clock = format(time, { hour: '2-digit', minute: '2-digit' });
  const day = (ms: number): string => format(ms, { year: 'numeric', month: 'numeric', day: 'numeric' });
  return day(time) === day(now) ? clock : `${date(at)} ${clock}`;
}

/** The half of 「日本語 / English」 that the reader wants. */
export function inLanguage(words: string): string {
  const [japanese, english] = words.split(' / ');
  return (language() === 'en' ? english : japanese) ?? words;
}

/** 「12月1日」. */
export function date(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? '' : format(time, { month: 'long', day: 'numeric' });
}

/** 「20秒前に追加」. */
export function added(friend: Friend, now: number): string {
  if (!friend.followed_at) return friend.last_received_at ? t('dock_wrote_at', [when(friend.last_received_at, now)]) : t('dock_wrote_only');
  const age = now - Date.parse(friend.followed_at);
  if (age < 2 * SECOND) return t('dock_added_now');
  if (age < MINUTE) return t('dock_added_seconds', [whole(age / SECOND)]);
  if (age < HOUR) return t('dock_added_minutes', [whole(age / MINUTE)]);
  if (age < DAY) return t('dock_added_hours', [whole(age / HOUR)]);
  if (age < 7 * DAY) return t('dock_added_days', [whole(age / DAY)]);
  return t('dock_added_on', [date(friend.followed_at)]);
}

const whole = (value: number): string => String(Math.floor(value));

export function nameShown(friend: Friend): string {
  return friend.display_name ?? t('dock_nameless');
}

/** 「10:32に花子さんが送信しています」. */
export function contactedBy(contact: FirstContact, now: number): string {
  const at = when(contact.at, now);
  const by = nameOf(contact.teammate);
  if (contact.route === 'restored') return t('dock_contacted_restored');
  if (contact.route === 'forgotten') return t('dock_contacted_forgotten', [at]);
  if (contact.automatic) return t('auto_contacted', [at]);
  if (contact.message_id === null) return t('dock_contacted_elsewhere', [at]);
  return by ? t('dock_contacted', [at, by]) : t('dock_contacted_unnamed', [at]);
}

/** Why the plan offers nothing. */
export function refusal(code: string): string {
  switch (code) {
    case 'account_standby':
      return t('dock_refused_standby');
    case 'friend_blocked':
      return t('dock_refused_blocked');
    case 'quota_exhausted':
      return t('dock_refused_quota');
    case 'quota_unknown':
      return t('dock_refused_quota_unknown');
    default:
      return t('dock_refused_other', [code]);
  }
}

/** Why a command was refused, in the words for the counter. */
export function problemText(problem: Problem, now: number): string {
  const { code, detail, extra } = problem;
  switch (code) {
    case 'already_contacted': {
      const contact = extra['first_contact'] as FirstContact | null | undefined;
      return contact ? contactedBy(contact, now) : detail || t('dock_problem_other', [code]);
    }
    case 'claimed':
      return t('dock_claimed', [nameOf((extra['claim'] as { teammate?: unknown } | null)?.teammate) ?? '']);
    case 'free_route_gone':
      return t('dock_problem_free_gone');
    case 'quota_exhausted':
      return typeof extra['resets_at'] === 'string' ? t('dock_quota_gone', [date(extra['resets_at'])]) : t('dock_refused_quota');
    case 'account_mismatch':
      return t('dock_problem_mismatch');
    case 'account_standby':
    case 'friend_blocked':
    case 'quota_unknown':
      return refusal(code);
    case 'not_held':
      return t('dock_problem_not_held');
    case 'offline':
    case 'unpaired':
      return t('dock_problem_offline');
    case 'answer_lost':
      return t('dock_problem_lost');
    case 'interrupted':
      return t('dock_problem_interrupted');
    default:
      return detail || t('dock_problem_other', [code]);
  }
}

/** How a message that was not sent ended. */
export function notSentText(message: Message): string {
  switch (message.error?.code) {
    case 'friend_wrote':
      return t('dock_friend_wrote');
    case 'expired':
      return t('dock_expired');
    case 'greeting_stopped':
      return t('auto_stopped');
    case 'teammate_revoked':
      return t('dock_revoked');
    case undefined:
      return message.status === 'cancelled' ? t('dock_undone') : t('dock_failed');
    default: {
      const said = message.error?.text;
      const what = message.status === 'cancelled' ? t('dock_cancelled') : t('dock_failed');
      return said ? `${what}（${said}）` : what;
    }
  }
}

export function haltText(halt: Halt): string {
  switch (halt) {
    case 'account_changed':
      return t('dock_halt_account');
    case 'row_changed':
      return t('dock_halt_row');
    case 'list_moved':
      return t('dock_halt_moved');
    case 'offer_changed':
      return t('dock_halt_offer');
    case 'not_visible':
      return t('dock_halt_hidden');
    case 'text_rewritten':
      return t('dock_halt_text');
  }
}
