/** The accounts: which there are, how much of the month is left, and the colours that tell them apart. */
import { useState } from 'preact/hooks';
import type { PanelAccount, Problem } from '../messages';
import { t } from '../platform';
import { Check } from '../ui/icons';
import { day, isLow, moment, QuotaBar, remainingText } from './quota';
import { problemFrom, useKnownPanel, wordsOf } from './use-panel';

/** Apart from each other also for people who see few colours, and on both backgrounds. */
const COLOURS: [string, () => string][] = [
  ['#2F6FDE', () => t('options_colour_blue')],
  ['#0E9384', () => t('options_colour_teal')],
  ['#7A5AF8', () => t('options_colour_violet')],
  ['#C11574', () => t('options_colour_pink')],
  ['#B54708', () => t('options_colour_orange')],
  ['#4E7A27', () => t('options_colour_green')],
  ['#8A5A44', () => t('options_colour_brown')],
  ['#5D6B82', () => t('options_colour_grey')],
];

export function Accounts() {
  const { state } = useKnownPanel();
  return (
    <section class="card" aria-labelledby="accounts">
      <h2 id="accounts">{t('options_accounts')}</h2>
      {state.accounts.length === 0 ? (
        <>
          <p>{t('options_accounts_none')}</p>
        </>
      ) : (
        <>
          <p class="lead">{t('options_accounts_lead')}</p>
          <ul class="rows">
            {state.accounts.map((one) => (
              <AccountRow key={one.account.id} one={one} />
            ))}
          </ul>
        </>
      )}
      <SetUp />
    </section>
  );
}

/** The helper's own pages, for its admins. */
function SetUp() {
  const { state, call } = useKnownPanel();
  const [problem, setProblem] = useState<Problem | null>(null);
  if (state.teammate?.role !== 'admin' || state.connection !== 'ready') return null;
  const open = async (): Promise<void> => {
    setProblem(null);
    try {
      await call('openSetup', {});
    } catch (error) {
      setProblem(problemFrom(error));
    }
  };
  return (
    <footer>
      <p class="hint">{t('options_setup_lead')}</p>
      <button type="button" class="button" onClick={() => void open()}>
        {t('options_setup_open')}
      </button>
      {problem && (
        <p class="field-error" role="alert">
          {wordsOf(problem)}
        </p>
      )}
    </footer>
  );
}

function AccountRow({ one }: { one: PanelAccount }) {
  const { state, call } = useKnownPanel();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asking, setAsking] = useState(false);
  const { account, quota, newFriends } = one;
  const admin = state.teammate?.role === 'admin' && state.connection === 'ready';
  const mayAsk = state.teammate?.role !== 'viewer' && state.connection === 'ready';

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(problemFrom(error));
    }
  };
  const refresh = async (): Promise<void> => {
    setAsking(true);
    await attempt(() => call('refreshQuota', { accountId: account.id }));
    setAsking(false);
  };

  return (
    <li class="account">
      <span class="face" style={{ background: account.colour }} aria-hidden="true">
        {account.picture_url && <img src={account.picture_url} alt="" />}
      </span>
      <div class="account-body">
        <p>
          <strong>{account.name}</strong> <span class="soft">{account.basic_id}</span>
          {account.verified && <span class="tag">{t('options_verified')}</span>}
          {account.sandbox && <span class="tag amber">{t('options_practice_badge')}</span>}
        </p>
        <p class={quota && isLow(quota) ? 'count low' : 'count'}>
          <span class="number">{remainingText(quota)}</span>
          <span class="soft number">{t('common_new_friends', { n: newFriends })}</span>
        </p>
        {quota && <QuotaBar quota={quota} />}
        {quota && (
          <p class="soft small number">
            {[
              t('options_quota_spent', { n: quota.spent }),
              t('options_quota_elsewhere', { n: quota.elsewhere }),
              ...(quota.reserved > 0 ? [t('options_quota_reserved', { n: quota.reserved })] : []),
              ...(quota.floor > 0 ? [t('options_quota_floor', { n: quota.floor })] : []),
              t('options_quota_resets', { date: day(quota.resets_at) }),
              quota.asked_at ? t('options_quota_asked', { time: moment(quota.asked_at) }) : t('options_quota_never'),
            ].join(' · ')}
          </p>
        )}
        <div class="account-tools">
          <ColourPicker
            name={account.name}
            colour={account.colour}
            enabled={admin}
            onPick={(colour) => void attempt(() => call('setColour', { accountId: account.id, colour }))}
          />
          {mayAsk && (
            <button type="button" class="quiet" aria-disabled={asking} onClick={() => void refresh()}>
              {asking ? t('options_quota_refreshing') : t('options_quota_refresh')}
            </button>
          )}
        </div>
        {problem && (
          <p class="field-error" role="alert">
            {wordsOf(problem)}
          </p>
        )}
      </div>
    </li>
  );
}

interface PickerProps {
  name: string;
  colour: string;
  enabled: boolean;
  onPick: (colour: string) => void;
}

function ColourPicker({ name, colour, enabled, onPick }: PickerProps) {
  const same = (other: string): boolean => other.toLowerCase() === colour.toLowerCase();
  return (
    <fieldset class="colours" disabled={!enabled} title={enabled ? undefined : t('options_colour_admin')}>
      <legend class="hidden">{t('options_colour_of', { name })}</legend>
      {COLOURS.map(([choice, label]) => (
        <button
          key={choice}
          type="button"
          class="swatch"
          style={{ background: choice }}
          aria-label={label()}
          title={label()}
          aria-pressed={same(choice)}
          onClick={() => onPick(choice)}
        >
          {same(choice) && <Check />}
        </button>
      ))}
      <input
        type="color"
        aria-label={t('options_colour_other')}
        title={t('options_colour_other')}
        value={colour}
        onChange={(event) => onPick(event.currentTarget.value)}
      />
    </fieldset>
  );
}
