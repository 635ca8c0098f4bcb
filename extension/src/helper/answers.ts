/**
 * The forms of what the helper says, as far as anything here depends on it. An answer of another form is no answer of
 * our helper's. Times are only text here: whoever reads one copes with what is none.
 */
import * as shape from '../shape';
import type { Shape } from '../shape';
import type {
  Account,
  Binding,
  Claim,
  FirstContact,
  Friend,
  Greeting,
  HistoryItem,
  LineMessage,
  LinkProposal,
  LinkProposals,
  Listing,
  LookupResult,
  Message,
  Named,
  Persona,
  Plan,
  Preview,
  Quota,
  SetupLink,
  SkippedLine,
  Suggestion,
  Teammate,
  Template,
} from './types';

/** Longer than anything that LINE or the helper allows. */
const words = shape.text(20_000, undefined, 0);
const wordsOrNull = shape.orNull(words);
const count = shape.number(-1e9, 1e9);
const { accountId, id, known, list, oneOf, optional, orNull, userId, yesOrNo } = shape;

const cost = oneOf(0, 1);
const lineMessages: Shape<LineMessage[]> = list(known({ type: words, text: optional(words) }), 50);

const named: Shape<Named> = known({ id: orNull(id), name: words });

export const setupLink: Shape<SetupLink> = known({ url: words, expires_at: words });

export const teammate: Shape<Teammate> = known({ id, name: words, role: oneOf('viewer', 'operator', 'admin') });

export const account: Shape<Account> = known({
  id: accountId,
  name: words,
  basic_id: words,
  premium_id: wordsOrNull,
  bot_user_id: words,
  picture_url: wordsOrNull,
  verified: yesOrNo,
  chat_mode: words,
  sandbox: yesOrNo,
  // It becomes part of a style: nothing but a colour may.
  colour: shape.text(7, /^#[0-9a-fA-F]{6}$/),
  floor: count,
  other_tool_replies: yesOrNo,
  default_template_id: orNull(id),
  default_persona_id: orNull(id),
  new_friends: count,
  reception: optional(
    known({
      trouble: orNull(known({ code: words, text: words })),
      since: wordsOrNull,
      last_webhook_at: wordsOrNull,
    }),
  ),
  missed: optional(list(known({ since: words, until: words }), 10)),
});

export const quota: Shape<Quota> = known({
  month: words,
  limit: orNull(count),
  spent: count,
  reserved: count,
  elsewhere: count,
  floor: count,
  remaining: orNull(count),
  asked_at: wordsOrNull,
  resets_at: words,
});

const plan: Shape<Plan> = known({
  route: orNull(oneOf('reply', 'push', 'chat')),
  cost,
  refused: wordsOrNull,
  reply_until: wordsOrNull,
  second: orNull(known({ route: oneOf('push'), cost: oneOf(1) })),
  hints: list(words, 100),
});

/** `route` is open: a newer helper may know of more ways to be greeted. */
const firstContact: Shape<FirstContact> = known({
  message_id: orNull(id),
  at: words,
  teammate: orNull(named),
  persona: orNull(named),
  route: words,
  automatic: optional(yesOrNo),
});

export const claim: Shape<Claim> = known({ teammate: named, until: words });

export const friend: Shape<Friend> = known({
  user_id: userId,
  display_name: wordsOrNull,
  picture_url: wordsOrNull,
  stage: oneOf('new', 'contacted', 'talking', 'blocked'),
  followed_at: wordsOrNull,
  refollowed: yesOrNo,
  blocked_at: wordsOrNull,
  last_received_at: wordsOrNull,
  dismissed: yesOrNo,
  first_contact: orNull(firstContact),
  plan,
  claim: orNull(claim),
  greeting: optional(orNull(known({ at: words, paused_by: orNull(named) }))),
});

export const message: Shape<Message> = known({
  id,
  // Empty once the friend was erased.
  user_id: shape.text(33, /^(?:U[0-9a-f]{32})?$/, 0),
  status: oneOf('scheduled', 'held', 'sending', 'sent', 'failed', 'uncertain', 'cancelled'),
  route: oneOf('reply', 'push'),
  cost,
  first_contact: yesOrNo,
  hold_until: wordsOrNull,
  teammate: named,
  persona: orNull(named),
  template_id: orNull(id),
  messages: lineMessages,
  line_request_id: wordsOrNull,
  error: orNull(known({ code: words, text: words })),
  created_at: words,
  settled_at: wordsOrNull,
  texts_removed_at: shape.optional(wordsOrNull),
  origin: optional(oneOf('click', 'greeting')),
});

export const historyItem: Shape<HistoryItem> = known({
  id: words,
  at: words,
  direction: oneOf('in', 'out'),
  kind: words,
  text: wordsOrNull,
  message: orNull(message),
  texts_removed: shape.optional(yesOrNo),
});

export const template: Shape<Template> = known({
  id,
  name: words,
  messages: lineMessages,
  tap_replies: list(words, 50),
  persona_id: orNull(id),
});

export const persona: Shape<Persona> = known({
  id,
  name: words,
  icon_url: wordsOrNull,
  teammate_id: orNull(id),
  icon_id: optional(wordsOrNull),
});

const clock = shape.text(5, /^\d\d:\d\d$/);

export const greeting: Shape<Greeting> = known({
  running: yesOrNo,
  wait_seconds: count,
  longest_wait_seconds: count,
  template_id: orNull(id),
  persona_id: orNull(id),
  days: list(shape.number(1, 7), 7),
  hours: orNull(known({ since: clock, until: clock })),
  changed_by: orNull(named),
  changed_at: wordsOrNull,
});

export const binding: Shape<Binding> = known({ dashboard: words, page_account: words, account_id: accountId, at: words });

const lookupResult: Shape<LookupResult> = known({
  match: oneOf('exact', 'proposed', 'ambiguous', 'none'),
  friend: orNull(friend),
  candidates: list(friend, 1_000),
});

export const lookupResults = known({ results: list(lookupResult, 500) });

const suggestion: Shape<Suggestion> = known({
  user_id: userId,
  display_name: wordsOrNull,
  picture_url: wordsOrNull,
  stage: oneOf('new', 'contacted', 'talking', 'blocked'),
  followed_at: wordsOrNull,
});

const linkProposal: Shape<LinkProposal> = known({
  member: known({ member_id: shape.memberId, name: wordsOrNull, followed_at: wordsOrNull }),
  match: oneOf('proposed', 'ambiguous'),
  evidence: oneOf('name_and_time', 'name', 'time'),
  letters_lost: yesOrNo,
  friend: orNull(suggestion),
  candidates: list(suggestion, 1_000),
});

/** `code` is open: a newer helper may know of more that is wrong with a line. */
const skippedLine = known({ line: count, code: words }) as Shape<SkippedLine>;

export const linkProposals: Shape<LinkProposals> = known({
  dashboard: oneOf('lstep', 'lme'),
  encoding: words,
  delimiter: words,
  people: count,
  linked: count,
  unknown: count,
  items: list(linkProposal, 1_000_000),
  skipped: list(skippedLine, 1_000),
  skipped_count: count,
});

export const preview: Shape<Preview> = known({
  messages: lineMessages,
  sender: orNull(known({ name: optional(words), iconUrl: optional(words) })),
  sender_display: words,
  plan,
  remaining_after: orNull(count),
  warnings: list(known({ code: words, text: words }), 100),
});

export const listing = <Item>(item: Shape<Item>): Shape<Listing<Item>> =>
  known({ items: list(item, 5_000), next: wordsOrNull });
