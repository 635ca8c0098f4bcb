/** The greeting that goes out by itself: what it does, what will be sent, and switching it on and off. */
import { useState } from 'preact/hooks';
import type { Greeting, GreetingDraft } from '../helper/types';
import type { PanelAccount } from '../messages';
import { t } from '../platform';
import { Preview } from '../ui/preview';
import { AccountChoice, mayEdit } from './account-choice';
import { filledIn, senderDisplay } from './draft';
import { Field, PersonaField, useSaving } from './form';
import { moment } from './quota';
import { useKnownPanel, wordsOf } from './use-panel';

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const HOURS_AT_FIRST = { since: '10:00', until: '19:00' };

interface Props {
  one: PanelAccount;
  greeting: Greeting;
  onChoose: (accountId: string) => void;
}

export function GreetingSettings({ one, greeting, onChoose }: Props) {
  const { state } = useKnownPanel();
  const { account, templates } = one;
  const admin = state.teammate?.role === 'admin' && state.connection === 'ready';
  return (
    <section class="card" aria-labelledby="greeting">
      <header>
        <h2 id="greeting">
          {t('auto_name')}
          <span class={greeting.running ? 'tag' : 'tag off'}>{greeting.running ? t('options_auto_on') : t('options_auto_off')}</span>
        </h2>
        <AccountChoice one={one} onChoose={onChoose} />
      </header>
      <p class="lead">{t('options_auto_lead')}</p>
      <ul class="points">
        <li>{t('options_auto_free')}</li>
        <li>{t('options_auto_once')}</li>
        <li>{t('options_auto_first')}</li>
        <li>{t('options_auto_line')}</li>
        <li>{t('options_auto_tool')}</li>
      </ul>
      {account.other_tool_replies && <p class="notice amber">{t('options_auto_other_tool')}</p>}
      {templates.length === 0 && <p class="soft">{t('options_auto_no_template')}</p>}
      {templates.length > 0 && !account.other_tool_replies && (
        // Somebody else may have changed it meanwhile: then it is filled in anew.
        <GreetingForm key={`${greeting.changed_at}`} one={one} greeting={greeting} admin={admin} />
      )}
      {greeting.changed_at && greeting.changed_by && (
        <p class="soft small">
          {t('options_auto_changed', { time: moment(greeting.changed_at), name: greeting.changed_by.name })}
        </p>
      )}
      {!admin && <p class="soft small">{t('options_auto_admin')}</p>}
    </section>
  );
}

interface FormProps {
  one: PanelAccount;
  greeting: Greeting;
  admin: boolean;
}

function GreetingForm({ one, greeting, admin }: FormProps) {
  const { state, call } = useKnownPanel();
  const { account, templates, personas } = one;
  const [draft, setDraft] = useState<GreetingDraft>(() => draftOf(one, greeting));
  const { form: element, busy, problem, errors, save } = useSaving();
  const edit = (change: Partial<GreetingDraft>): void => setDraft((old) => ({ ...old, ...change }));
  const template = templates.find(({ id }) => id === draft.template_id);
  const persona = personas.find(({ id }) => id === draft.persona_id) ?? null;
  const hours = draft.hours ?? null;
  const days = draft.days ?? [];
  const example = {
    accountName: account.name,
    personaName: persona?.name ?? null,
    // Nobody clicks: whoever it comes from signs.
    teammateName: persona?.name ?? account.name,
  };

  const start = (event: Event): void => {
    event.preventDefault();
    void save(() => call('startGreeting', { accountId: account.id, greeting: draft }));
  };
  const stop = (): void => void save(() => call('stopGreeting', { accountId: account.id }));

  return (
    <form ref={element} class="editor" onSubmit={start} noValidate>
      <fieldset class="plain" disabled={!admin}>
        <div class="editor-columns">
          <div>
            <Field
              label={t('options_auto_wait')}
              hint={t('options_auto_wait_hint', { most: greeting.longest_wait_seconds })}
              error={errors['wait_seconds']}
            >
              {(control) => (
                <input
                  {...control}
                  type="number"
                  class="seconds"
                  min={5}
                  max={greeting.longest_wait_seconds}
                  value={draft.wait_seconds}
                  onInput={(event) => edit({ wait_seconds: Math.round(event.currentTarget.valueAsNumber) || 0 })}
                />
              )}
            </Field>
            <Field label={t('dock_template')} error={errors['template_id']}>
              {(control) => (
                <select {...control} value={draft.template_id} onChange={(event) => edit({ template_id: event.currentTarget.value })}>
                  {templates.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <PersonaField
              personas={personas}
              chosen={draft.persona_id ?? null}
              error={errors['persona_id']}
              onChange={(id) => edit({ persona_id: id })}
            />
            <fieldset class="days">
              <legend>{t('options_auto_days')}</legend>
              {WEEKDAYS.map((day) => (
                <label key={day} class="day">
                  <input
                    type="checkbox"
                    checked={days.includes(day)}
                    onChange={(event) =>
                      edit({ days: event.currentTarget.checked ? [...days, day].sort() : days.filter((other) => other !== day) })
                    }
                  />
                  <span>{t(`options_auto_day_${day}`)}</span>
                </label>
              ))}
              {errors['days'] && <p class="field-error">{errors['days']}</p>}
            </fieldset>
            <div>
              <ul class="switches">
                <li>
                  <label>
                    <span>{t('options_auto_hours')}</span>
                    <input
                      type="checkbox"
                      role="switch"
                      checked={hours !== null}
                      onChange={(event) => edit({ hours: event.currentTarget.checked ? HOURS_AT_FIRST : null })}
                    />
                  </label>
                </li>
              </ul>
              {hours && (
                <>
                  <p class="quiet-hours">
                    <TimeOfDay label={t('options_auto_since')} value={hours.since} onSet={(since) => edit({ hours: { ...hours, since } })} />
                    <span aria-hidden="true">〜</span>
                    <TimeOfDay label={t('options_auto_until')} value={hours.until} onSet={(until) => edit({ hours: { ...hours, until } })} />
                  </p>
                  <p class="hint">{t('options_auto_hours_hint')}</p>
                </>
              )}
              {errors['hours'] && <p class="field-error">{errors['hours']}</p>}
            </div>
          </div>
          <div class="editor-preview">
            <p class="label">{t('options_preview')}</p>
            <Preview
              senderDisplay={senderDisplay(account.name, example.personaName)}
              face={account.name}
              iconUrl={persona?.icon_url ?? account.picture_url}
              texts={(template?.messages ?? []).map(({ type, text }) => (type === 'text' ? filledIn(text ?? '', example) : null))}
              kinds={(template?.messages ?? []).map(({ type }) => type)}
              tapReplies={template?.tap_replies ?? []}
            />
          </div>
        </div>
      </fieldset>
      {problem && (
        <p class="field-error" role="alert">
          {wordsOf(problem)}
        </p>
      )}
      <footer>
        {admin && (
          <button type="submit" class="button primary" aria-disabled={busy}>
            {greeting.running ? t('options_auto_save') : t('options_auto_start')}
          </button>
        )}
        {greeting.running && mayEdit(state) && (
          <button type="button" class="button" aria-disabled={busy} onClick={stop}>
            {t('options_auto_stop')}
          </button>
        )}
      </footer>
    </form>
  );
}

function TimeOfDay({ label, value, onSet }: { label: string; value: string; onSet: (value: string) => void }) {
  return (
    <input
      type="time"
      aria-label={label}
      value={value}
      // An emptied field says nothing.
      onChange={(event) => event.currentTarget.value && onSet(event.currentTarget.value.slice(0, 5))}
    />
  );
}

/** What it is set to, or would be at first: the template that is offered first, its persona. */
function draftOf({ account, templates, personas }: PanelAccount, greeting: Greeting): GreetingDraft {
  const chosen = (id: string | null) => templates.find((template) => template.id === id);
  const template = chosen(greeting.template_id) ?? chosen(account.default_template_id) ?? templates[0];
  const wanted = greeting.template_id === null ? (template?.persona_id ?? account.default_persona_id) : greeting.persona_id;
  return {
    wait_seconds: greeting.wait_seconds,
    template_id: template?.id ?? '',
    persona_id: personas.some(({ id }) => id === wanted) ? wanted : null,
    days: greeting.days,
    hours: greeting.hours,
  };
}
