/** A template or persona while it is edited: plain values, and what becomes of them. */
import type { LineMessage, Persona, PersonaDraft, Template, TemplateDraft } from '../helper/types';
import { rendered } from '../page/composing';
import { t } from '../platform';

export const PLACEHOLDERS = ['display_name', 'account_name', 'persona_name', 'teammate_name'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

export const MOST_BUBBLES = 5;
export const MOST_TAPS = 13;
/** UTF-16 units of one text; LINE counts so. */
export const MOST_UNITS = 5_000;

export interface TemplateForm {
  name: string;
  messages: LineMessage[];
  taps: string[];
  personaId: string | null;
}

export function formOf(template: Template | null): TemplateForm {
  if (!template) return { name: '', messages: [{ type: 'text', text: '' }], taps: [], personaId: null };
  return {
    name: template.name,
    messages: template.messages.map((message) => ({ ...message })),
    taps: [...template.tap_replies],
    personaId: template.persona_id ?? null,
  };
}

/** Answers left empty are not meant to be sent. The helper numbers faults by what it gets: see `tapIndex`. */
export function draftOf(form: TemplateForm): TemplateDraft {
  return {
    name: form.name,
    messages: form.messages,
    tap_replies: form.taps.filter((tap) => tap.trim() !== ''),
    persona_id: form.personaId,
  };
}

/** The number under which the helper knows the answer at this place of the form; null for an empty one. */
export function tapIndex(taps: readonly string[], place: number): number | null {
  if ((taps[place] ?? '').trim() === '') return null;
  return taps.slice(0, place).filter((tap) => tap.trim() !== '').length;
}

export interface Example {
  accountName: string;
  personaName: string | null;
  teammateName: string;
}

/** A text as the customer would read it, with an example's values. Unknown placeholders stay, to be seen. */
export function filledIn(text: string, example: Example): string {
  const { accountName: account, personaName: persona, teammateName: teammate } = example;
  return rendered(text, { friend: t('options_preview_friend'), account, persona, teammate });
}

/** What a placeholder is called where a person reads about it. */
export function placeholderName(placeholder: Placeholder): string {
  return {
    display_name: t('options_placeholder_display_name'),
    account_name: t('options_placeholder_account_name'),
    persona_name: t('options_placeholder_persona_name'),
    teammate_name: t('options_placeholder_teammate_name'),
  }[placeholder];
}

export type Part = { text: string; placeholder: null } | { text: string; placeholder: Placeholder };

/** A text cut at its placeholders; unknown ones stay text. */
export function partsOf(text: string): Part[] {
  return text
    .split(/(\{[a-z_]+\})/)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, placeholder: PLACEHOLDERS.find((name) => part === `{${name}}`) ?? null }) as Part);
}

/** The line above the bubble, as LINE shows it: 花子 from 'さくら美容室'. */
export function senderDisplay(accountName: string, personaName: string | null): string {
  const name = personaName?.trim();
  return name ? `${name} from '${accountName}'` : accountName;
}

/** A picture that was uploaded stays as long as nobody writes another address over its own. */
export function personaDraft(name: string, iconUrl: string, known: Persona | null): PersonaDraft {
  const icon = iconUrl.trim();
  const same = icon === (known?.icon_url ?? '');
  const kept = same ? (known?.icon_id ?? null) : null;
  const url = kept !== null || icon === '' ? null : icon;
  return { name: name.trim(), icon_url: url, teammate_id: known?.teammate_id ?? null, icon_id: kept };
}
