/** What a dashboard's page can ask, how each command is checked, and what it does. */
import type { HelperClient } from '../helper/client';
import type { Friend, LookupKey, SendBody } from '../helper/types';
import {
  friendKey,
  type CommandArguments,
  type Commands,
  type CommandValue,
  type Dashboard,
  type Preferences,
  type ShownPerson,
} from '../messages';
import { NotAllowed } from './problems';
import { shownPerson } from './reviews';
import { mayUse } from './senders';
import * as shape from '../shape';
import type { Shape } from '../shape';
import { preferencesForm } from './storage';
import { entryOf, forgetLinks, learnFriend, learnMessage, type Snapshot } from './snapshot';

/** What a command works with. */
export interface PageContext {
  dashboard: Dashboard;
  snapshot: Snapshot;
  /** A proven client. Throws NotConnected. */
  client(): Promise<HelperClient>;
  send: (accountId: string, body: SendBody, idempotencyKey: string) => ReturnType<HelperClient['send']>;
  /** The page wants to be told of these friends from now on. */
  watch(accountId: string, friends: Friend[]): void;
  /** The snapshot was changed: tell the pages. */
  changed(): void;
  /** Opens the view for these people of this dashboard. */
  reviewPeople(accountId: string, people: ShownPerson[]): Promise<void>;
  remember(preferences: Preferences): Promise<void>;
  openOptions(): Promise<void>;
}

type Command<Name extends keyof Commands> = {
  shape: Shape<CommandArguments<Commands, Name>>;
  run(
    args: CommandArguments<Commands, Name>,
    context: PageContext,
  ): Promise<CommandValue<Commands, Name>>;
};

const atAccount = { accountId: shape.accountId };
const atFriend = { ...atAccount, userId: shape.userId };
const atMessage = { ...atAccount, messageId: shape.id };

const sendBody = shape.fields({
  user_id: shape.userId,
  first_contact: shape.optional(shape.yesOrNo),
  template_id: shape.optional(shape.id),
  messages: shape.optional(shape.lineMessages),
  tap_replies: shape.optional(shape.tapReplies),
  persona_id: shape.optional(shape.orNull(shape.id)),
  max_cost: shape.oneOf(0, 1),
  hold_seconds: shape.optional(shape.number(0, 600)),
  override_reason: shape.optional(shape.text(500)),
  expect_basic_id: shape.optional(shape.text(50)),
});

const lookupKey: Shape<LookupKey> = shape.either<LookupKey, LookupKey>(
  shape.fields({ user_id: shape.userId }),
  shape.fields({
    dashboard: shape.dashboard,
    member_id: shape.memberId,
    name: shape.optional(shape.text(200, undefined, 0)),
    followed_at: shape.optional(shape.time),
  }),
);

/** A page speaks only of its own dashboard's people and accounts. */
function ownDashboard(context: PageContext, dashboard: string): void {
  if (dashboard !== context.dashboard) throw new NotAllowed();
}

/** Practice pages choose for practice accounts only, real dashboards for real ones. */
function ownAccount(context: PageContext, accountId: string): void {
  const entry = entryOf(context.snapshot, accountId);
  if (!entry || !mayUse(context.dashboard, entry.account)) throw new NotAllowed();
}

export const PAGE_COMMANDS: { [Name in keyof Commands]: Command<Name> } = {
  friends: {
    shape: shape.fields({
      ...atAccount,
      stage: shape.optional(shape.oneOf('new', 'contacted', 'talking', 'blocked')),
      q: shape.optional(shape.text(100, undefined, 0)),
      cursor: shape.optional(shape.text(500)),
    }),
    async run({ accountId, ...query }, context) {
      const page = await (await context.client()).friends(accountId, query);
      context.watch(accountId, page.items);
      return page;
    },
  },
  history: {
    shape: shape.fields(atFriend),
    run: async ({ accountId, userId }, context) => (await context.client()).history(accountId, userId),
  },
  unanswered: {
    shape: shape.fields(atAccount),
    async run({ accountId }, context) {
      const page = await (await context.client()).unanswered(accountId);
      context.watch(accountId, page.items);
      return page;
    },
  },
  markAnswered: {
    shape: shape.fields({ ...atFriend, until: shape.time }),
    async run({ accountId, userId, until }, context) {
      await (await context.client()).markAnswered(accountId, userId, until);
    },
  },
  unmarkAnswered: {
    shape: shape.fields(atFriend),
    async run({ accountId, userId }, context) {
      await (await context.client()).unmarkAnswered(accountId, userId);
    },
  },
  lookup: {
    shape: shape.fields({ ...atAccount, keys: shape.list(lookupKey, 500) }),
    async run({ accountId, keys }, context) {
      for (const key of keys) if ('dashboard' in key) ownDashboard(context, key.dashboard);
      const results = await (await context.client()).lookup(accountId, keys);
      context.watch(
        accountId,
        results.flatMap((result) => [...(result.friend ? [result.friend] : []), ...(result.candidates ?? [])]),
      );
      return results;
    },
  },
  preview: {
    shape: shape.fields({ ...atAccount, body: sendBody }),
    run: async ({ accountId, body }, context) => (await context.client()).preview(accountId, body),
  },
  send: {
    shape: shape.fields({ ...atAccount, body: sendBody, idempotencyKey: shape.idempotencyKey }),
    async run({ accountId, body, idempotencyKey }, context) {
      const message = learnMessage(
        context.snapshot,
        accountId,
        await context.send(accountId, body, idempotencyKey),
      );
      context.changed();
      return message;
    },
  },
  undo: {
    shape: shape.fields(atMessage),
    async run({ accountId, messageId }, context) {
      const answer = await (await context.client()).undo(accountId, messageId);
      const message = learnMessage(context.snapshot, accountId, answer);
      context.changed();
      return message;
    },
  },
  resolve: {
    shape: shape.fields({ ...atMessage, outcome: shape.oneOf('delivered', 'not_delivered') }),
    async run({ accountId, messageId, outcome }, context) {
      const answer = await (await context.client()).resolve(accountId, messageId, outcome);
      const message = learnMessage(context.snapshot, accountId, answer);
      context.changed();
      return message;
    },
  },
  markContacted: {
    shape: shape.fields({ ...atFriend, route: shape.oneOf('chat', 'other') }),
    run: ({ accountId, userId, route }, context) =>
      thenFriend(context, accountId, userId, (client) => client.markContacted(accountId, userId, route)),
  },
  unmarkContacted: {
    shape: shape.fields(atFriend),
    run: ({ accountId, userId }, context) =>
      thenFriend(context, accountId, userId, (client) => client.unmarkContacted(accountId, userId)),
  },
  dismiss: {
    shape: shape.fields(atFriend),
    run: ({ accountId, userId }, context) =>
      thenFriend(context, accountId, userId, (client) => client.setDismissed(accountId, userId, true)),
  },
  undismiss: {
    shape: shape.fields(atFriend),
    run: ({ accountId, userId }, context) =>
      thenFriend(context, accountId, userId, (client) => client.setDismissed(accountId, userId, false)),
  },
  link: {
    shape: shape.fields({
      ...atAccount,
      dashboard: shape.dashboard,
      memberId: shape.memberId,
      userId: shape.userId,
    }),
    async run({ accountId, dashboard, memberId, userId }, context) {
      ownDashboard(context, dashboard);
      await (await context.client()).link(accountId, dashboard, memberId, userId);
    },
  },
  unlink: {
    shape: shape.fields({ ...atAccount, dashboard: shape.dashboard, memberId: shape.memberId }),
    async run({ accountId, dashboard, memberId }, context) {
      ownDashboard(context, dashboard);
      await (await context.client()).unlink(accountId, dashboard, memberId);
      forgetLinks(context.snapshot);
      context.changed();
    },
  },
  reviewPeople: {
    shape: shape.fields({ ...atAccount, people: shape.list(shownPerson, 500, 1) }),
    run: ({ accountId, people }, context) => context.reviewPeople(accountId, people),
  },
  bind: {
    shape: shape.fields({ ...atAccount, dashboard: shape.dashboard, pageAccount: shape.pageAccount }),
    async run({ accountId, dashboard, pageAccount }, context) {
      ownDashboard(context, dashboard);
      const client = await context.client();
      await client.bind(dashboard, pageAccount, accountId);
      context.snapshot.bindings = await client.bindings();
      context.changed();
    },
  },
  unbind: {
    shape: shape.fields({ dashboard: shape.dashboard, pageAccount: shape.pageAccount }),
    async run({ dashboard, pageAccount }, context) {
      ownDashboard(context, dashboard);
      const client = await context.client();
      await client.unbind(dashboard, pageAccount);
      context.snapshot.bindings = await client.bindings();
      context.changed();
    },
  },
  claim: {
    shape: shape.fields(atFriend),
    async run({ accountId, userId }, context) {
      await (await context.client()).claim(accountId, userId);
    },
  },
  unclaim: {
    shape: shape.fields(atFriend),
    async run({ accountId, userId }, context) {
      await (await context.client()).unclaim(accountId, userId);
    },
  },
  skipGreeting: {
    shape: shape.fields(atFriend),
    run: ({ accountId, userId }, context) =>
      thenFriend(context, accountId, userId, (client) => client.skipGreeting(accountId, userId)),
  },
  stopGreeting: {
    shape: shape.fields(atAccount),
    async run({ accountId }, context) {
      const client = await context.client();
      await client.stopGreeting(accountId);
      const greeting = await client.greeting(accountId);
      const entry = entryOf(context.snapshot, accountId);
      if (entry) entry.greeting = greeting;
      context.changed();
    },
  },
  refreshQuota: {
    shape: shape.fields(atAccount),
    async run({ accountId }, context) {
      const quota = await (await context.client()).refreshQuota(accountId);
      const entry = entryOf(context.snapshot, accountId);
      if (entry) entry.quota = quota;
      context.changed();
      return quota;
    },
  },
  readMissed: {
    shape: shape.fields(atAccount),
    async run({ accountId }, context) {
      await (await context.client()).readMissed(accountId);
      for (const entry of context.snapshot.accounts) entry.account = { ...entry.account, missed: [] };
      context.changed();
    },
  },
  remember: {
    shape: shape.fields({ preferences: preferencesForm }),
    async run({ preferences }, context) {
      const chosenFor = [...Object.keys(preferences.templates ?? {}), ...Object.keys(preferences.personas ?? {})];
      for (const accountId of chosenFor) ownAccount(context, accountId);
      await context.remember(preferences);
    },
  },
  openOptions: { shape: shape.nothing, run: (_, context) => context.openOptions() },
};

/** Runs a command of a page. Throws Malformed, NotAllowed, NotConnected, and what the helper's calls throw. */
export async function runPageCommand(name: string, args: unknown, context: PageContext): Promise<unknown> {
  if (!Object.hasOwn(PAGE_COMMANDS, name)) throw new shape.Malformed();
  const command = PAGE_COMMANDS[name as keyof Commands] as unknown as {
    shape: Shape<object>;
    run(args: object, context: PageContext): Promise<unknown>;
  };
  const checked = command.shape(args);
  if ('accountId' in checked) {
    // Only now: after a restart of the background the accounts are known once it is connected again.
    await context.client();
    ownAccount(context, String(checked.accountId));
  }
  return command.run(checked, context);
}

/** Does something to a friend, and answers with the friend as it is afterwards. */
async function thenFriend(
  context: PageContext,
  accountId: string,
  userId: string,
  change: (client: HelperClient) => Promise<unknown>,
): Promise<Friend> {
  const client = await context.client();
  await change(client);
  const key = friendKey(accountId, userId);
  const before = context.snapshot.friends[key];
  const friend = await client.friend(accountId, userId);
  // A frame that came meanwhile is newer than this answer.
  if (context.snapshot.friends[key] === before) learnFriend(context.snapshot, accountId, friend);
  context.changed();
  return friend;
}
