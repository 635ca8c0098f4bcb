/** What options and popup can ask, how each command is checked, and what it does. */
import { readAddress } from '../helper/address';
import type { HelperClient } from '../helper/client';
import { PairingFailed } from '../helper/pair';
import type { GreetingDraft, Persona, PersonaDraft, TemplateDraft } from '../helper/types';
import { EXPORTS, MOST_EXPORT_BYTES, type Announcing, type CommandArguments, type CommandValue, type Dashboard, type PanelCommands } from '../messages';
import { announcingForm } from './announcing';
import * as shape from '../shape';
import { siteForm, type Site } from '../rules/site';
import type { Shape } from '../shape';
import type { Reviews } from './reviews';
import { entryOf, forgetLinks, type AccountEntry, type Snapshot } from './snapshot';

export interface PanelContext {
  snapshot: Snapshot;
  reviews: Reviews;
  client(): Promise<HelperClient>;
  changed(): void;
  /** Throws PairingFailed. Resolves once the new connection was tried. */
  pair(address: string, code: string): Promise<void>;
  forgetPairing(): Promise<void>;
  reconnect(): Promise<void>;
  setSwitchedOff(dashboard: Dashboard, off: boolean): Promise<void>;
  setAnnouncing(announcing: Announcing): Promise<void>;
  openOptions(): Promise<void>;
  /** A tab with a page of the helper's own; nothing for an address that is not the paired helper's. */
  openSetup(url: string): Promise<void>;
  saveSite(site: Site): Promise<void>;
  removeSite(host: string): Promise<void>;
  pointAt(host: string): Promise<void>;
}

type Command<Name extends keyof PanelCommands> = {
  shape: Shape<CommandArguments<PanelCommands, Name>>;
  run(
    args: CommandArguments<PanelCommands, Name>,
    context: PanelContext,
  ): Promise<CommandValue<PanelCommands, Name>>;
};

const atAccount = { accountId: shape.accountId };
const atMember = { ...atAccount, dashboard: shape.dashboard, memberId: shape.memberId };
/** Characters of a piece of a file, base64. */
const MOST_PIECE = 360_000;
/** Generous: the helper says, at the field, what LINE's limits are. */
const template: Shape<TemplateDraft> = shape.fields({
  name: shape.text(500, undefined, 0),
  messages: shape.lineMessages,
  tap_replies: shape.list(shape.text(1_000, undefined, 0), 50),
  persona_id: shape.optional(shape.orNull(shape.id)),
});
const persona: Shape<PersonaDraft> = shape.fields({
  name: shape.text(500, undefined, 0),
  icon_url: shape.optional(shape.orNull(shape.text(5_000, undefined, 0))),
  teammate_id: shape.optional(shape.orNull(shape.id)),
  icon_id: shape.optional(shape.orNull(shape.text(64))),
});

const timeOfDay = shape.text(5, /^\d\d:\d\d$/);
const greeting: Shape<GreetingDraft> = shape.fields({
  wait_seconds: shape.number(0, 1_000_000),
  template_id: shape.id,
  persona_id: shape.orNull(shape.id),
  days: shape.list(shape.number(1, 7), 7),
  hours: shape.orNull(shape.fields({ since: timeOfDay, until: timeOfDay })),
});

export const PANEL_COMMANDS: { [Name in keyof PanelCommands]: Command<Name> } = {
  pair: {
    shape: shape.fields({ address: shape.text(200, undefined, 0), code: shape.text(200, undefined, 0) }),
    async run({ address: typed, code }, context) {
      const address = readAddress(typed);
      if (address === null) throw new PairingFailed('bad_address');
      await context.pair(address, code);
    },
  },
  forgetPairing: { shape: shape.nothing, run: (_, context) => context.forgetPairing() },
  reconnect: { shape: shape.nothing, run: (_, context) => context.reconnect() },
  setSwitchedOff: {
    shape: shape.fields({ dashboard: shape.dashboard, off: shape.yesOrNo }),
    run: ({ dashboard, off }, context) => context.setSwitchedOff(dashboard, off),
  },
  setAnnouncing: {
    shape: shape.fields({ announcing: announcingForm }),
    run: ({ announcing }, context) => context.setAnnouncing(announcing),
  },
  setColour: {
    shape: shape.fields({ ...atAccount, colour: shape.text(7, /^#[0-9a-fA-F]{6}$/) }),
    async run({ accountId, colour }, context) {
      const account = await (await context.client()).setColour(accountId, colour);
      change(context, accountId, (entry) => (entry.account = account));
      return account;
    },
  },
  setDefaultTemplate: {
    shape: shape.fields({ ...atAccount, id: shape.id }),
    async run({ accountId, id }, context) {
      const account = await (await context.client()).setDefaultTemplate(accountId, id);
      change(context, accountId, (entry) => (entry.account = account));
      return account;
    },
  },
  refreshQuota: {
    shape: shape.fields(atAccount),
    async run({ accountId }, context) {
      const quota = await (await context.client()).refreshQuota(accountId);
      change(context, accountId, (entry) => (entry.quota = quota));
      return quota;
    },
  },
  createTemplate: {
    shape: shape.fields({ ...atAccount, template }),
    run: ({ accountId, template: draft }, context) =>
      templatesAfter(context, accountId, (client) => client.createTemplate(accountId, draft)),
  },
  updateTemplate: {
    shape: shape.fields({ ...atAccount, id: shape.id, template }),
    run: ({ accountId, id, template: draft }, context) =>
      templatesAfter(context, accountId, (client) => client.updateTemplate(accountId, id, draft)),
  },
  deleteTemplate: {
    shape: shape.fields({ ...atAccount, id: shape.id }),
    async run({ accountId, id }, context) {
      await templatesAfter(context, accountId, (client) => client.deleteTemplate(accountId, id));
    },
  },
  createPersona: {
    shape: shape.fields({ ...atAccount, persona }),
    run: ({ accountId, persona: draft }, context) =>
      personasAfter(context, accountId, (client) => client.createPersona(accountId, draft)),
  },
  updatePersona: {
    shape: shape.fields({ ...atAccount, id: shape.id, persona }),
    run: ({ accountId, id, persona: draft }, context) =>
      personasAfter(context, accountId, (client) => client.updatePersona(accountId, id, draft)),
  },
  deletePersona: {
    shape: shape.fields({ ...atAccount, id: shape.id }),
    async run({ accountId, id }, context) {
      const client = await context.client();
      await client.deletePersona(accountId, id);
      // A template that named the persona has changed with it.
      const [personas, templates] = await Promise.all([client.personas(accountId), client.templates(accountId)]);
      change(context, accountId, (entry) => Object.assign(entry, { personas, templates }));
    },
  },
  sendFile: {
    shape: shape.fields({
      file: shape.id,
      at: shape.number(0, MOST_EXPORT_BYTES),
      piece: shape.text(MOST_PIECE, /^[\w+/]*={0,2}$/u, 0),
    }),
    run: async ({ file, at, piece }, { reviews }) => reviews.takePiece(file, at, piece),
  },
  proposeLinks: {
    shape: shape.fields({ ...atAccount, dashboard: shape.oneOf(...EXPORTS), file: shape.id }),
    async run({ accountId, dashboard, file }, context) {
      const client = await context.client();
      const proposals = await client.proposeLinks(accountId, dashboard, context.reviews.takeFile(file));
      context.reviews.keep(file, { accountId, dashboard, source: { kind: 'file', proposals } });
    },
  },
  review: {
    shape: shape.fields({ review: shape.id, from: shape.number(0, 10_000_000) }),
    run: ({ review, from }, context) =>
      context.reviews.part(review, from, async (accountId, keys) => (await context.client()).lookup(accountId, keys)),
  },
  link: {
    shape: shape.fields({ ...atMember, userId: shape.userId }),
    async run({ accountId, dashboard, memberId, userId }, context) {
      await (await context.client()).link(accountId, dashboard, memberId, userId);
      context.reviews.decided(accountId, dashboard, memberId, true);
    },
  },
  unlink: {
    shape: shape.fields(atMember),
    async run({ accountId, dashboard, memberId }, context) {
      await (await context.client()).unlink(accountId, dashboard, memberId);
      context.reviews.decided(accountId, dashboard, memberId, false);
      forgetLinks(context.snapshot);
      context.changed();
    },
  },
  startGreeting: {
    shape: shape.fields({ ...atAccount, greeting }),
    async run({ accountId, greeting: draft }, context) {
      const answer = await (await context.client()).startGreeting(accountId, draft);
      change(context, accountId, (entry) => (entry.greeting = answer));
      return answer;
    },
  },
  stopGreeting: {
    shape: shape.fields(atAccount),
    async run({ accountId }, context) {
      const client = await context.client();
      await client.stopGreeting(accountId);
      const stopped = await client.greeting(accountId);
      change(context, accountId, (entry) => (entry.greeting = stopped));
    },
  },
  unbind: {
    shape: shape.fields({ dashboard: shape.text(50, /^[\w-]+$/), pageAccount: shape.pageAccount }),
    async run({ dashboard, pageAccount }, context) {
      const client = await context.client();
      await client.unbind(dashboard, pageAccount);
      context.snapshot.bindings = await client.bindings();
      context.changed();
    },
  },
  openSetup: {
    shape: shape.nothing,
    run: async (_, context) => context.openSetup((await (await context.client()).setupLink()).url),
  },
  openOptions: { shape: shape.nothing, run: (_, context) => context.openOptions() },
  saveSite: { shape: shape.fields({ site: siteForm }), run: ({ site }, context) => context.saveSite(site) },
  removeSite: { shape: shape.fields({ host: shape.text(60) }), run: ({ host }, context) => context.removeSite(host) },
  pointAt: { shape: shape.fields({ host: shape.text(60) }), run: ({ host }, context) => context.pointAt(host) },
};

/** Runs a command of options or popup. Throws Malformed, NotConnected, PairingFailed, and what the calls throw. */
export async function runPanelCommand(name: string, args: unknown, context: PanelContext): Promise<unknown> {
  if (!Object.hasOwn(PANEL_COMMANDS, name)) throw new shape.Malformed();
  const command = PANEL_COMMANDS[name as keyof PanelCommands] as unknown as {
    shape: Shape<object>;
    run(args: object, context: PanelContext): Promise<unknown>;
  };
  return command.run(command.shape(args), context);
}

function change(context: PanelContext, accountId: string, edit: (entry: AccountEntry) => void): void {
  const entry = entryOf(context.snapshot, accountId);
  if (entry) edit(entry);
  context.changed();
}

/** The list is read anew after each change, so that its order and forms are the helper's. */
async function templatesAfter<Answer>(
  context: PanelContext,
  accountId: string,
  ask: (client: HelperClient) => Promise<Answer>,
): Promise<Answer> {
  const client = await context.client();
  const answer = await ask(client);
  const templates = await client.templates(accountId);
  change(context, accountId, (entry) => (entry.templates = templates));
  return answer;
}

async function personasAfter(
  context: PanelContext,
  accountId: string,
  ask: (client: HelperClient) => Promise<Persona>,
): Promise<Persona> {
  const client = await context.client();
  const answer = await ask(client);
  const personas = await client.personas(accountId);
  change(context, accountId, (entry) => (entry.personas = personas));
  return answer;
}
