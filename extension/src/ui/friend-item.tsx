/** One friend in the dock's list: who, since when, what it costs, and what became of it. */
import { useId, useRef, useState } from 'preact/hooks';
import type { Friend } from '../helper/types';
import type { Delivery } from '../page/deliveries';
import type { Desk } from '../page/desk';
import { secondsUntil, type Offer } from '../page/offer';
import { t } from '../platform';
import { DeliveryLine } from './delivery-line';
import { FriendMenu } from './friend-menu';
import { GreetingLine } from './greeting';
import { Clock, More } from './icons';
import { added, contactedBy, nameShown, refusal } from './phrases';
import { initial } from './preview';
import { property } from './private';
import { WaitingLine } from './waiting';
import { SendButton } from './send-button';

interface Props {
  desk: Desk;
  accountId: string;
  friend: Friend;
  selected: boolean;
  /** More than one account: say whose friend this is. */
  showAccount: boolean;
  /** Ticks off somebody who waits for an answer; without it she doesn't. */
  onTick?: (() => void) | undefined;
  onSelect: () => void;
  /** Judges that the list did not move under the pointer, then sends. */
  onSend: (event: Event, cost: 0 | 1) => void;
}

export function FriendItem({ desk, accountId, friend, selected, showAccount, onTick, onSelect, onSend }: Props) {
  const item = useRef<HTMLLIElement>(null);
  const nameId = useId();
  const [menu, setMenu] = useState(false);
  const delivery = desk.delivery(accountId, friend);
  const offer = desk.offer(friend);
  const account = desk.account(accountId)?.account;
  const now = desk.now();
  return (
    <li
      ref={item}
      tabIndex={-1}
      class={`friend${selected ? ' selected' : ''}`}
      data-user={friend.user_id}
      onFocusCapture={onSelect}
      onClick={onSelect}
    >
      <span class="face" aria-hidden="true" style={{ [property('account')]: account?.colour ?? `var(${property('accent')})` }}>
        {friend.display_name ? initial(friend.display_name) : '…'}
      </span>
      <div class="who">
        <div class="top">
          <span class={`name${friend.display_name ? '' : ' pending'}`} id={nameId}>
            {nameShown(friend)}
          </span>
          {friend.refollowed && <span class="tag">{t('dock_refollowed')}</span>}
          <span class="since number">{added(friend, now)}</span>
          <button
            type="button"
            class="quiet icon"
            aria-label={t('dock_menu')}
            aria-describedby={nameId}
            aria-expanded={menu}
            onClick={() => setMenu(!menu)}
          >
            <More />
          </button>
        </div>
        {showAccount && account && (
          <div class="whose">
            <span class="dot" style={{ background: account.colour }} />
            {account.name}
          </div>
        )}
        {delivery && (
          <DeliveryLine
            {...{ desk, accountId, friend, delivery }}
            place="dock"
            onFocusLost={() => item.current?.focus({ preventScroll: true })}
          />
        )}
        {showsOffer(delivery) && (
          <OfferLine {...{ desk, accountId, offer, now, nameId }} onSend={onSend} />
        )}
        {friend.greeting && showsOffer(delivery) && (
          <GreetingLine {...{ desk, accountId, friend }} coming={friend.greeting} describedBy={nameId} />
        )}
        {onTick && <WaitingLine {...{ desk, friend, onTick }} describedBy={nameId} />}
        {menu && <FriendMenu {...{ desk, accountId, friend }} onDone={() => setMenu(false)} />}
      </div>
    </li>
  );
}

/** The button comes back once nothing is going on: after an undo, a refusal, a failure. */
function showsOffer(delivery: Delivery | null): boolean {
  if (!delivery) return true;
  if (delivery.kind === 'note') return delivery.note === 'undone';
  if (delivery.kind === 'problem') return delivery.problem.code !== 'answer_lost';
  return delivery.kind === 'message' && (delivery.message.status === 'failed' || delivery.message.status === 'cancelled');
}

interface OfferLineProps {
  desk: Desk;
  accountId: string;
  offer: Offer;
  now: number;
  nameId: string;
  onSend: (event: Event, cost: 0 | 1) => void;
}

function OfferLine({ desk, accountId, offer, now, nameId, onSend }: OfferLineProps) {
  switch (offer.kind) {
    case 'send': {
      const free = offer.freeUntil === null ? null : secondsUntil(offer.freeUntil, now);
      return (
        <div class="offer">
          {free !== null && (
            <span class="free number">
              <Clock />
              {t('dock_free_for', [String(free)])}
            </span>
          )}
          <OfferButton {...{ desk, accountId, cost: offer.cost, nameId, onSend }} />
        </div>
      );
    }
    case 'refused':
      return <p class="hint">{refusal(offer.code)}</p>;
    case 'talking':
      return (
        <p class="hint">
          {t('dock_talking')}{' '}
          <a href="https://chat.line.biz/" target="_blank" rel="noreferrer">
            {t('dock_open_chat')}
          </a>
        </p>
      );
    case 'contacted':
      return <p class="hint">{offer.by ? contactedBy(offer.by, now) : t('dock_tab_contacted')}</p>;
    case 'claimed':
      return <p class="hint amber">{t('dock_claimed', [offer.by])}</p>;
    case 'blocked':
      return <p class="hint">{t('row_blocked')}</p>;
    case 'dismissed':
      return <p class="hint">{t('dock_dismiss')}</p>;
  }
}

interface OfferButtonProps {
  desk: Desk;
  accountId: string;
  cost: 0 | 1;
  nameId: string;
  onSend: (event: Event, cost: 0 | 1) => void;
}

/** No button at all where the page is another account or proves none; a disabled one while the helper is away. */
function OfferButton({ desk, accountId, cost, nameId, onSend }: OfferButtonProps) {
  if (desk.provenId === null) return null;
  if (desk.provenId !== accountId) return <span class="hint">{t('dock_other_account')}</span>;
  if (desk.ready && !desk.mayAct) return null;
  return <SendButton cost={cost} disabled={!desk.maySend(accountId)} describedBy={nameId} onClick={(event) => onSend(event, cost)} />;
}
