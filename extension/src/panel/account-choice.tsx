/** Which account a section is about. */
import type { PanelAccount, PanelState } from '../messages';
import { t } from '../platform';
import { useKnownPanel } from './use-panel';

/** Texts and personas are changed by operators and admins, while the helper is there to keep the change. */
export const mayEdit = (state: PanelState): boolean =>
  state.connection === 'ready' && state.teammate !== null && state.teammate.role !== 'viewer';

export function AccountChoice({ one, onChoose }: { one: PanelAccount; onChoose: (accountId: string) => void }) {
  const { state } = useKnownPanel();
  const dot = <span class="account-dot" style={{ background: one.account.colour }} aria-hidden="true" />;
  if (state.accounts.length === 1) {
    return (
      <span class="account-choice">
        {dot}
        {one.account.name}
      </span>
    );
  }
  return (
    <label class="account-choice">
      {dot}
      <span class="hidden">{t('options_for_account')}</span>
      <select value={one.account.id} onChange={(event) => onChoose(event.currentTarget.value)}>
        {state.accounts.map(({ account }) => (
          <option key={account.id} value={account.id}>
            {account.name}
          </option>
        ))}
      </select>
    </label>
  );
}
