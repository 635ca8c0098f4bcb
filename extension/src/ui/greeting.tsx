/** The greeting that goes out by itself, where it can be seen and stopped: above the list, and at each friend. */
import type { Friend, Greeting } from '../helper/types';
import type { AccountState } from '../messages';
import type { Desk } from '../page/desk';
import { nameOf, secondsUntil } from '../page/offer';
import { t } from '../platform';
import { useAct } from './act';
import { Clock } from './icons';

interface BandProps {
  desk: Desk;
  shown: AccountState;
  /** The accounts whose friends are listed. */
  scoped: readonly AccountState[];
}

/** While it is on: what will be sent, and the way to stop it. */
export function GreetingBand({ desk, shown, scoped }: BandProps) {
  const act = useAct();
  const running = scoped.filter(({ greeting }) => greeting?.running);
  const one = running.find(({ account }) => account.id === shown.account.id) ?? running[0];
  if (!one?.greeting) return null;
  const others = running.length - 1;
  return (
    <div class="greeting-band">
      <Clock />
      <div>
        <strong>
          {t('auto_on')}
          {scoped.length > 1 && `（${one.account.name}）`}
        </strong>
        <span>{whatIsSent(one, one.greeting)}</span>
        {others > 0 && <span>{t('auto_on_others', [String(others)])}</span>}
      </div>
      <button type="button" class="button" disabled={!desk.mayAct} onClick={act(() => void desk.stopGreeting(one.account.id))}>
        {t('auto_stop')}
      </button>
    </div>
  );
}

function whatIsSent({ templates }: AccountState, { wait_seconds: wait, template_id: id, hours }: Greeting): string {
  const template = templates.find((one) => one.id === id);
  const what = t('auto_on_text', [String(wait), template?.name ?? t('dock_template')]);
  return hours ? `${what} ${t('auto_on_hours', [hours.since, hours.until])}` : what;
}

interface LineProps {
  desk: Desk;
  accountId: string;
  friend: Friend;
  coming: NonNullable<Friend['greeting']>;
  describedBy: string;
}

/** At a friend who is going to be greeted: when, and the way not to. */
export function GreetingLine({ desk, accountId, friend, coming, describedBy }: LineProps) {
  const act = useAct();
  return (
    <div class="greeting-line">
      <span class="number">{whenText(desk, friend, coming)}</span>
      <button
        type="button"
        class="link"
        aria-describedby={describedBy}
        disabled={!desk.mayAct}
        onClick={act(() => void desk.skipGreeting(accountId, friend))}
      >
        {t('auto_skip')}
      </button>
    </div>
  );
}

function whenText(desk: Desk, { claim }: Friend, coming: NonNullable<Friend['greeting']>): string {
  const now = desk.now();
  const by = nameOf(coming.paused_by);
  if (by && claim && Date.parse(claim.until) > now) return t('auto_paused', [by]);
  const seconds = secondsUntil(Date.parse(coming.at), now);
  return seconds === 0 ? t('auto_soon') : t('auto_in', [String(seconds)]);
}
