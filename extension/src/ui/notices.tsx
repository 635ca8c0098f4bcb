/** What stands between the operator and a send, said once above the list, with what to do next. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { START } from '../commands-to-type';
import type { AccountState } from '../messages';
import type { Desk } from '../page/desk';
import { t, version } from '../platform';
import { useAct } from './act';
import { isLow } from './header';
import { Information, Unplugged, Warning } from './icons';
import { date, haltText, inLanguage, problemText, when } from './phrases';

interface NoticeProps {
  tone: 'amber' | 'red' | 'calm';
  icon?: ComponentChildren;
  children: ComponentChildren;
}

export function Notice({ tone, icon, children }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={tone === 'calm' ? undefined : 'status'}>
      {icon ?? <Information />}
      <div>{children}</div>
    </div>
  );
}

export function Notices({ desk, shown }: { desk: Desk; shown: AccountState | null }) {
  return (
    <div class="notices">
      <Offline desk={desk} />
      {desk.degraded && <PageChanged desk={desk} />}
      {shown && <WhosePage desk={desk} shown={shown} />}
      {desk.ready && desk.state?.teammate?.role === 'viewer' && <Notice tone="calm">{t('dock_viewer')}</Notice>}
      {shown && desk.ready && <ReceptionNotice shown={shown} />}
      {shown && desk.ready && <MissedNotice desk={desk} shown={shown} />}
      {shown && desk.ready && <QuotaNotice shown={shown} />}
      <Unconfirmed desk={desk} />
      {desk.halt && (
        <Notice tone="amber" icon={<Warning />}>
          {haltText(desk.halt)}
        </Notice>
      )}
      {desk.problem && (
        <Notice tone="red" icon={<Warning />}>
          {problemText(desk.problem, desk.now())}
        </Notice>
      )}
    </div>
  );
}

function Offline({ desk }: { desk: Desk }) {
  if (desk.state?.connection !== 'offline') return null;
  const since = desk.state.offlineSince;
  return (
    <Notice tone="red" icon={<Unplugged />}>
      <strong>{t('dock_no_helper')}</strong>
      {since !== null && desk.state.accounts.length > 0 && (
        <p>{t('dock_offline_since', [when(new Date(since).toISOString(), desk.now())])}</p>
      )}
      <HowToStart />
    </Notice>
  );
}

/** With a report for whoever repairs it: how the page is built, without names and texts. */
function PageChanged({ desk }: { desk: Desk }) {
  const act = useAct();
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(`Ittsu ${version()} ${desk.describePage()}`);
      setCopied(true);
    } catch {
      // The page's own policy may forbid it.
      setCopied(false);
    }
  };
  return (
    <Notice tone="amber" icon={<Warning />}>
      <p>{t('dock_page_changed')}</p>
      <button type="button" class="link" title={t('dock_report_text')} onClick={act(() => void copy())}>
        {t(copied ? 'dock_copied' : 'dock_report')}
      </button>
      {copied === false && <p>{t('dock_report_failed')}</p>}
    </Notice>
  );
}

function HowToStart() {
  const [open, setOpen] = useState(false);
  return (
    <div>
      <button type="button" class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t('dock_how_to_start')}
      </button>
      {open && (
        <p>
          {t('dock_start_steps')}
          <code>{START.installed}</code>
          {t('common_in_folder')}
          <code>{START.inFolder}</code>
        </p>
      )}
    </div>
  );
}

/** New friends may not reach us: what is wrong, and since when. */
function ReceptionNotice({ shown: { account } }: { shown: AccountState }) {
  const trouble = account.reception?.trouble;
  if (!trouble) return null;
  return (
    <Notice tone="amber" icon={<Warning />}>
      {inLanguage(trouble.text)}
    </Notice>
  );
}

/** The computer slept, or the helper was off. Gone once somebody has read it, for everybody. */
function MissedNotice({ desk, shown: { account } }: { desk: Desk; shown: AccountState }) {
  const act = useAct();
  const { missed } = account;
  if (!missed?.length) return null;
  const now = desk.now();
  const times = missed.map(({ since, until }) => t('dock_missed_time', [when(since, now), when(until, now)]));
  return (
    <Notice tone="amber">
      <p>{t('dock_missed', [times.join(t('dock_missed_and'))])}</p>
      <p>{t(account.verified ? 'dock_missed_verified' : 'dock_missed_then')}</p>
      {desk.state?.teammate?.role !== 'viewer' && (
        <button type="button" class="link" onClick={act(() => void desk.try('readMissed', { accountId: account.id }))}>
          {t('dock_missed_read')}
        </button>
      )}
    </Notice>
  );
}

function QuotaNotice({ shown: { quota } }: { shown: AccountState }) {
  if (!quota || quota.remaining === null) return null;
  if (quota.remaining === 0) {
    return (
      <Notice tone="amber" icon={<Warning />}>
        {t('dock_quota_gone', [date(quota.resets_at)])}
      </Notice>
    );
  }
  if (!isLow(quota.remaining, quota.limit)) return null;
  return <Notice tone="amber">{t('dock_quota_low', [String(quota.remaining), date(quota.resets_at)])}</Notice>;
}

/** Many on the page wait to be confirmed: a way to do it side by side. */
function Unconfirmed({ desk }: { desk: Desk }) {
  const act = useAct();
  const count = desk.unconfirmed.size;
  if (count === 0 || desk.provenId === null || !desk.maySend(desk.provenId)) return null;
  return (
    <div class="bound">
      <button type="button" class="link" onClick={act(() => void desk.reviewPeople())}>
        {t('dock_unconfirmed', [String(count)])}
      </button>
    </div>
  );
}

/** Whether the page proves an account, and what to do if it doesn't. */
function WhosePage({ desk, shown }: { desk: Desk; shown: AccountState }) {
  const act = useAct();
  const [chosen, setChosen] = useState<string | null>(null);
  const { proof } = desk;
  const accounts = desk.accounts;
  const ours = accounts.find(({ account }) => account.id === chosen)?.account ?? shown.account;
  switch (proof.kind) {
    case 'other':
      return (
        <Notice tone="red" icon={<Warning />}>
          {t('dock_wrong_account', [proof.shown, shown.account.name])}
        </Notice>
      );
    case 'contradiction':
      return (
        <Notice tone="red" icon={<Warning />}>
          {t('dock_contradiction', [proof.shown])}
        </Notice>
      );
    case 'unproven': {
      const { pageAccount } = proof;
      if (pageAccount === null) return <Notice tone="amber">{t('dock_unbound_nothing', [ours.name])}</Notice>;
      return (
        <Notice tone="amber" icon={<Warning />}>
          <p>
            {readable(pageAccount)
              ? t('dock_unbound_named', [pageAccount, ours.name])
              : t('dock_unbound_unnamed', [ours.name])}
          </p>
          <div class="bind">
            {accounts.length > 1 && (
              <select aria-label={t('dock_bind_choose')} value={ours.id} onChange={(event) => setChosen(event.currentTarget.value)}>
                {accounts.map(({ account }) => (
                  <option key={account.id} value={account.id}>
                    {account.name}
                  </option>
                ))}
              </select>
            )}
            <button type="button" class="button primary" disabled={!desk.mayAct} onClick={act(() => void desk.bind(pageAccount, ours.id))}>
              {t('dock_bind')}
            </button>
          </div>
        </Notice>
      );
    }
    case 'proven':
      if (proof.basicId !== null) return null;
      return (
        <div class="bound">
          <span>{t('dock_bound', [readable(proof.shown) ? proof.shown : proof.account.name])}</span>
          <button type="button" class="link" disabled={!desk.mayAct} onClick={act(() => void desk.unbind(proof.shown))}>
            {t('dock_unbind')}
          </button>
        </div>
      );
  }
}

/** OA Chat's own id of an account says nothing to a person. */
const readable = (pageAccount: string): boolean => !/^U[0-9a-f]{32}$/u.test(pageAccount);
