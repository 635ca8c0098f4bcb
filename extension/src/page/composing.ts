/** What a click would send: the chosen template and persona, the text as edited, the body of the request. Pure. */
import type { Friend, LineMessage, Persona, SendBody, Teammate, Template } from '../helper/types';
import type { AccountState, Preferences } from '../messages';

export interface Choice {
  template: Template | null;
  persona: Persona | null;
}

/** The template chosen last, else the first: a new account works at the first click. */
export function chosen(state: AccountState, preferences: Preferences, me: Teammate | null): Choice {
  const accountId = state.account.id;
  const wanted = preferences.templates?.[accountId];
  const template = state.templates.find(({ id }) => id === wanted) ?? state.templates[0] ?? null;
  const byId = (id: string | null | undefined): Persona | null => state.personas.find((persona) => persona.id === id) ?? null;
  const picked = preferences.personas?.[accountId];
  if (picked === null) return { template, persona: null };
  const own = state.personas.find((persona) => persona.teammate_id && persona.teammate_id === me?.id) ?? null;
  return { template, persona: byId(picked) ?? byId(template?.persona_id) ?? own };
}

export interface Names {
  friend: string | null;
  account: string;
  persona: string | null;
  teammate: string | null;
}

/** The text as the customer will read it. As the helper renders it: 「{display_name}さん」 is お客様 without a name. */
export function rendered(text: string, names: Names): string {
  const friend = names.friend ?? 'お客様';
  return (names.friend ? text : text.replaceAll('{display_name}さん', 'お客様'))
    .replaceAll('{display_name}', friend)
    .replaceAll('{account_name}', names.account)
    .replaceAll('{persona_name}', names.persona ?? names.account)
    .replaceAll('{teammate_name}', names.teammate ?? names.account);
}

/** The texts of a template for one friend, in the order of its messages; null for a message that is no text. */
export function textsOf(template: Template, names: Names): (string | null)[] {
  return template.messages.map((message) => (typeof message.text === 'string' ? rendered(message.text, names) : null));
}

/** The template's messages with these texts instead, the one-tap answers on the last one. */
export function editedMessages(template: Template, texts: readonly (string | null)[]): LineMessage[] {
  const messages: LineMessage[] = template.messages.map((message, at) => {
    const text = texts[at];
    return typeof text === 'string' ? { ...message, type: 'text', text } : { ...message };
  });
  const last = messages.at(-1);
  if (last && template.tap_replies.length > 0) {
    last['quickReply'] = {
      items: template.tap_replies.map((text) => ({ type: 'action', action: { type: 'message', label: text, text } })),
    };
  }
  return messages;
}

export interface Draft {
  friend: Friend;
  choice: Choice;
  /** The texts as edited for this one send; null = the template as it is. */
  edited: readonly (string | null)[] | null;
  /** The cost that stood on the button. */
  shownCost: 0 | 1;
  /** The id by which the page proved its account; null when a binding did. */
  basicId: string | null;
}

/** The request for a first contact; null without a template to send. */
export function sendBody({ friend, choice, edited, shownCost, basicId }: Draft): SendBody | null {
  const { template, persona } = choice;
  if (!template) return null;
  return {
    user_id: friend.user_id,
    first_contact: true,
    ...(edited ? { messages: editedMessages(template, edited) } : { template_id: template.id }),
    ...(persona ? { persona_id: persona.id } : {}),
    max_cost: shownCost,
    ...(basicId ? { expect_basic_id: basicId } : {}),
  };
}
