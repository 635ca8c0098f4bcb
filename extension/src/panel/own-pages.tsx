/** 「管理画面を追加」: sites of the operator's own, each allowed by itself, taught by pointing, kept as data. */
import { useRef, useState } from 'preact/hooks';
import { isOwnHost } from '../hosts';
import type { Problem } from '../messages';
import { t } from '../platform';
import { PRESETS } from '../rules/preset';
import { LONGEST_FILE, siteFromFile, type Site } from '../rules/site';
import { Malformed } from '../shape';
import { Field } from './form';
import { OwnSite } from './own-site';
import { askPermission } from './permission';
import { problemFrom, useKnownPanel, wordsOf } from './use-panel';

/** The site that an address stands for; null when it cannot be one of the operator's own. */
export function siteAt(typed: string): Site | null {
  const address = typed.trim().includes('://') ? typed.trim() : `https://${typed.trim()}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || !isOwnHost(url.hostname)) return null;
  const start = `${url.pathname}${url.search}`;
  return { host: url.hostname, name: url.hostname.slice(0, 60), start: start.length <= 500 ? start : '/', pages: [] };
}

export function OwnPages() {
  const { state } = useKnownPanel();
  const offered = PRESETS.filter(({ host }) => !state.sites.some((site) => site.host === host));
  return (
    <section class="card" aria-labelledby="own-pages">
      <h2 id="own-pages">{t('own_title')}</h2>
      <p class="lead">{t('own_lead')}</p>
      <AddSite />
      {state.sites.map((site) => (
        <OwnSite key={site.host} site={site} />
      ))}
      {offered.map((site) => (
        <OwnSite key={site.host} site={site} offered />
      ))}
    </section>
  );
}

function AddSite() {
  const { state, call } = useKnownPanel();
  const [typed, setTyped] = useState('');
  const [asking, setAsking] = useState<{ site: Site; point: boolean } | null>(null);
  const [error, setError] = useState<string | undefined>();
  const file = useRef<HTMLInputElement>(null);

  const propose = (site: Site | null, point: boolean, otherwise: string): void => {
    const known = point ? state.sites.find(({ host }) => host === site?.host) : undefined;
    setError(site ? undefined : otherwise);
    // An address of a site that is there already opens it for pointing; what is known of it stays.
    setAsking(site && { site: known && site ? { ...known, start: site.start } : site, point });
  };
  const read = async (chosen: File | undefined): Promise<void> => {
    if (!chosen) return;
    try {
      if (chosen.size > LONGEST_FILE) throw new Malformed();
      propose(siteFromFile(await chosen.text()), false, '');
    } catch (reason) {
      if (!(reason instanceof Malformed)) throw reason;
      propose(null, false, t('own_bad_file'));
    }
  };
  const add = async ({ site, point }: { site: Site; point: boolean }): Promise<void> => {
    // First of all, and without anything before it: the browser asks only right after a click.
    if (!(await askPermission(site.host))) {
      setAsking(null);
      setError(t('own_not_allowed', { host: site.host }));
      return;
    }
    try {
      await call('saveSite', { site });
      if (point) await call('pointAt', { host: site.host });
      setAsking(null);
      setTyped('');
    } catch (reason) {
      const problem: Problem = problemFrom(reason);
      setError(wordsOf(problem));
    }
  };
  return (
    <form
      class="own-add"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        propose(siteAt(typed), true, t('own_bad_address'));
      }}
    >
      <Field label={t('own_address')} hint={t('own_address_hint')} error={error}>
        {(control) => (
          <input
            {...control}
            type="url"
            autocomplete="off"
            spellcheck={false}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        )}
      </Field>
      {asking ? (
        <div class="notice" role="status">
          <div>
            <p class="strong">{t('own_why', { host: asking.site.host })}</p>
            <p>{t('own_why_text')}</p>
            <p class="own-choices">
              <button type="button" class="button primary" onClick={() => void add(asking)}>
                {asking.point ? t('own_allow_and_open') : t('own_allow')}
              </button>
              <button type="button" class="quiet" onClick={() => setAsking(null)}>
                {t('common_cancel')}
              </button>
            </p>
          </div>
        </div>
      ) : (
        <p class="own-choices">
          <button type="submit" class="button">
            {t('own_next')}
          </button>
          <button type="button" class="quiet" onClick={() => file.current?.click()}>
            {t('own_import')}
          </button>
          <input
            ref={file}
            class="hidden"
            type="file"
            accept="application/json,.json"
            tabIndex={-1}
            aria-label={t('own_import')}
            onChange={(event) => {
              const input = event.currentTarget;
              void read(input.files?.[0]).finally(() => (input.value = ''));
            }}
          />
        </p>
      )}
    </form>
  );
}
