/** The texts of first messages, account by account. */
import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import type { Template } from '../helper/types';
import type { PanelAccount, Problem } from '../messages';
import { t } from '../platform';
import { AccountChoice, mayEdit } from './account-choice';
import { partsOf, placeholderName } from './draft';
import { SureButton } from './parts';
import { TemplateForm } from './template-form';
import { problemFrom, useKnownPanel, wordsOf } from './use-panel';

export function Templates({ one, onChoose }: { one: PanelAccount; onChoose: (accountId: string) => void }) {
  const { state } = useKnownPanel();
  /** The id of the template being edited, `new`, or null. */
  const [editing, setEditing] = useState<string | null>(null);
  const { account, templates } = one;
  const editable = mayEdit(state);
  return (
    <section class="card" aria-labelledby="templates">
      <header>
        <h2 id="templates">{t('options_templates')}</h2>
        <AccountChoice one={one} onChoose={onChoose} />
      </header>
      <p class="lead">{t('options_templates_lead')}</p>
      {!editable && state.teammate?.role === 'viewer' && <p class="soft">{t('options_read_only')}</p>}
      {templates.length === 0 && editing === null && <p class="soft">{t('options_templates_none')}</p>}
      <ul class="rows">
        {templates.map((template) => (
          <li key={template.id}>
            {editing === template.id ? (
              <TemplateForm one={one} template={template} onDone={() => setEditing(null)} />
            ) : (
              <TemplateRow
                accountId={account.id}
                template={template}
                first={(account.default_template_id ?? templates[0]?.id) === template.id}
                editable={editable}
                onEdit={() => setEditing(template.id)}
              />
            )}
          </li>
        ))}
      </ul>
      {editing === 'new' && <TemplateForm one={one} template={null} onDone={() => setEditing(null)} />}
      {editable && editing === null && (
        <footer>
          <button type="button" class="button" onClick={() => setEditing('new')}>
            {t('options_template_new')}
          </button>
        </footer>
      )}
    </section>
  );
}

interface RowProps {
  accountId: string;
  template: Template;
  first: boolean;
  editable: boolean;
  onEdit: () => void;
}

function TemplateRow({ accountId, template, first, editable, onEdit }: RowProps) {
  const { state, call } = useKnownPanel();
  const [problem, setProblem] = useState<Problem | null>(null);
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(problemFrom(error));
    }
  };
  const makeFirst = (): Promise<unknown> => call('setDefaultTemplate', { accountId, id: template.id });
  const remove = (): Promise<unknown> => call('deleteTemplate', { accountId, id: template.id });
  return (
    <div class="row">
      <div class="row-body">
        <p>
          <strong>{template.name}</strong>
          {first && <span class="tag">{t('options_template_first')}</span>}
        </p>
        <p class="soft excerpt">
          {template.messages.map(({ type, text }, at) => (
            <Fragment key={at}>
              {at > 0 && ' / '}
              {partsOf(text ?? type).map((part, place) =>
                part.placeholder ? <mark key={place}>{placeholderName(part.placeholder)}</mark> : part.text,
              )}
            </Fragment>
          ))}
        </p>
        {template.tap_replies.length > 0 && (
          <ul class="tap-list" role="list" aria-label={t('options_taps')}>
            {template.tap_replies.map((tap) => (
              <li key={tap}>{tap}</li>
            ))}
          </ul>
        )}
        {problem && (
          <p class="field-error" role="alert">
            {wordsOf(problem)}
          </p>
        )}
      </div>
      {editable && (
        <div class="row-tools">
          {!first && state.teammate?.role === 'admin' && (
            <button
              type="button"
              class="quiet"
              aria-label={t('options_template_make_first_of', { name: template.name })}
              onClick={() => void attempt(makeFirst)}
            >
              {t('options_template_make_first')}
            </button>
          )}
          <button
            type="button"
            class="button"
            aria-label={t('options_template_edit', { name: template.name })}
            onClick={onEdit}
          >
            {t('common_edit')}
          </button>
          <SureButton
            label={t('common_delete')}
            question={t('common_delete_sure')}
            yes={t('common_delete_yes')}
            onSure={() => void attempt(remove)}
          />
        </div>
      )}
    </div>
  );
}
