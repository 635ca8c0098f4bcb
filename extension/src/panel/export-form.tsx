/** Choosing an export of a dashboard's friends: whose, of which dashboard, which file. */
import { useRef, useState } from 'preact/hooks';
import { EXPORTS, MOST_EXPORT_BYTES, reviewAddress, type ExportDashboard, type Problem } from '../messages';
import { t } from '../platform';
import { AccountChoice, mayEdit } from './account-choice';
import { dashboardName } from './dashboards';
import { proposeFromFile } from './export-file';
import { Field } from './form';
import { problemFrom, useKnownPanel, wordsOf } from './use-panel';

/** The options' section. */
export function LinkExport() {
  return (
    <section class="card" aria-labelledby="link-export">
      <h2 id="link-export">{t('links_options')}</h2>
      <p class="lead">{t('links_options_lead')}</p>
      <ExportForm onReview={(review) => location.assign(reviewAddress(review))} />
    </section>
  );
}

/** `onReview`: the file was read, and who its people may be is ready to be looked at. */
export function ExportForm({ onReview }: { onReview: (review: string) => void }) {
  const { state, call } = useKnownPanel();
  const [chosen, setChosen] = useState<string | null>(null);
  const [dashboard, setDashboard] = useState<ExportDashboard>('lstep');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string[] | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const one = state.accounts.find(({ account }) => account.id === chosen) ?? state.accounts[0];
  if (!one) return <p class="soft">{t('options_accounts_none')}</p>;
  if (state.connection === 'ready' && !mayEdit(state)) return <p class="soft">{t('options_read_only')}</p>;

  const read = async (picked: File | undefined): Promise<void> => {
    if (!picked) return;
    setFault(null);
    if (picked.size > MOST_EXPORT_BYTES) {
      setFault([t('links_fail_large')]);
      return;
    }
    setBusy(true);
    try {
      onReview(await proposeFromFile(call, picked, one.account.id, dashboard));
    } catch (reason) {
      setFault(faultWords(problemFrom(reason)));
    } finally {
      setBusy(false);
    }
  };
  const usable = mayEdit(state) && !busy;
  return (
    <div class="export">
      <AccountChoice one={one} onChoose={setChosen} />
      <Field label={t('links_dashboard')}>
        {(control) => (
          <select
            {...control}
            value={dashboard}
            onChange={(event) => setDashboard(event.currentTarget.value as ExportDashboard)}
          >
            {EXPORTS.map((name) => (
              <option key={name} value={name}>
                {dashboardName(name)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div class="export-file">
        <button
          type="button"
          class="button primary"
          aria-disabled={!usable}
          aria-describedby="export-hint"
          onClick={() => usable && file.current?.click()}
        >
          {t('links_choose')}
        </button>
        <input
          ref={file}
          class="hidden"
          type="file"
          accept=".csv,.tsv,.txt,text/csv"
          tabIndex={-1}
          aria-label={t('links_file')}
          onChange={(event) => {
            const input = event.currentTarget;
            void read(input.files?.[0]).finally(() => (input.value = ''));
          }}
        />
        <p class="hint" id="export-hint">
          {t('links_file_hint')}
        </p>
      </div>
      <p class="soft" role="status">
        {busy ? t('links_matching') : ''}
      </p>
      {fault && (
        <div class="field-error" role="alert">
          {fault.map((words) => (
            <p key={words}>{words}</p>
          ))}
        </div>
      )}
    </div>
  );
}

/** Why the file led to nothing, and what stands in it where that helps. */
export function faultWords(problem: Problem): string[] {
  const { code, extra } = problem;
  switch (code) {
    case 'too_large':
      return [t('links_fail_large')];
    case 'offline':
    case 'unpaired':
      return [t('links_fail_offline')];
    case 'answer_lost':
    case 'interrupted':
    case 'gone':
      return [t('links_fail_lost')];
    case 'export_columns_missing': {
      const columns = Array.isArray(extra['columns']) ? extra['columns'].filter((name) => typeof name === 'string') : [];
      return [wordsOf(problem), ...(columns.length > 0 ? [t('links_fail_columns', { columns: columns.join(t('links_comma')) })] : [])];
    }
    default:
      return [wordsOf(problem)];
  }
}
