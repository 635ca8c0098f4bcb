/** Who messages come from: name and icon on the bubble. */
import { useState } from 'preact/hooks';
import type { Persona } from '../helper/types';
import type { PanelAccount, Problem } from '../messages';
import { t } from '../platform';
import { initial, Preview } from '../ui/preview';
import { AccountChoice, mayEdit } from './account-choice';
import { personaDraft, senderDisplay } from './draft';
import { Field, useSaving } from './form';
import { SureButton } from './parts';
import { problemFrom, useKnownPanel, wordsOf } from './use-panel';

export function Personas({ one, onChoose }: { one: PanelAccount; onChoose: (accountId: string) => void }) {
  const { state } = useKnownPanel();
  const [editing, setEditing] = useState<string | null>(null);
  const { personas } = one;
  const editable = mayEdit(state);
  return (
    <section class="card" aria-labelledby="personas">
      <header>
        <h2 id="personas">{t('options_personas')}</h2>
        <AccountChoice one={one} onChoose={onChoose} />
      </header>
      <p class="lead">{t('options_personas_lead')}</p>
      {personas.length === 0 && editing === null && <p class="soft">{t('options_personas_none')}</p>}
      <ul class="rows">
        {personas.map((persona) => (
          <li key={persona.id}>
            {editing === persona.id ? (
              <PersonaForm one={one} persona={persona} onDone={() => setEditing(null)} />
            ) : (
              <PersonaRow one={one} persona={persona} editable={editable} onEdit={() => setEditing(persona.id)} />
            )}
          </li>
        ))}
      </ul>
      {editing === 'new' && <PersonaForm one={one} persona={null} onDone={() => setEditing(null)} />}
      {editable && editing === null && (
        <footer>
          <button type="button" class="button" onClick={() => setEditing('new')}>
            {t('options_persona_new')}
          </button>
        </footer>
      )}
    </section>
  );
}

interface RowProps {
  one: PanelAccount;
  persona: Persona;
  editable: boolean;
  onEdit: () => void;
}

function PersonaRow({ one, persona, editable, onEdit }: RowProps) {
  const { call } = useKnownPanel();
  const [problem, setProblem] = useState<Problem | null>(null);
  const icon = persona.icon_url ?? one.account.picture_url;
  const remove = async (): Promise<void> => {
    setProblem(null);
    try {
      await call('deletePersona', { accountId: one.account.id, id: persona.id });
    } catch (error) {
      setProblem(problemFrom(error));
    }
  };
  return (
    <div class="row">
      <span class="face" aria-hidden="true">
        {icon ? <img src={icon} alt="" /> : initial(persona.name)}
      </span>
      <div class="row-body">
        <p>{senderDisplay(one.account.name, persona.name)}</p>
        {problem && (
          <p class="field-error" role="alert">
            {wordsOf(problem)}
          </p>
        )}
      </div>
      {editable && (
        <div class="row-tools">
          <button
            type="button"
            class="button"
            aria-label={t('options_persona_edit', { name: persona.name })}
            onClick={onEdit}
          >
            {t('common_edit')}
          </button>
          <SureButton
            label={t('common_delete')}
            question={t('common_delete_sure')}
            yes={t('common_delete_yes')}
            onSure={() => void remove()}
          />
        </div>
      )}
    </div>
  );
}

function PersonaForm({ one, persona, onDone }: { one: PanelAccount; persona: Persona | null; onDone: () => void }) {
  const { call } = useKnownPanel();
  const [name, setName] = useState(persona?.name ?? '');
  const [icon, setIcon] = useState(persona?.icon_url ?? '');
  const { form: element, busy, problem, errors, save } = useSaving();
  const { account } = one;

  const submit = (event: Event): void => {
    event.preventDefault();
    void save(async () => {
      const draft = { accountId: account.id, persona: personaDraft(name, icon, persona) };
      if (persona) await call('updatePersona', { ...draft, id: persona.id });
      else await call('createPersona', draft);
      onDone();
    });
  };

  return (
    <form ref={element} class="editor" onSubmit={submit} noValidate>
      <h3>{persona ? t('options_persona_edit', { name: persona.name }) : t('options_persona_new')}</h3>
      <div class="editor-columns">
        <div>
          <Field label={t('options_persona_name')} hint={t('options_persona_name_hint')} error={errors['name']}>
            {(control) => (
              <input
                {...control}
                type="text"
                value={name}
                onInput={(event) => setName(event.currentTarget.value)}
              />
            )}
          </Field>
          <Field label={t('options_persona_icon')} hint={t('options_persona_icon_hint')} error={errors['icon_url']}>
            {(control) => (
              <input
                {...control}
                type="url"
                inputMode="url"
                spellcheck={false}
                value={icon}
                onInput={(event) => setIcon(event.currentTarget.value)}
              />
            )}
          </Field>
        </div>
        <div class="editor-preview">
          <p class="label">{t('options_preview')}</p>
          <Preview
            senderDisplay={senderDisplay(account.name, name)}
            face={account.name}
            iconUrl={icon.startsWith('https://') ? icon : account.picture_url}
            texts={[t('options_persona_sample')]}
            tapReplies={[]}
          />
        </div>
      </div>
      {problem && (
        <p class="field-error" role="alert">
          {wordsOf(problem)}
        </p>
      )}
      <footer>
        <button type="submit" class="button primary" aria-disabled={busy}>
          {t('common_save')}
        </button>
        <button type="button" class="button" onClick={onDone}>
          {t('common_cancel')}
        </button>
      </footer>
    </form>
  );
}
