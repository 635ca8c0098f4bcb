/** One site of the operator's own: what is known of it in words, and what can be done with it. */
import { useState } from 'preact/hooks';
import { t } from '../platform';
import { fileOf, slugOf, type IdRule, type Site, type SitePage } from '../rules/site';
import { SureButton } from './parts';
import { SiteForm } from './site-form';
import { askPermission, useAllowed } from './permission';
import { problemFrom, useKnownPanel, wordsOf } from './use-panel';

/** `offered`: comes along and is not among the operator's sites yet. */
export function OwnSite({ site, offered = false }: { site: Site; offered?: boolean }) {
  const { state, call } = useKnownPanel();
  const allowed = useAllowed(site.host);
  const [editing, setEditing] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const slug = slugOf(site.host);
  const active = !offered && allowed === true;

  const attempt = async (what: () => Promise<unknown>): Promise<void> => {
    setProblem(null);
    try {
      await what();
    } catch (reason) {
      setProblem(wordsOf(problemFrom(reason)));
    }
  };
  const allow = async (): Promise<void> => {
    if (!(await askPermission(site.host))) {
      setProblem(t('own_not_allowed', { host: site.host }));
      return;
    }
    await attempt(() => call('saveSite', { site }));
  };
  return (
    <article class="own-site" aria-label={site.name}>
      <header>
        <h3>{site.name}</h3>
        <span class="soft">{site.host}</span>
        {active && (
          <label class="own-switch">
            <input
              type="checkbox"
              checked={!state.switchedOff.includes(slug)}
              onChange={(event) => void call('setSwitchedOff', { dashboard: slug, off: !event.currentTarget.checked })}
            />
            {t('own_shown')}
          </label>
        )}
      </header>
      {allowed === false && <p class="soft">{t('own_inactive', { host: site.host })}</p>}
      <ul class="own-rules">
        {site.pages.length === 0 && <li>{t('own_no_pages')}</li>}
        {site.pages.map((page) => (
          <li key={page.path}>{pageInWords(page)}</li>
        ))}
      </ul>
      {editing && (
        <SiteForm
          site={site}
          onSave={async (changed) => {
            await call('saveSite', { site: changed });
            setEditing(false);
          }}
          onCancel={() => setEditing(false)}
        />
      )}
      {problem && (
        <p class="field-error" role="alert">
          {problem}
        </p>
      )}
      <footer>
        {!active && (
          <button type="button" class="button" onClick={() => void allow()}>
            {t('own_allow')}
          </button>
        )}
        {active && (
          <button type="button" class="button" onClick={() => void attempt(() => call('pointAt', { host: site.host }))}>
            {t('own_point')}
          </button>
        )}
        {!offered && (
          <>
            <button type="button" class="quiet" aria-expanded={editing} onClick={() => setEditing(!editing)}>
              {t('common_edit')}
            </button>
            <button type="button" class="quiet" onClick={() => download(site)}>
              {t('own_export')}
            </button>
            <SureButton
              label={t('own_remove')}
              question={t('own_remove_sure', { host: site.host })}
              yes={t('own_remove_yes')}
              onSure={() => void attempt(() => call('removeSite', { host: site.host }))}
            />
          </>
        )}
      </footer>
    </article>
  );
}

/** A rule as a sentence: which addresses, and what is read there. */
function pageInWords(page: SitePage): string {
  if (page.name === null || page.id === null) return t('own_rule_panel', { path: page.path });
  const read = [
    t('own_word_name'),
    idInWords(page.id),
    ...(page.followed === null ? [] : [t('own_word_followed')]),
  ].join(t('own_word_and'));
  const where = page.row === null ? t('own_rule_one', { path: page.path, read }) : t('own_rule_list', { path: page.path, read });
  const account = page.account === null ? t('own_rule_one_account') : 'at' in page.account ? t('own_rule_account') : t('own_rule_account_path');
  return `${where} ${account}`;
}

function idInWords(id: IdRule): string {
  if ('segment' in id) return t('own_word_id_address');
  if (id.attribute === 'href') return t('own_word_id_link');
  return id.attribute === null ? t('own_word_id_text') : t('own_word_id_data');
}

function download(site: Site): void {
  const address = URL.createObjectURL(new Blob([fileOf(site)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `ittsu-${site.host}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
