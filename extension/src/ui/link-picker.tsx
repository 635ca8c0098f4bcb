/** Who is this row? The candidates side by side; a person picks, and the pick is stored as the link. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PagePerson } from '../dashboards';
import type { Friend } from '../helper/types';
import type { Desk } from '../page/desk';
import { t } from '../platform';
import { useAct } from './act';
import { added, contactedBy, nameShown } from './phrases';
import { initial } from './preview';

interface Props {
  desk: Desk;
  accountId: string;
  person: PagePerson;
  candidates: readonly Friend[];
  onPick: (userId: string) => void;
  onClose: () => void;
}

export function LinkPicker({ desk, accountId, person, candidates, onPick, onClose }: Props) {
  const act = useAct();
  const panel = useRef<HTMLDivElement>(null);
  const [search, setSearch] = useState('');
  const found = useSearch(desk, accountId, search);
  const shown = search ? found : candidates;

  useLayoutEffect(() => {
    const own = panel.current;
    if (!own) return;
    const beside = (own.parentElement ?? own).getBoundingClientRect();
    own.showPopover();
    const left = Math.max(8, Math.min(beside.left, innerWidth - own.offsetWidth - 8));
    const below = beside.bottom + 8;
    const fits = below + own.offsetHeight <= innerHeight - 8;
    own.style.left = `${left}px`;
    own.style.top = `${fits ? below : Math.max(8, beside.top - own.offsetHeight - 8)}px`;
    own.focus({ preventScroll: true });
  }, []);

  return (
    <div
      ref={panel}
      class="picker"
      popover="manual"
      role="dialog"
      tabIndex={-1}
      aria-label={t('row_picker', [person.name])}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <div class="picker-head">
        <strong>{t('row_picker', [person.name])}</strong>
        <button type="button" class="quiet" onClick={onClose}>
          {t('dock_close')}
        </button>
      </div>
      <input
        type="search"
        aria-label={t('row_picker_search')}
        placeholder={t('row_picker_search')}
        value={search}
        onInput={(event) => setSearch(event.currentTarget.value)}
      />
      <ul role="list" class="candidates">
        {shown.map((friend) => (
          <li key={friend.user_id}>
            <span class="face" aria-hidden="true">
              {friend.display_name ? initial(friend.display_name) : '…'}
            </span>
            <strong>{nameShown(friend)}</strong>
            <small>{added(friend, desk.now())}</small>
            {friend.first_contact && <small>{contactedBy(friend.first_contact, desk.now())}</small>}
            <button type="button" class="button" aria-label={`${t('row_picker_pick')}：${nameShown(friend)}`} onClick={act(() => onPick(friend.user_id))}>
              {t('row_picker_pick')}
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p class="hint">{t('row_picker_empty')}</p>}
    </div>
  );
}

function useSearch(desk: Desk, accountId: string, search: string): readonly Friend[] {
  const [found, setFound] = useState<readonly Friend[]>([]);
  useEffect(() => {
    setFound([]);
    const q = search.trim();
    if (!q) return;
    let gone = false;
    const timer = setTimeout(() => {
      void desk.try('friends', { accountId, q }).then((listing) => {
        if (!gone && listing && listing !== true) setFound(listing.items.slice(0, 12));
      });
    }, 180);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [accountId, search]);
  return found;
}
