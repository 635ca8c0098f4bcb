/** The options page as a whole. */
import { useState } from 'preact/hooks';
import type { PanelState } from '../messages';
import { t } from '../platform';
import { Mark } from '../ui/icons';
import { Accounts } from './accounts';
import { AnnouncingSettings } from './announcing';
import { Connection } from './connection';
import { Bindings, Dashboards } from './dashboards';
import { LinkExport } from './export-form';
import { Help } from './help';
import { OwnPages } from './own-pages';
import { ConnectionDot, PracticeBand } from './parts';
import { PermissionNotice } from './permission-notice';
import { Personas } from './personas';
import { Templates } from './templates';
import { PanelProvider, usePanel } from './use-panel';

export function OptionsPage() {
  const panel = usePanel();
  const [chosen, setChosen] = useState<string | null>(null);
  if (!panel) {
    return (
      <main class="options">
        <p class="soft" role="status">
          {t('options_loading')}
        </p>
      </main>
    );
  }
  const { state } = panel;
  const one = state.accounts.find(({ account }) => account.id === chosen) ?? state.accounts[0] ?? null;
  return (
    <PanelProvider value={panel}>
      <PracticeBand state={state} />
      <div class="options">
        <nav aria-label={t('options_nav')}>
          <p class="brand">
            <Mark size={24} />
            Ittsu
          </p>
          <ul>
            {sections(state).map(([id, label]) => (
              <li key={id}>
                <a href={`#${id}`}>{label}</a>
              </li>
            ))}
          </ul>
          <ConnectionDot state={state} told />
        </nav>
        <main>
          <h1 class="hidden">{t('options_title')}</h1>
          <PermissionNotice />
          <Connection />
          {state.connection !== 'unpaired' && <Accounts />}
          {one && <Templates key={`t-${one.account.id}`} one={one} onChoose={setChosen} />}
          {one && <Personas key={`p-${one.account.id}`} one={one} onChoose={setChosen} />}
          {state.connection !== 'unpaired' && <AnnouncingSettings />}
          {state.connection !== 'unpaired' && <LinkExport />}
          <Dashboards />
          <OwnPages />
          {state.connection !== 'unpaired' && <Bindings />}
          <Help />
        </main>
      </div>
    </PanelProvider>
  );
}

function sections(state: PanelState): [string, string][] {
  const paired = state.connection !== 'unpaired';
  const some = state.accounts.length > 0;
  const all: [boolean, string, string][] = [
    [true, 'connection', t('options_connection')],
    [paired, 'accounts', t('options_accounts')],
    [some, 'templates', t('options_templates')],
    [some, 'personas', t('options_personas')],
    [paired, 'announcing', t('options_announcing')],
    [paired, 'link-export', t('links_options')],
    [true, 'dashboards', t('options_dashboards')],
    [true, 'own-pages', t('own_title')],
    [paired, 'bindings', t('options_bindings')],
    [true, 'help', t('options_help')],
  ];
  return all.filter(([shown]) => shown).map(([, id, label]) => [id, label]);
}
