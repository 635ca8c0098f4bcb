/** The popup: who waits, what is left, and what to do when something is missing. */
import type { PanelAccount } from '../messages';
import { t } from '../platform';
import { Mark } from '../ui/icons';
import { inLanguage } from '../ui/phrases';
import { ConnectionDot, NoHelper, PracticeBand } from './parts';
import { PermissionNotice } from './permission-notice';
import { isLow, moment, QuotaBar, remainingText } from './quota';
import { PanelProvider, usePanel } from './use-panel';

export function PopupPage() {
  const panel = usePanel();
  if (!panel) return <main class="popup" aria-busy="true" />;
  const { state, call } = panel;
  const openOptions = async (): Promise<void> => {
    await call('openOptions', {});
    window.close();
  };
  return (
    <PanelProvider value={panel}>
      <PracticeBand state={state} />
      <main class="popup">
        <header>
          <h1 class="brand">
            <Mark size={20} />
            Ittsu
          </h1>
          <ConnectionDot state={state} told />
        </header>
        <PermissionNotice />
        {state.connection === 'unpaired' && (
          <div class="empty">
            <p>{state.reason === 'unknown_token' ? t('common_reason_unknown_token') : t('popup_unpaired_text')}</p>
            <button type="button" class="button primary" onClick={() => void openOptions()}>
              {t('popup_pair')}
            </button>
          </div>
        )}
        {state.connection === 'offline' && <NoHelper state={state} />}
        {state.connection === 'offline' && state.offlineSince !== null && state.accounts.length > 0 && (
          <p class="soft small">{t('popup_offline_since', { time: moment(state.offlineSince) })}</p>
        )}
        {state.connection === 'ready' && state.accounts.length === 0 && (
          <p class="empty soft">{t('popup_no_accounts')}</p>
        )}
        {state.accounts.length > 0 && (
          <ul class="popup-accounts">
            {state.accounts.map((one) => (
              <AccountLine key={one.account.id} one={one} />
            ))}
          </ul>
        )}
        <footer>
          <button type="button" class="quiet" onClick={() => void openOptions()}>
            {t('common_open_options')}
          </button>
        </footer>
      </main>
    </PanelProvider>
  );
}

function AccountLine({ one: { account, quota, newFriends, greeting } }: { one: PanelAccount }) {
  return (
    <li>
      <span class="account-dot" style={{ background: account.colour }} aria-hidden="true" />
      <div class="popup-account">
        <p>
          <strong>{account.name}</strong> <span class="soft">{account.basic_id}</span>
        </p>
        <p class={quota && isLow(quota) ? 'count low' : 'count'}>
          <span class="number">{remainingText(quota)}</span>
        </p>
        {quota && <QuotaBar quota={quota} />}
        {account.reception?.trouble && <p class="small low">{inLanguage(account.reception.trouble.text)}</p>}
        {greeting?.running && <p class="soft small">{t('popup_auto')}</p>}
      </div>
      <span
        class={newFriends > 0 ? 'waiting some number' : 'waiting number'}
        title={t('common_new_friends', { n: newFriends })}
      >
        <span aria-hidden="true">{newFriends}</span>
        <span class="hidden">{t('common_new_friends', { n: newFriends })}</span>
      </span>
    </li>
  );
}
