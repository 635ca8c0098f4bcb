/** The few things an operator asks first. The long form is in the repository's README and docs. */
import { t } from '../platform';

export function Help() {
  const entries = [
    [t('options_help_first'), t('options_help_first_text')],
    [t('options_help_cost'), t('options_help_cost_text')],
    [t('options_help_undo'), t('options_help_undo_text')],
  ] as const;
  return (
    <section class="card" aria-labelledby="help">
      <h2 id="help">{t('options_help')}</h2>
      {entries.map(([question, answer]) => (
        <details key={question}>
          <summary>{question}</summary>
          <p>{answer}</p>
        </details>
      ))}
      <p class="soft">{t('options_help_docs')}</p>
    </section>
  );
}
