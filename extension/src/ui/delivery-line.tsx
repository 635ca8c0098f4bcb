/** What became of a click: held with its Undo, on its way, sent, failed, uncertain with its two ways out. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Friend, Message } from '../helper/types';
import type { Delivery } from '../page/deliveries';
import type { Desk } from '../page/desk';
import { secondsUntil } from '../page/offer';
import { t } from '../platform';
import { useAct } from './act';
import { Check, Information, Warning } from './icons';
import { notSentText, problemText } from './phrases';

interface Props {
  desk: Desk;
  accountId: string;
  friend: Friend;
  delivery: Delivery;
  /** Where this is drawn; the place of the click gives the focus to Undo. */
  place: 'dock' | 'row';
  /** Called when the focused button goes away, so that the focus isn't lost. */
  onFocusLost?: () => void;
}

export function DeliveryLine({ desk, accountId, friend, delivery, place, onFocusLost }: Props) {
  const act = useAct();
  switch (delivery.kind) {
    case 'asking':
      return <Line tone="calm">{t('dock_asking')}</Line>;
    case 'problem':
      return (
        <Line tone={delivery.problem.code === 'answer_lost' ? 'amber' : 'red'} icon={<Warning />}>
          {problemText(delivery.problem, desk.now())}
        </Line>
      );
    case 'note': {
      const { note } = delivery;
      if (note === 'undone') return <Line tone="calm">{t('dock_undone')}</Line>;
      return (
        <Line
          tone="calm"
          icon={<Check />}
          after={
            <button type="button" class="link" disabled={!desk.mayAct} onClick={act(() => void desk.takeBack(accountId, friend, note))}>
              {t('dock_take_back')}
            </button>
          }
        >
          {t(note === 'marked' ? 'dock_marked' : 'dock_dismissed')}
        </Line>
      );
    }
    case 'message': {
      const undo = (message: Message) => (
        <UndoButton
          focus={delivery.origin === place}
          disabled={!desk.ready}
          onClick={act(() => void desk.undo(accountId, message))}
          {...(onFocusLost ? { onFocusLost } : {})}
        />
      );
      return <MessageLine {...{ desk, accountId, friend, message: delivery.message, place, undo }} />;
    }
  }
}

interface MessageLineProps {
  desk: Desk;
  accountId: string;
  friend: Friend;
  message: Message;
  place: 'dock' | 'row';
  undo: (message: Message) => ComponentChildren;
}

function MessageLine({ desk, accountId, friend, message, place, undo }: MessageLineProps) {
  const act = useAct();
  const now = desk.now();
  switch (message.status) {
    case 'held': {
      const seconds = message.hold_until ? secondsUntil(Date.parse(message.hold_until), now) : 0;
      if (seconds === 0) return <Line tone="held">{t('dock_sending')}</Line>;
      const text = friend.display_name
        ? t('dock_held', [String(seconds), friend.display_name])
        : t('dock_held_unnamed', [String(seconds)]);
      return (
        <Line tone="held" after={undo(message)}>
          {text}
        </Line>
      );
    }
    case 'scheduled':
    case 'sending':
      return <Line tone="held">{t('dock_sending')}</Line>;
    case 'sent':
      return (
        <Line tone="good" icon={<Check />} further={t('dock_then')}>
          {sentText(desk, accountId, message)}
        </Line>
      );
    case 'uncertain': {
      const cost = desk.costOfAnother(accountId, message);
      return (
        <Line
          tone="amber"
          icon={<Warning />}
          after={
            <span class="exits">
              <button type="button" class="button" disabled={!desk.mayAct} onClick={act(() => void desk.treatAsDelivered(accountId, message))}>
                {t('dock_resolve_delivered')}
              </button>
              <button type="button" class="button" disabled={!desk.maySend(accountId)} onClick={act(() => void desk.sendAgain(accountId, message, cost, place))}>
                {t('dock_resolve_again')}
                {cost === 1 && <small> {t('dock_resolve_cost')}</small>}
              </button>
            </span>
          }
        >
          {t(message.error?.code === 'restored' ? 'dock_uncertain_restored' : 'dock_uncertain')}
        </Line>
      );
    }
    case 'failed':
      return (
        <Line tone="red" icon={<Warning />}>
          {notSentText(message)}
        </Line>
      );
    case 'cancelled':
      return (
        <Line tone="calm" icon={<Information />}>
          {notSentText(message)}
        </Line>
      );
  }
}

function sentText(desk: Desk, accountId: string, message: Message): string {
  if (message.origin === 'greeting') return t('auto_sent');
  if (message.cost === 0) return t('dock_sent_free');
  const remaining = desk.account(accountId)?.quota?.remaining;
  return typeof remaining === 'number' ? t('dock_sent_paid', [String(remaining)]) : t('dock_sent_unlimited');
}

interface LineProps {
  tone: 'calm' | 'held' | 'good' | 'amber' | 'red';
  icon?: ComponentChildren;
  further?: string;
  after?: ComponentChildren;
  children: ComponentChildren;
}

function Line({ tone, icon, further, after, children }: LineProps) {
  return (
    <div class={`line ${tone}`}>
      <span role="status" class="said">
        {icon}
        <span class="number">
          {children}
          {further && <small>{further}</small>}
        </span>
      </span>
      {after}
    </div>
  );
}

interface UndoProps {
  focus: boolean;
  disabled: boolean;
  onClick: (event: Event) => void;
  onFocusLost?: () => void;
}

function UndoButton({ focus, disabled, onClick, onFocusLost }: UndoProps) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const own = button.current;
    if (focus) own?.focus({ preventScroll: true });
    return () => {
      const root = own?.getRootNode() as ShadowRoot | undefined;
      if (own && root?.activeElement === own) onFocusLost?.();
    };
  }, []);
  return (
    <button
      ref={button}
      type="button"
      class="button undo"
      disabled={disabled}
      // The second half of a double click on the send button lands here and means nothing.
      onClick={(event) => (event.detail > 1 ? undefined : onClick(event))}
    >
      {t('dock_undo')}
    </button>
  );
}
