/** What the customer will see: who it comes from, the bubbles, the one-tap answers. Shared with the options page. */
import type { TargetedInputEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../platform';
import { Typing } from './typing';

export interface PreviewProps {
  /** As LINE shows it above the bubble: 「花子 from 'さくら美容室'」, or the account's name. */
  senderDisplay: string;
  /** A picture that the surrounding page may load; without one the first letter of `face` stands in. */
  iconUrl?: string | null;
  /** Whose icon LINE shows: the sender's where she has one, else the account's. */
  face?: string;
  /** One bubble each; null is a message that is no text. */
  texts: readonly (string | null)[];
  /** What a message without text is, in the order of `texts`. */
  kinds?: readonly string[];
  tapReplies: readonly string[];
  /** Makes the bubbles editable. */
  onEdit?: ((texts: (string | null)[]) => void) | undefined;
  /** Something other than a person wrote into a bubble; it was put back. */
  onForeign?: (() => void) | undefined;
}

export function Preview({ senderDisplay, iconUrl, face, texts, kinds = [], tapReplies, onEdit, onForeign }: PreviewProps) {
  const edit = (at: number, text: string): void => onEdit?.(texts.map((old, index) => (index === at ? text : old)));
  return (
    <div class="phone">
      <div class="sender">
        <span class="face" aria-hidden="true">
          {iconUrl ? <img src={iconUrl} alt="" /> : initial(face ?? senderDisplay)}
        </span>
        <span>{senderDisplay}</span>
      </div>
      {texts.map((text, at) =>
        text === null ? (
          <div key={at} class="bubble other">
            {t('dock_other_object', [kinds[at] ?? ''])}
          </div>
        ) : onEdit ? (
          <Field key={at} text={text} onEdit={(next) => edit(at, next)} onForeign={onForeign} />
        ) : (
          <div key={at} class="bubble">
            {text}
          </div>
        ),
      )}
      {tapReplies.length > 0 && (
        <ul class="taps" role="list" aria-label={t('dock_taps')}>
          {tapReplies.map((reply) => (
            <li key={reply}>{reply}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface FieldProps {
  text: string;
  onEdit: (text: string) => void;
  onForeign: (() => void) | undefined;
}

/** A bubble that a person, and nobody else, can write in. */
function Field({ text, onEdit, onForeign }: FieldProps) {
  const typing = useRef(new Typing()).current;
  const known = useRef(text);
  known.current = text;
  const input = (event: TargetedInputEvent<HTMLTextAreaElement>): void => {
    const field = event.currentTarget;
    if (typing.believes(event)) {
      // Noted here as well: the next change may come before this one is drawn.
      known.current = field.value;
      onEdit(field.value);
      return;
    }
    field.value = known.current;
    onForeign?.();
  };
  return (
    <textarea
      class="bubble"
      aria-label={t('dock_text')}
      spellcheck={false}
      rows={Math.min(6, rowsOf(text))}
      value={text}
      onBeforeInput={(event) => typing.announce(event)}
      onInput={input}
    />
  );
}

const letters = new Intl.Segmenter('ja', { granularity: 'grapheme' });

/** The first letter or emoji of a name. */
export function initial(name: string): string {
  const [first] = letters.segment(name.trim());
  return first?.segment ?? '';
}

/** About how many lines a text takes in the dock, for browsers that cannot size a field by its content. */
function rowsOf(text: string): number {
  return text.split('\n').reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / 18)), 0);
}
