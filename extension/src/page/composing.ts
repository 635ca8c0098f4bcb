/** What a click would send: the chosen template and persona, the text as edited, the body of the request. Pure. */
import type { Friend, LineMessage, Message, Persona, SendBody, Teammate, Template } from '../helper/types';
import type { AccountState, Preferences } from '../messages';

export interface Choice {
  template: Template | null;
  persona: Persona | null;
}

/** The template chosen last, else the account's default, else the first: a new account works at the first click. */
export function chosen(state: AccountState, preferences: Preferences, me: Teammate | null): Choice {
  const accountId = state.account.id;
  const wanted = preferences.templates?.[accountId];
  const templateBy = (id: string | null | undefined): Template | undefined => state.templates.find((one) => one.id === id);
  const template = templateBy(wanted) ?? templateBy(state.account.default_template_id) ?? state.templates[0] ?? null;
  const byId = (id: string | null | undefined): Persona | null => state.personas.find((persona) => persona.id === id) ?? null;
  const picked = preferences.personas?.[accountId];
  if (picked === null) return { template, persona: null };
  const own = state.personas.find((persona) => persona.teammate_id && persona.teammate_id === me?.id) ?? null;
  return { template, persona: byId(picked) ?? byId(template?.persona_id) ?? own ?? byId(state.account.default_persona_id) };
}

export interface Names {
  friend: string | null;
  account: string;
  persona: string | null;
  teammate: string | null;
}

const PLACEHOLDER = /\{([a-z_]+)\}/gu;
const GREETED = /\{display_name\}(?:さん|さま|様)?/gu;
const NAMELESS = 'お客様';
/** Without a persona the account signs alone. */
const SIGNED = '{account_name}の{persona_name}';

/** The text as the customer will read it, filled in as the helper does: 「{display_name}さん」 is お客様 without a name. */
export function rendered(text: string, names: Names): string {
  const values: Record<string, string> = {
    display_name: names.friend ?? NAMELESS,
    account_name: names.account,
    persona_name: names.persona ?? names.account,
    teammate_name: names.teammate ?? names.account,
  };
  const greeted = names.friend ? text : text.replace(GREETED, NAMELESS);
  const signed = names.persona ? greeted : greeted.replaceAll(SIGNED, '{account_name}');
  return signed.replace(PLACEHOLDER, (whole, name: string) => values[name] ?? whole);
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
    // Said also where it is nobody: else the template's own persona would sign.
    persona_id: persona?.id ?? null,
    max_cost: shownCost,
    ...(basicId ? { expect_basic_id: basicId } : {}),
  };
}

/** The request that sends a message's content once more, as the same persona. */
export function repeatedBody(message: Message, shownCost: 0 | 1, basicId: string | null): SendBody {
  return {
    user_id: message.user_id,
    messages: message.messages.map(({ sender: _, ...content }) => content as LineMessage),
    persona_id: message.persona?.id ?? null,
    max_cost: shownCost,
    ...(basicId ? { expect_basic_id: basicId } : {}),
  };
}
