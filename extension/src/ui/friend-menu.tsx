/** What else can be done for a friend: taken off the queue, their history, their id for scripts. */
import { useEffect, useState } from 'preact/hooks';
import type { Friend, HistoryItem } from '../helper/types';
import type { Desk } from '../page/desk';
import { t } from '../platform';
import { useAct } from './act';
import { DeliveryLine } from './delivery-line';
import { problemText, when } from './phrases';
import { CommandRefused } from '../channel';

interface Props {
  desk: Desk;
  accountId: string;
  friend: Friend;
  onDone: () => void;
}

export function FriendMenu({ desk, accountId, friend, onDone }: Props) {
  const act = useAct();
  const [copied, setCopied] = useState(false);
  const [history, setHistory] = useState(false);
  const isNew = friend.stage === 'new' && !friend.first_contact;
  const markedByHand = friend.first_contact !== null && friend.first_contact.message_id === null;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(friend.user_id);
    setCopied(true);
  };
  const done = (work: Promise<void>): void => void work.then(onDone);
  return (
    <div class="menu">
      <div class="choices">
        {isNew && (
          <button type="button" class="quiet" disabled={!desk.mayAct} onClick={act(() => done(desk.markContacted(accountId, friend)))}>
            {t('dock_mark')}
          </button>
        )}
        {markedByHand && (
          <button type="button" class="quiet" disabled={!desk.mayAct} onClick={act(() => done(desk.takeBack(accountId, friend, 'marked')))}>
            {t('dock_unmark')}
          </button>
        )}
        {isNew && !friend.dismissed && (
          <button type="button" class="quiet" disabled={!desk.mayAct} onClick={act(() => done(desk.dismiss(accountId, friend)))}>
            {t('dock_dismiss')}
          </button>
        )}
        {friend.dismissed && (
          <button type="button" class="quiet" disabled={!desk.mayAct} onClick={act(() => done(desk.takeBack(accountId, friend, 'dismissed')))}>
            {t('dock_undismiss')}
          </button>
        )}
        <button type="button" class="quiet" aria-expanded={history} onClick={() => setHistory(!history)}>
          {t('dock_history')}
        </button>
        <button type="button" class="quiet" onClick={act(() => void copy())}>
          {t(copied ? 'dock_copied' : 'dock_copy_id')}
        </button>
      </div>
      {history && <History desk={desk} accountId={accountId} friend={friend} />}
    </div>
  );
}

function History({ desk, accountId, friend }: Omit<Props, 'onDone'>) {
  const [items, setItems] = useState<HistoryItem[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    desk.ask('history', { accountId, userId: friend.user_id }).then(
      (listing) => gone || setItems(listing.items),
      (reason: unknown) => {
        if (!gone && reason instanceof CommandRefused) setProblem(problemText(reason.problem, desk.now()));
      },
    );
    return () => {
      gone = true;
    };
  }, [accountId, friend.user_id, friend.first_contact?.message_id, friend.last_received_at]);
  if (problem) return <p class="hint">{problem}</p>;
  if (!items) return <p class="hint">{t('dock_loading')}</p>;
  if (items.length === 0) return <p class="hint">{t('dock_history_empty')}</p>;
  return (
    <ol class="history">
      {items.map((item) => (
        <li key={item.id} class={item.direction}>
          <small>
            {t(saidBy(item))} {when(item.at, desk.now())}
          </small>
          {item.message?.status === 'uncertain' && (
            <DeliveryLine {...{ desk, accountId, friend }} place="dock" delivery={{ kind: 'message', origin: null, message: item.message }} />
          )}
          {item.texts_removed ? <em>{t('dock_history_removed')}</em> : <span>{contentOf(item)}</span>}
        </li>
      ))}
    </ol>
  );
}

const saidBy = ({ direction, message }: HistoryItem) =>
  direction === 'in' ? 'dock_history_in' : message?.origin === 'greeting' ? 'auto_name' : 'dock_history_out';

const contentOf = ({ text, message, kind }: HistoryItem): string =>
  text ?? message?.messages.map(({ text: part }) => part ?? '').join('\n') ?? `（${kind}）`;
