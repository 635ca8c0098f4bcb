/** Who it comes from, which template, and what this one customer will see: it can be changed for this one send. */
import { useEffect, useState } from 'preact/hooks';
import { CommandRefused } from '../channel';
import type { Friend, Preview as PreviewAnswer } from '../helper/types';
import { textsOf } from '../page/composing';
import type { Desk } from '../page/desk';
import { t } from '../platform';
import { Preview } from './preview';

/** Milliseconds without typing before the helper is asked how it would look. */
const ASK_AFTER = 250;

interface Props {
  desk: Desk;
  accountId: string;
  /** The friend with the focus; null = nobody, then the template as it is. */
  friend: Friend | null;
}

export function Composer({ desk, accountId, friend }: Props) {
  const account = desk.account(accountId);
  const { template, persona } = desk.choice(accountId);
  const answer = usePreview(desk, accountId, friend);
  if (!account) return null;
  const shownTexts = textsShown(desk, accountId, friend);
  const fallback = persona ? `${persona.name} from '${account.account.name}'` : account.account.name;
  const editable = friend !== null && desk.maySend(accountId) && desk.offer(friend).kind === 'send';
  const forName = friend?.display_name;
  return (
    // While nothing in it can be used, it can still be scrolled by keyboard.
    <section class="composer" aria-label={t('dock_preview')} {...(desk.mayAct ? {} : { tabIndex: 0 })}>
      <div class="pickers">
        <label>
          <span>{t('dock_persona')}</span>
          <select
            value={persona?.id ?? ''}
            disabled={!desk.mayAct}
            onChange={(event) => desk.choosePersona(accountId, event.currentTarget.value || null)}
          >
            <option value="">{t('dock_persona_none')}</option>
            {account.personas.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t('dock_template')}</span>
          <select
            value={template?.id ?? ''}
            disabled={!desk.mayAct || !template}
            onChange={(event) => {
              const picked = account.templates.find(({ id }) => id === event.currentTarget.value);
              if (picked) desk.chooseTemplate(accountId, picked);
            }}
          >
            {!template && <option value="">{t('dock_template_none')}</option>}
            {account.templates.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {template && shownTexts && (
        <>
          <h2>
            {t('dock_preview')}
            {forName && <span class="for">{forName}</span>}
          </h2>
          <Preview
            senderDisplay={answer?.sender_display ?? fallback}
            face={persona?.icon_url ? persona.name : account.account.name}
            texts={shownTexts.texts}
            kinds={template.messages.map(({ type }) => type)}
            tapReplies={template.tap_replies}
            onEdit={editable ? (next) => desk.edit(accountId, friend, next) : undefined}
            onForeign={() => desk.stop('text_rewritten')}
          />
          {shownTexts.edited && friend && (
            <p class="hint edited">
              {t('dock_text_edited')}{' '}
              <button type="button" class="link" onClick={() => desk.edit(accountId, friend, null)}>
                {t('dock_text_reset')}
              </button>
            </p>
          )}
          {answer?.warnings.map(({ code, text }) => (
            <p key={code} class="hint amber">
              {text}
            </p>
          ))}
          <p class="hint">{t('dock_greeting')}</p>
          {account.account.verified && <p class="hint">{t('dock_verified_hint')}</p>}
        </>
      )}
    </section>
  );
}

/** What would go out, or is about to; null where the focused friend gets nothing any more. */
function textsShown(desk: Desk, accountId: string, friend: Friend | null): { texts: (string | null)[]; edited: boolean } | null {
  if (!friend) {
    const { template } = desk.choice(accountId);
    return template && { texts: textsOf(template, desk.names(accountId, null)), edited: false };
  }
  const delivery = desk.delivery(accountId, friend);
  if (delivery?.kind === 'message' && (delivery.message.status === 'held' || delivery.message.status === 'sending')) {
    return { texts: delivery.message.messages.map(({ text }) => text ?? null), edited: false };
  }
  if (delivery?.kind !== 'asking' && !['send', 'refused', 'claimed'].includes(desk.offer(friend).kind)) return null;
  return desk.texts(accountId, friend);
}

/** What the helper says it would look like; null until it has said so for exactly this. */
function usePreview(desk: Desk, accountId: string, friend: Friend | null): PreviewAnswer | null {
  const [answer, setAnswer] = useState<{ asked: string; preview: PreviewAnswer } | null>(null);
  const offer = friend && desk.offer(friend);
  const body = friend && offer?.kind === 'send' && desk.mayAct ? desk.body(accountId, friend, offer.cost) : null;
  const asked = body ? JSON.stringify([accountId, body]) : '';
  useEffect(() => {
    if (!body) return;
    let gone = false;
    const timer = setTimeout(() => {
      desk.ask('preview', { accountId, body }).then(
        (preview) => gone || setAnswer({ asked, preview }),
        (reason: unknown) => {
          // A preview that is refused (a colleague was quicker, a text too long) leaves our own rendering standing;
          // the send itself will say why.
          if (!(reason instanceof CommandRefused)) throw reason;
        },
      );
    }, ASK_AFTER);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [asked]);
  return answer?.asked === asked ? answer.preview : null;
}
