/** The small pill after a name in somebody else's table: a badge, or the one button, or the question who this is. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { PagePerson } from '../dashboards';
import type { Friend, LookupResult } from '../helper/types';
import type { Desk } from '../page/desk';
import { nameOf } from '../page/offer';
import { t } from '../platform';
import { useAct } from './act';
import { DeliveryLine } from './delivery-line';
import { Blocked, Chat, Check, Link, Warning } from './icons';
import { LinkPicker } from './link-picker';
import { added, nameShown, when } from './phrases';
import { SendButton } from './send-button';

interface Props {
  desk: Desk;
  accountId: string;
  person: PagePerson;
  result: LookupResult;
  /** The newest that is known of the result's friend. */
  friend: Friend | null;
  /** There is little room beside the name. */
  short: boolean;
  onSend: (friend: Friend, cost: 0 | 1) => void;
  onLink: (userId: string) => void;
}

export function RowPill(props: Props) {
  const { desk, accountId, friend, result, person, short } = props;
  const act = useAct();
  switch (result.match) {
    case 'exact':
      return friend ? <Known {...props} friend={friend} /> : null;
    case 'proposed': {
      if (!friend) return null;
      const name = nameShown(friend);
      return (
        <button
          type="button"
          class="badge button link-up"
          disabled={!desk.maySend(accountId)}
          aria-label={t('row_link', [name])}
          title={t('row_link_text', [name, added(friend, desk.now())])}
          onClick={act(() => props.onLink(friend.user_id))}
        >
          <Link />
          {short ? null : t('row_link', [name])}
        </button>
      );
    }
    case 'ambiguous':
    case 'none':
      return <Unknown desk={desk} accountId={accountId} person={person} result={result} onLink={props.onLink} />;
  }
}

function Known({ desk, accountId, friend, short, onSend }: Props & { friend: Friend }) {
  const act = useAct();
  const delivery = desk.delivery(accountId, friend);
  const offer = desk.offer(friend);
  const now = desk.now();
  const over = delivery?.kind === 'message' && delivery.message.status === 'sent' && delivery.origin === null;
  const back =
    !delivery ||
    over ||
    (delivery.kind === 'note' && delivery.note === 'undone') ||
    (delivery.kind === 'problem' && delivery.problem.code !== 'answer_lost') ||
    (delivery.kind === 'message' && (delivery.message.status === 'failed' || delivery.message.status === 'cancelled'));
  const line = delivery && !over && <DeliveryLine {...{ desk, accountId, friend, delivery }} place="row" />;
  if (!back) return line;
  switch (offer.kind) {
    case 'send':
      return (
        <>
          <SendButton cost={offer.cost} short={short} disabled={!desk.maySend(accountId)} onClick={act(() => onSend(friend, offer.cost))} />
          {line}
        </>
      );
    case 'contacted': {
      const by = offer.by && (nameOf(offer.by.persona) ?? nameOf(offer.by.teammate) ?? (offer.by.automatic ? t('auto_by') : null));
      const at = offer.by ? when(offer.by.at, now) : '';
      return (
        <Badge icon={<Check />} short={short}>
          {by ? t('row_contacted', [by, at]) : t('row_contacted_unnamed', [at])}
        </Badge>
      );
    }
    case 'talking':
      return (
        <a class="badge" href="https://chat.line.biz/" target="_blank" rel="noreferrer" title={t('dock_talking')}>
          <Chat />
          {!short && t('row_talking')}
        </a>
      );
    case 'blocked':
      return (
        <Badge icon={<Blocked />} short={short}>
          {t('row_blocked')}
        </Badge>
      );
    case 'claimed':
      return (
        <Badge icon={<Warning />} short={short}>
          {t('dock_claimed', [offer.by])}
        </Badge>
      );
    case 'dismissed':
      return (
        <Badge icon={<Check />} short={short}>
          {t('row_dismissed')}
        </Badge>
      );
    case 'refused':
      return (
        <Badge icon={<Warning />} short={short}>
          {t('row_not_now')}
        </Badge>
      );
  }
}

interface BadgeProps {
  icon: ComponentChildren;
  short: boolean;
  children: string;
}

function Badge({ icon, short, children }: BadgeProps) {
  return (
    <span class="badge" role="note" aria-label={children} title={short ? children : undefined}>
      {icon}
      {!short && children}
    </span>
  );
}

type UnknownProps = Pick<Props, 'desk' | 'accountId' | 'person' | 'result' | 'onLink'>;

/** Nobody certain: never a send button, but a way for a person to say who it is. */
function Unknown({ desk, accountId, person, result, onLink }: UnknownProps) {
  const act = useAct();
  const [open, setOpen] = useState(false);
  const none = result.match === 'none';
  return (
    <>
      <button
        type="button"
        class={`badge button ${none ? 'none' : 'check'}`}
        aria-expanded={open}
        disabled={!desk.maySend(accountId)}
        title={none ? t('row_none_text') : undefined}
        onClick={act(() => setOpen(!open))}
      >
        {!none && <Warning />}
        {t(none ? 'row_none' : 'row_check')}
      </button>
      {open && (
        <LinkPicker
          {...{ desk, accountId, person }}
          candidates={result.candidates ?? []}
          onPick={(userId) => {
            setOpen(false);
            onLink(userId);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
