/** The reminder: friends who wrote and have no answer yet, oldest first. What was typed in LINE chat no bot can see, so
 * the operator ticks off who was answered there. */
import { useEffect, useState } from 'preact/hooks';
import type { Friend } from '../helper/types';
import type { Desk } from '../page/desk';
import { t } from '../platform';
import { useAct } from './act';
import { nameShown, when } from './phrases';
import type { Listed } from './use-friends';

/** Milliseconds after which it is asked again: a colleague may have ticked somebody off. */
const ASK_AGAIN = 60_000;
/** Milliseconds without an answer that are said in amber. */
const LONG = 24 * 3_600_000;

export interface Reminder {
  /** Null until it is known. */
  waiting: Listed[] | null;
  /** Ticked off last, to be taken back. */
  ticked: Listed | null;
  tick(one: Listed): void;
  takeBack(): void;
}

/** Of one account. `revision` changes whenever somebody may have written. */
export function useReminder(desk: Desk, accountId: string | null, revision: string): Reminder {
  const [known, setKnown] = useState<{ accountId: string; friends: Friend[] } | null>(null);
  const [ticked, setTicked] = useState<Listed | null>(null);
  const [asked, setAsked] = useState(0);
  const again = (): void => setAsked((count) => count + 1);
  useEffect(() => {
    if (accountId === null || !desk.ready) return;
    let gone = false;
    // Refused, or without an answer: the reminder stays as it was, and is asked for again.
    desk.ask('unanswered', { accountId }).then(
      ({ items }) => gone || setKnown({ accountId, friends: items }),
      () => {},
    );
    const timer = setTimeout(() => document.hidden || again(), ASK_AGAIN);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [accountId, revision, desk.ready, asked]);
  const answered = async (one: Listed, until: string | null): Promise<void> => {
    const at = { accountId: one.accountId, userId: one.friend.user_id };
    const done = await (until === null ? desk.try('unmarkAnswered', at) : desk.try('markAnswered', { ...at, until }));
    if (!done) return;
    setTicked(until === null ? null : one);
    again();
  };
  const waiting = known && known.accountId === accountId ? known.friends.map((friend) => ({ accountId, friend })) : null;
  return {
    waiting,
    ticked,
    tick: (one) => void answered(one, one.friend.last_received_at),
    takeBack: () => void (ticked && answered(ticked, null)),
  };
}

interface BarProps {
  desk: Desk;
  reminder: Reminder;
  /** Whether only those who wait are shown. */
  only: boolean;
  onChoose: (only: boolean) => void;
}

/** Above the list of friends who have written. */
export function WaitingBar({ desk, reminder, only, onChoose }: BarProps) {
  const act = useAct();
  const { waiting, ticked } = reminder;
  return (
    <div class="scope waiting">
      <div class="scopes" role="group" aria-label={t('dock_tab_talking')}>
        <button type="button" class="chip" aria-pressed={only} onClick={() => onChoose(true)}>
          {t('dock_waiting')}
          <span class="number">{waiting?.length ?? '–'}</span>
        </button>
        <button type="button" class="chip" aria-pressed={!only} onClick={() => onChoose(false)}>
          {t('dock_waiting_everybody')}
        </button>
      </div>
      {only && <p class="hint">{t('dock_waiting_text')}</p>}
      {ticked && (
        <p class="hint" role="status">
          {t('dock_answered', [nameShown(ticked.friend)])}{' '}
          <button type="button" class="link" disabled={!desk.mayAct} onClick={act(() => reminder.takeBack())}>
            {t('dock_take_back')}
          </button>
        </p>
      )}
    </div>
  );
}

interface LineProps {
  desk: Desk;
  friend: Friend;
  describedBy: string;
  onTick: () => void;
}

/** In the entry of somebody who waits: since when, and the tick. */
export function WaitingLine({ desk, friend, describedBy, onTick }: LineProps) {
  const act = useAct();
  const since = friend.last_received_at;
  const long = since !== null && desk.now() - Date.parse(since) >= LONG;
  return (
    <div class="tick">
      {since !== null && (
        <span class={`hint number${long ? ' amber' : ''}`}>
          {t(long ? 'dock_waiting_long' : 'dock_wrote_at', [when(since, desk.now())])}
        </span>
      )}
      <button type="button" class="button" aria-describedby={describedBy} disabled={!desk.mayAct} onClick={act(onTick)}>
        {t('dock_answer')}
      </button>
    </div>
  );
}
