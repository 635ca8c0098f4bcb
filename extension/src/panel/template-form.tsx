/** Writing a template, with the customer's view beside it. */
import { useRef, useState } from 'preact/hooks';
import type { Template } from '../helper/types';
import type { PanelAccount } from '../messages';
import { t } from '../platform';
import { Preview } from '../ui/preview';
import {
  draftOf,
  filledIn,
  formOf,
  MOST_BUBBLES,
  MOST_TAPS,
  MOST_UNITS,
  placeholderName,
  PLACEHOLDERS,
  senderDisplay,
  tapIndex,
  type Placeholder,
  type TemplateForm as Form,
} from './draft';
import { Field, PersonaField, useSaving } from './form';
import { useKnownPanel, wordsOf } from './use-panel';

interface Props {
  one: PanelAccount;
  /** null: a new one. */
  template: Template | null;
  onDone: () => void;
}

export function TemplateForm({ one, template, onDone }: Props) {
  const { state, call } = useKnownPanel();
  const [form, setForm] = useState<Form>(() => formOf(template));
  const { form: element, busy, problem, errors, save } = useSaving();
  const { account, personas } = one;
  const persona = personas.find(({ id }) => id === form.personaId) ?? null;
  const example = {
    accountName: account.name,
    personaName: persona?.name ?? null,
    teammateName: state.teammate?.name ?? '',
  };
  const edit = (change: Partial<Form>): void => setForm((old) => ({ ...old, ...change }));

  const submit = (event: Event): void => {
    event.preventDefault();
    void save(async () => {
      const draft = { accountId: account.id, template: draftOf(form) };
      if (template) await call('updateTemplate', { ...draft, id: template.id });
      else await call('createTemplate', draft);
      onDone();
    });
  };

  return (
    <form ref={element} class="editor" onSubmit={submit} noValidate>
      <h3>{template ? t('options_template_edit', { name: template.name }) : t('options_template_new')}</h3>
      <div class="editor-columns">
        <div>
          <Field label={t('options_template_name')} hint={t('options_template_name_hint')} error={errors['name']}>
            {(control) => (
              <input
                {...control}
                type="text"
                value={form.name}
                onInput={(event) => edit({ name: event.currentTarget.value })}
              />
            )}
          </Field>
          <Bubbles form={form} errors={errors} edit={edit} />
          <Taps form={form} errors={errors} edit={edit} />
          <PersonaField
            personas={personas}
            chosen={form.personaId}
            error={errors['persona_id']}
            onChange={(personaId) => edit({ personaId })}
          />
        </div>
        <div class="editor-preview">
          <p class="label">{t('options_preview')}</p>
          <Preview
            senderDisplay={senderDisplay(account.name, example.personaName)}
            face={account.name}
            iconUrl={persona?.icon_url ?? account.picture_url}
            texts={form.messages.map(({ type, text }) => (type === 'text' ? filledIn(text ?? '', example) : null))}
            kinds={form.messages.map(({ type }) => type)}
            tapReplies={[...new Set(form.taps.filter((tap) => tap.trim() !== ''))]}
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

interface PartProps {
  form: Form;
  errors: Record<string, string>;
  edit: (change: Partial<Form>) => void;
}

function Bubbles({ form, errors, edit }: PartProps) {
  const { messages } = form;
  const change = (place: number, text: string): void =>
    edit({ messages: messages.map((old, at) => (at === place ? { ...old, text } : old)) });
  return (
    <>
      {messages.map((message, place) => (
        <Bubble
          key={place}
          label={messages.length > 1 ? t('options_template_bubble_n', { n: place + 1 }) : t('options_template_bubble')}
          text={message.type === 'text' ? (message.text ?? '') : null}
          kind={message.type}
          error={errors[`messages[${place}].text`] ?? errors[`messages[${place}].type`]}
          onText={(text) => change(place, text)}
          removeLabel={messages.length > 1 ? t('options_template_bubble_remove', { n: place + 1 }) : null}
          onRemove={() => edit({ messages: messages.filter((_, at) => at !== place) })}
        />
      ))}
      {errors['messages'] && <p class="field-error">{errors['messages']}</p>}
      {messages.length < MOST_BUBBLES && (
        <p class="add">
          <button
            type="button"
            class="button"
            onClick={() => edit({ messages: [...messages, { type: 'text', text: '' }] })}
          >
            {t('options_template_bubble_add')}
          </button>
          <span class="hint">{t('options_template_bubble_hint')}</span>
        </p>
      )}
    </>
  );
}

interface BubbleProps {
  label: string;
  /** null: a message that is no text. */
  text: string | null;
  kind: string;
  error: string | undefined;
  onText: (text: string) => void;
  removeLabel: string | null;
  onRemove: () => void;
}

function Bubble({ label, text, kind, error, onText, removeLabel, onRemove }: BubbleProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const insert = (placeholder: Placeholder): void => {
    const field = area.current;
    if (!field || text === null) return;
    const mark = `{${placeholder}}`;
    const { selectionStart: start, selectionEnd: end } = field;
    onText(text.slice(0, start) + mark + text.slice(end));
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(start + mark.length, start + mark.length);
    });
  };
  const remove = removeLabel && (
    <button type="button" class="quiet" aria-label={removeLabel} onClick={onRemove}>
      {t('common_delete')}
    </button>
  );
  if (text === null) {
    return (
      <div class="field row">
        <span class="soft">{kind}</span>
        {remove}
      </div>
    );
  }
  return (
    <div class="bubble-field">
      <Field
        label={label}
        error={error}
        hint={text.length > MOST_UNITS * 0.8 ? t('options_template_units', { n: text.length }) : undefined}
      >
        {(control) => (
          <textarea
            {...control}
            ref={area}
            rows={5}
            value={text}
            onInput={(event) => onText(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="inserts" role="group" aria-label={t('options_insert')}>
        <span class="soft" aria-hidden="true">
          {t('options_insert')}
        </span>
        {PLACEHOLDERS.map((placeholder) => (
          <button key={placeholder} type="button" class="chip" onClick={() => insert(placeholder)}>
            {placeholderName(placeholder)}
          </button>
        ))}
        {remove}
      </div>
    </div>
  );
}

function Taps({ form, errors, edit }: PartProps) {
  const { taps } = form;
  const add = (): void => edit({ taps: [...taps, ''] });
  return (
    <fieldset class="taps-field">
      <legend>{t('options_taps')}</legend>
      <p class="hint">{t('options_taps_hint')}</p>
      {taps.map((tap, place) => {
        const index = tapIndex(taps, place);
        return (
          <div class="tap-row" key={place}>
            <Field
              label={t('options_tap_n', { n: place + 1 })}
              labelHidden
              error={index === null ? undefined : errors[`tap_replies[${index}]`]}
            >
              {(control) => (
                <input
                  {...control}
                  type="text"
                  value={tap}
                  onInput={(event) => {
                    const { value } = event.currentTarget;
                    edit({ taps: taps.map((old, at) => (at === place ? value : old)) });
                  }}
                />
              )}
            </Field>
            <button
              type="button"
              class="quiet"
              aria-label={t('options_tap_remove', { n: place + 1 })}
              onClick={() => edit({ taps: taps.filter((_, at) => at !== place) })}
            >
              {t('common_delete')}
            </button>
          </div>
        );
      })}
      {errors['tap_replies'] && <p class="field-error">{errors['tap_replies']}</p>}
      {taps.length < MOST_TAPS && (
        <button type="button" class="button" onClick={add}>
          {t('options_tap_add')}
        </button>
      )}
    </fieldset>
  );
}
