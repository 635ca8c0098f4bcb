/** The dock: who is new, what it will cost, who it comes from. On every supported page, whatever the page shows. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Stage } from '../helper/types';
import type { AccountState } from '../messages';
import type { Desk } from '../page/desk';
import { t } from '../platform';
import { useAct } from './act';
import { Composer } from './composer';
import { FriendItem } from './friend-item';
import { enter, moveBetweenFriends, pressOnce } from './keyboard';
import { GreetingBand } from './greeting';
import { Header, isLow } from './header';
import { Mark, Search } from './icons';
import { Notices } from './notices';
import { countNew, ScopeBar, type Scope } from './scope';
import { useReminder, WaitingBar } from './waiting';
import { Stillness } from './still';
import { useDesk } from './use-desk';
import { useFriends, type Listed } from './use-friends';

type Tab = Exclude<Stage, 'blocked'>;
const TABS: readonly Tab[] = ['new', 'contacted', 'talking'];

/** New friends drawn before 「もっと見る」: forty accounts together have many. */
const DRAWN_AT_FIRST = 30;

interface Props {
  desk: Desk;
  /** Starts moving the panel with the pointer. */
  onGrab: (event: PointerEvent) => void;
  /** Starts changing its height with the pointer. */
  onStretch: (event: PointerEvent) => void;
  /** False right after a move: that click ended a drag. */
  wasClick: () => boolean;
}

export function Dock({ desk, onGrab, onStretch, wasClick }: Props) {
  useDesk(desk);
  const section = useRef<HTMLElement>(null);
  const before = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (!section.current || !desk.takeSummons()) return;
    const focused = document.activeElement;
    // Our own host is what the page's document knows of a focus in the dock.
    if (!focused?.matches('ittsu-dock')) before.current = focused;
    enter(section.current);
  });
  const leave = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !before.current) return;
    (before.current as HTMLElement).focus({ preventScroll: true });
    before.current = null;
  };
  const { state } = desk;
  if (!state) return null;
  const shown = accountShown(desk);
  if (state.preferences.collapsed) {
    return <Collapsed desk={desk} shown={shown} onGrab={onGrab} wasClick={wasClick} />;
  }
  return (
    <section ref={section} class="ittsu dock" aria-label={t('dock_name')} onKeyDownCapture={pressOnce} onKeyDown={leave}>
      {state.accounts.some(({ account }) => account.sandbox) && <div class="practice">{t('dock_practice')}</div>}
      <Header desk={desk} shown={shown} onGrab={onGrab} onCollapse={() => desk.remember({ collapsed: true })} />
      {state.connection === 'unpaired' ? <Unpaired desk={desk} /> : <Open desk={desk} shown={shown} />}
      <div class="grip" aria-hidden="true" onPointerDown={onStretch} />
    </section>
  );
}

/** The page's own account; else the one that a binding names or a send would come from. */
function accountShown(desk: Desk): AccountState | null {
  const { proof, accounts } = desk;
  const named = proof.kind === 'unproven' ? accounts.find(({ account }) => account.name === proof.pageAccount) : null;
  return named ?? accounts[0] ?? null;
}

interface CollapsedProps extends Omit<Props, 'onStretch'> {
  shown: AccountState | null;
}

function Collapsed({ desk, shown, onGrab, wasClick }: CollapsedProps) {
  const waiting = countNew(desk.accounts);
  const left = shown?.quota?.remaining;
  const leftText = shown?.quota ? (typeof left === 'number' ? String(left) : t('dock_unlimited')) : '—';
  const off = desk.state?.connection !== 'ready';
  const low = shown?.quota ? isLow(shown.quota.remaining, shown.quota.limit) : false;
  return (
    <button
      type="button"
      class={`ittsu pill${off ? ' off' : ''}`}
      title={[shown?.account.name, t('dock_expand', [waiting, leftText])].filter(Boolean).join('\n')}
      aria-expanded="false"
      onPointerDown={onGrab}
      onClick={(event) => (event.detail === 0 ? desk.summon() : wasClick() && desk.remember({ collapsed: false }))}
    >
      <span class="hidden">{t('dock_expand', [waiting, leftText])} </span>
      <Mark />
      {shown && <span class="dot" style={{ background: shown.account.colour }} />}
      <span>{t('dock_brand')}</span>
      {waiting !== '0' && <span class="count number">{waiting}</span>}
      <span class={`left number${low ? ' low' : ''}`}>{leftText}</span>
    </button>
  );
}

function Unpaired({ desk }: { desk: Desk }) {
  const act = useAct();
  return (
    <div class="blank">
      <Mark size={32} />
      <strong>{t('dock_unpaired')}</strong>
      <p>{t('dock_unpaired_text')}</p>
      <button type="button" class="button primary" onClick={act(() => void desk.try('openOptions', {}))}>
        {t('dock_pair')}
      </button>
    </div>
  );
}

function Open({ desk, shown }: { desk: Desk; shown: AccountState | null }) {
  const act = useAct();
  const [tab, setTab] = useState<Tab>('new');
  const [search, setSearch] = useState('');
  const [searching, setSearching] = useState(false);
  const [wanted, setScope] = useState<Scope>(null);
  const [onlyWaiting, setOnlyWaiting] = useState<boolean | null>(null);
  const [most, setMost] = useState(DRAWN_AT_FIRST);
  const [selectedKey, setSelectedKey] = useState<string | null>(null);
  const still = useRef(new Stillness(desk.now)).current;
  const asking = tab !== 'new' || search.trim() !== '';
  const scope = wanted !== null && desk.account(wanted) ? wanted : null;
  const reminder = useReminder(desk, scope ?? shown?.account.id ?? null, revisionOf(desk));
  const waiting = tab === 'talking' && search.trim() === '' && (onlyWaiting ?? (reminder.waiting ?? []).length > 0);
  const scoped = desk.accounts.filter(({ account }) => scope === null || account.id === scope);
  const asked = useFriends(desk, scoped, asking ? tab : null, search.trim(), asking ? revisionOf(desk) : '');
  const listed = asking
    ? (waiting ? (reminder.waiting ?? []) : asked.listed).map(({ accountId, friend }) => ({ accountId, friend: desk.newest(accountId, friend) }))
    : scoped.flatMap(({ account }) => desk.newFriends(account.id).map((friend) => ({ accountId: account.id, friend })));
  const hidden = asking ? 0 : Math.max(0, listed.length - most);
  if (!asking) listed.sort(ownAccountFirst(desk)).splice(most);
  const more = hidden > 0 ? () => setMost(most + DRAWN_AT_FIRST) : waiting ? null : asked.more;
  const picked = listed.find((one) => keyOf(one) === selectedKey);
  const selected = picked && !isSent(desk, picked) ? picked : firstOpen(desk, listed);

  useLayoutEffect(() => {
    still.drawn(
      listed.map((one) => {
        const offer = desk.offer(one.friend);
        return { key: keyOf(one), says: offer.kind === 'send' ? String(offer.cost) : offer.kind };
      }),
    );
  });

  if (!shown) {
    return (
      <>
        <Notices desk={desk} shown={null} />
        {desk.ready && (
          <div class="blank">
            <strong>{t('dock_no_account')}</strong>
            <p>{t('dock_no_account_text')}</p>
          </div>
        )}
      </>
    );
  }

  const send = (one: Listed) => (event: Event, cost: 0 | 1) => {
    act(() => {
      if (!still.believes(event as MouseEvent)) {
        desk.stop('list_moved');
        return;
      }
      setSelectedKey(null);
      void desk.send(one.accountId, one.friend, cost, 'dock');
    })(event);
  };
  const stopSearching = (): void => {
    setSearching(false);
    setSearch('');
  };
  const pointed = (event: PointerEvent): void => still.pointed(event);

  return (
    <>
      <Notices desk={desk} shown={shown} />
      <GreetingBand {...{ desk, shown, scoped }} />
      <ScopeBar {...{ desk, shown, scope }} onChoose={setScope} />
      <div class="filter">
        <div class="tabs" role="group" aria-label={t('dock_tabs')}>
          {TABS.map((name) => (
            <button key={name} type="button" class="tab" aria-pressed={tab === name} onClick={() => setTab(name)}>
              {t(`dock_tab_${name}`)}
              {name === 'new' && <span class="count number">{countNew(scoped)}</span>}
              {name === 'talking' && (reminder.waiting ?? []).length > 0 && (
                <span class="count waits number" title={t('dock_waiting')}>
                  {reminder.waiting!.length}
                </span>
              )}
            </button>
          ))}
          <button
            type="button"
            class="quiet icon"
            aria-label={t('dock_search')}
            title={t('dock_search')}
            aria-expanded={searching}
            onClick={() => (searching ? stopSearching() : setSearching(true))}
          >
            <Search />
          </button>
        </div>
        {searching && (
          <input
            type="search"
            class="search"
            aria-label={t('dock_search')}
            placeholder={t('dock_search')}
            value={search}
            ref={focusOnce}
            onInput={(event) => setSearch(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Escape' && (event.stopPropagation(), stopSearching())}
          />
        )}
      </div>
      {tab === 'talking' && search.trim() === '' && (
        <WaitingBar {...{ desk, reminder }} only={waiting} onChoose={setOnlyWaiting} />
      )}
      <ul class="friends" role="list" aria-label={t(`dock_tab_${tab}`)} onPointerMove={pointed} onPointerDown={pointed} onKeyDown={moveBetweenFriends}>
        {listed.map((one) => (
          <FriendItem
            key={keyOf(one)}
            desk={desk}
            accountId={one.accountId}
            friend={one.friend}
            selected={one === selected}
            showAccount={desk.accounts.length > 1}
            onTick={waiting ? () => reminder.tick(one) : undefined}
            onSelect={() => setSelectedKey(keyOf(one))}
            onSend={send(one)}
          />
        ))}
      </ul>
      {listed.length === 0 && <Empty tab={tab} waiting={waiting} search={search.trim()} loading={asking && asked.loading} />}
      {more && (
        <button type="button" class="quiet more" onClick={more}>
          {t('dock_load_more')}
        </button>
      )}
      <Composer desk={desk} accountId={selected?.accountId ?? scope ?? shown.account.id} friend={selected?.friend ?? null} />
    </>
  );
}

/** Typing goes where the person has just asked to search. */
const focusOnce = (field: HTMLInputElement | null): void => field?.focus({ preventScroll: true });

function Empty({ tab, waiting, search, loading }: { tab: Tab; waiting: boolean; search: string; loading: boolean }) {
  if (loading) return <div class="blank">{t('dock_loading')}</div>;
  if (waiting) return <div class="blank">{t('dock_waiting_nobody')}</div>;
  if (search) return <div class="blank">{t('dock_empty_search', [search])}</div>;
  return (
    <div class="blank">
      <strong>{t(`dock_empty_${tab}`)}</strong>
      {tab === 'new' && <p>{t('dock_empty_new_text')}</p>}
    </div>
  );
}

const keyOf = ({ accountId, friend }: Listed): string => `${accountId}/${friend.user_id}`;

/** All new friends together, those of the page's own account first, newest first within. */
function ownAccountFirst(desk: Desk): (one: Listed, other: Listed) => number {
  return (one, other) => {
    const own = Number(other.accountId === desk.provenId) - Number(one.accountId === desk.provenId);
    return own || (other.friend.followed_at ?? '').localeCompare(one.friend.followed_at ?? '');
  };
}

/** The preview shows the newest friend that can be sent to, until a person puts the focus elsewhere. */
function firstOpen(desk: Desk, listed: readonly Listed[]): Listed | null {
  const open = listed.find(({ accountId, friend }) => desk.offer(friend).kind === 'send' && !desk.delivery(accountId, friend));
  return open ?? listed[0] ?? null;
}

const isSent = (desk: Desk, { accountId, friend }: Listed): boolean => {
  const delivery = desk.delivery(accountId, friend);
  return delivery?.kind === 'message' && delivery.message.status === 'sent';
};

/** Changes when lists that were asked for may have changed: somebody moved from one stage to another. */
function revisionOf(desk: Desk): string {
  const friends = Object.entries(desk.state?.friends ?? {});
  const told = friends.map(([key, { stage, dismissed, last_received_at: at }]) => `${key}${stage}${dismissed}${at}`);
  // Their order says only who was told of last: asking for a list may change it, and must not lead to asking again.
  return told.sort().join();
}
