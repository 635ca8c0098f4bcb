/** Whose desk this is and what is left of the month; the panel hangs on it when it is moved. */
import type { Desk } from '../page/desk';
import type { AccountState } from '../messages';
import { t } from '../platform';
import { Collapse, Mark, Ring } from './icons';
import { when } from './phrases';

interface Props {
  desk: Desk;
  /** The page's own account, or the one a send would come from; null when there is none. */
  shown: AccountState | null;
  onCollapse: () => void;
  onGrab: (event: PointerEvent) => void;
}

export function Header({ desk, shown, onCollapse, onGrab }: Props) {
  return (
    <header class="head" onPointerDown={onGrab}>
      {shown ? (
        <>
          <span class="dot" style={{ background: shown.account.colour }} />
          <span class="account" title={shown.account.name}>
            {shown.account.name}
          </span>
          <span class="id">{shown.account.premium_id ?? shown.account.basic_id}</span>
          <QuotaButton desk={desk} shown={shown} />
        </>
      ) : (
        <>
          <Mark />
          <span class="account">Ittsu</span>
        </>
      )}
      <button type="button" class="quiet icon" aria-expanded="true" aria-label={t('dock_collapse')} title={t('dock_collapse')} onClick={onCollapse}>
        <Collapse />
      </button>
    </header>
  );
}

function QuotaButton({ desk, shown: { account, quota } }: { desk: Desk; shown: AccountState }) {
  if (!quota) return <span class="quota">{t('dock_left')} —</span>;
  const { limit, remaining } = quota;
  const hint = quota.asked_at ? t('dock_asked_at', [when(quota.asked_at, desk.now())]) : t('dock_never_asked');
  const text = limit === null || remaining === null ? t('dock_unlimited') : t('dock_remaining_of', [String(remaining), String(limit)]);
  const share = limit && remaining !== null ? remaining / limit : 1;
  const low = isLow(remaining, limit);
  return (
    <button
      type="button"
      class={`quiet quota number${low ? ' low' : ''}`}
      title={hint}
      disabled={!desk.mayAct}
      onClick={() => void desk.try('refreshQuota', { accountId: account.id })}
    >
      {text}
      <Ring share={share} low={low} />
    </button>
  );
}

/** A tenth or less of the month is left. */
export function isLow(remaining: number | null, limit: number | null): boolean {
  return limit !== null && remaining !== null && remaining <= limit / 10;
}
