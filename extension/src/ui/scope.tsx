/** Whose friends the list shows: those of all accounts together, of the page's own, or of one found by its name. */
import { useState } from 'preact/hooks';
import type { AccountState } from '../messages';
import type { Desk } from '../page/desk';
import { t } from '../platform';
import { Down } from './icons';

/** Of one account, by its id; null = of all. */
export type Scope = string | null;

interface Props {
  desk: Desk;
  /** The page's own account, or the one that a send would come from. */
  shown: AccountState;
  scope: Scope;
  onChoose: (scope: Scope) => void;
}

/** Nothing where there is one account only: then there is nothing to choose. */
export function ScopeBar({ desk, shown, scope, onChoose }: Props) {
  const [finding, setFinding] = useState(false);
  const { accounts } = desk;
  if (accounts.length < 2) return null;
  const picked = scope !== null && scope !== shown.account.id ? desk.account(scope) : null;
  const choose = (chosen: Scope): void => {
    setFinding(false);
    onChoose(chosen);
  };
  return (
    <div class="scope">
      <div class="scopes" role="group" aria-label={t('dock_scope')}>
        <button type="button" class="chip" aria-pressed={scope === null} aria-label={`${t('dock_scope_all_label')} ${countNew(accounts)}`} onClick={() => choose(null)}>
          {t('dock_scope_all')}
          <span class="number">{countNew(accounts)}</span>
        </button>
        <AccountChip one={shown} pressed={scope === shown.account.id} onChoose={choose} />
        {picked && <AccountChip one={picked} pressed onChoose={choose} />}
        {accounts.length > 2 && (
          <button
            type="button"
            class="quiet icon"
            aria-label={t('dock_scope_other')}
            title={t('dock_scope_other')}
            aria-expanded={finding}
            onClick={() => setFinding(!finding)}
          >
            <Down />
          </button>
        )}
      </div>
      {finding && <Finder {...{ desk, shown, scope }} onChoose={choose} onClose={() => setFinding(false)} />}
    </div>
  );
}

interface ChipProps {
  one: AccountState;
  pressed: boolean;
  onChoose: (scope: Scope) => void;
}

function AccountChip({ one, pressed, onChoose }: ChipProps) {
  const { account } = one;
  return (
    <button type="button" class="chip of-account" aria-pressed={pressed} title={account.name} onClick={() => onChoose(account.id)}>
      <span class="dot" style={{ background: account.colour }} />
      <span class="chip-name">{account.name}</span>
      <span class="number">{countNew([one])}</span>
    </button>
  );
}

/** All accounts by name: the open page's own first, then those where somebody waits. */
function Finder({ desk, shown, scope, onChoose, onClose }: Props & { onClose: () => void }) {
  const [search, setSearch] = useState('');
  const own = (one: AccountState): boolean => one.account.id === desk.provenId;
  const found = desk.accounts
    .filter(({ account }) => matches(account, search))
    .sort((one, other) => Number(own(other)) - Number(own(one)) || waiting(other) - waiting(one));
  return (
    <div class="finder" onKeyDown={(event) => event.key === 'Escape' && (event.stopPropagation(), onClose())}>
      <input
        type="search"
        class="search"
        aria-label={t('dock_scope_search')}
        placeholder={t('dock_scope_search')}
        value={search}
        ref={focusOnce}
        onInput={(event) => setSearch(event.currentTarget.value)}
      />
      <ul role="list" aria-label={t('dock_scope_other')}>
        {found.map((one) => (
          <li key={one.account.id}>
            <button
              type="button"
              class="found"
              aria-pressed={scope === one.account.id}
              onClick={() => onChoose(one.account.id)}
            >
              <span class="dot" style={{ background: one.account.colour }} />
              <span class="chip-name">{one.account.name}</span>
              <span class="id">{one.account.premium_id ?? one.account.basic_id}</span>
              {own(one) && <span class="tag">{t('dock_scope_here')}</span>}
              <span class="count number">{countNew([one])}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="hint">{t('dock_scope_empty')}</p>}
    </div>
  );
}

/** Typing goes where the person has just asked to search. */
const focusOnce = (field: HTMLInputElement | null): void => field?.focus({ preventScroll: true });

/** By name or id, whatever the width or case of the letters. */
function matches(account: AccountState['account'], search: string): boolean {
  const plain = (text: string): string => text.normalize('NFKC').toLowerCase();
  const wanted = plain(search.trim());
  return [account.name, account.basic_id, account.premium_id ?? ''].some((text) => plain(text).includes(wanted));
}

/** The queue is pushed up to this length; beyond, the helper's own count is the better one, though older. */
const QUEUE_PUSHED = 50;

const waiting = ({ account, queue }: AccountState): number =>
  queue.length < QUEUE_PUSHED ? queue.length : Math.max(account.new_friends, queue.length);

/** How many wait for a first message. */
export function countNew(accounts: readonly AccountState[]): string {
  const count = accounts.reduce((sum, one) => sum + waiting(one), 0);
  return count > 999 ? '999+' : String(count);
}
