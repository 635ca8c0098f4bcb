/** Whether the system tells of new friends: off until asked for, then with quiet hours. */
import { useState } from 'preact/hooks';
import type { Announcing } from '../messages';
import { browser, t } from '../platform';
import { useKnownPanel } from './use-panel';

const NOTIFICATIONS = { permissions: ['notifications' as const] };

export function AnnouncingSettings() {
  const { state, call } = useKnownPanel();
  const [refused, setRefused] = useState(false);
  const { announcing } = state;
  const set = (changed: Partial<Announcing>): void => void call('setAnnouncing', { announcing: { ...announcing, ...changed } });
  const turn = async (on: boolean): Promise<void> => {
    // The browser asks, and only where a person has just pressed something.
    const allowed = !on || (await browser.permissions.request(NOTIFICATIONS));
    setRefused(!allowed);
    set({ on: on && allowed });
  };
  const { quiet } = announcing;
  return (
    <section class="card" aria-labelledby="announcing">
      <h2 id="announcing">{t('options_announcing')}</h2>
      <p class="lead">{t('options_announcing_lead')}</p>
      <ul class="switches">
        <Switch label={t('options_announcing_on')} on={announcing.on} onTurn={(on) => void turn(on)} />
        {announcing.on && (
          <>
            <Switch label={t('options_announcing_names')} on={announcing.names} onTurn={(names) => set({ names })} />
            <Switch
              label={t('options_announcing_quiet')}
              on={quiet !== null}
              onTurn={(on) => set({ quiet: on ? { from: 21 * 60, to: 9 * 60 } : null })}
            />
          </>
        )}
      </ul>
      {announcing.on && quiet && (
        <p class="quiet-hours">
          <Time label={t('options_announcing_from')} minute={quiet.from} onSet={(from) => set({ quiet: { ...quiet, from } })} />
          <span aria-hidden="true">〜</span>
          <Time label={t('options_announcing_to')} minute={quiet.to} onSet={(to) => set({ quiet: { ...quiet, to } })} />
        </p>
      )}
      {refused && (
        <p class="soft" role="status">
          {t('options_announcing_refused')}
        </p>
      )}
    </section>
  );
}

function Switch({ label, on, onTurn }: { label: string; on: boolean; onTurn: (on: boolean) => void }) {
  return (
    <li>
      <label>
        <span>{label}</span>
        <input type="checkbox" role="switch" checked={on} onChange={(event) => onTurn(event.currentTarget.checked)} />
      </label>
    </li>
  );
}

function Time({ label, minute, onSet }: { label: string; minute: number; onSet: (minute: number) => void }) {
  const two = (value: number): string => String(value).padStart(2, '0');
  return (
    <input
      type="time"
      aria-label={label}
      value={`${two(Math.floor(minute / 60))}:${two(minute % 60)}`}
      onChange={(event) => {
        const [hours, minutes] = event.currentTarget.value.split(':').map(Number);
        // An emptied field says nothing.
        if (hours !== undefined && minutes !== undefined) onSet(hours * 60 + minutes);
      }}
    />
  );
}
