/** The helper's API as functions. Made only after a proof, and useless once the proof is in doubt. */
import { anything, Malformed, type Shape } from '../shape';
import * as answer from './answers';
import type { Pairing } from './pair';
import { HelperRefused, NoAnswer, NotTheHelper, request, type Call, type Fetch } from './request';
import type {
  Account,
  Binding,
  Friend,
  Greeting,
  GreetingDraft,
  HistoryItem,
  LinkProposals,
  Listing,
  LookupKey,
  LookupResult,
  Message,
  Persona,
  PersonaDraft,
  Preview,
  Quota,
  SendBody,
  SetupLink,
  Stage,
  Teammate,
  Template,
  TemplateDraft,
} from './types';

/** Milliseconds. Long enough for a slow disk, short enough to be noticed by somebody who waits at a counter. */
const TIMEOUT = 10_000;
/** A refresh asks LINE. */
const TIMEOUT_VIA_LINE = 25_000;
/** Twenty MiB are read, and everybody in them is looked for. */
const TIMEOUT_OF_EXPORT = 120_000;

/** Joins path segments, each encoded: an account's name on a page may hold any character. Throws Malformed. */
const path = (...segments: string[]): string => `/${segments.map(segment).join('/')}`;

function segment(text: string): string {
  // A step in a path, which no encoding makes a name.
  if (text === '.' || text === '..') throw new Malformed();
  return encodeURIComponent(text);
}

export class HelperClient {
  private trusted = true;

  constructor(
    private readonly fetch: Fetch,
    private readonly pairing: Pairing,
    private readonly language: string,
    /** The extension's own version. */
    private readonly version: string,
  ) {}

  /** From now on no call leaves: the one at the address may have changed. */
  distrust(): void {
    this.trusted = false;
  }

  me = (): Promise<Teammate> => this.get('/me', answer.teammate);
  accounts = async (): Promise<Account[]> => (await this.get('/accounts', answer.listing(answer.account))).items;
  account = (account: string): Promise<Account> => this.get(path('accounts', account), answer.account);
  /** A one-time link to the helper's own pages. */
  setupLink = (): Promise<SetupLink> => this.ask('POST', '/setup-links', answer.setupLink);
  setColour = (account: string, colour: string): Promise<Account> =>
    this.ask('PATCH', path('accounts', account), answer.account, { colour });
  setDefaultTemplate = (account: string, template: string): Promise<Account> =>
    this.ask('PATCH', path('accounts', account), answer.account, { default_template_id: template });

  friends(
    account: string,
    query: { stage?: Stage; q?: string; cursor?: string; limit?: number },
  ): Promise<Listing<Friend>> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
    return this.get(`${path('accounts', account, 'friends')}?${parameters}`, answer.listing(answer.friend));
  }
  friend = (account: string, user: string): Promise<Friend> => this.get(friendPath(account, user), answer.friend);
  setDismissed = (account: string, user: string, dismissed: boolean): Promise<Friend> =>
    this.ask('PATCH', friendPath(account, user), answer.friend, { dismissed });
  async lookup(account: string, keys: LookupKey[]): Promise<LookupResult[]> {
    const where = path('accounts', account, 'friends', 'lookup');
    return (await this.ask('POST', where, answer.lookupResults, { keys })).results;
  }
  history = (account: string, user: string): Promise<Listing<HistoryItem>> =>
    this.get(`${friendPath(account, user)}/messages`, answer.listing(answer.historyItem));
  /** A hundred are more than anybody answers before looking again. */
  unanswered = (account: string): Promise<Listing<Friend>> =>
    this.get(`${path('accounts', account, 'unanswered')}?limit=100`, answer.listing(answer.friend));
  markAnswered = (account: string, user: string, until: string): Promise<unknown> =>
    this.ask('PUT', `${friendPath(account, user)}/answered`, anything, { until });
  unmarkAnswered = (account: string, user: string): Promise<unknown> =>
    this.ask('DELETE', `${friendPath(account, user)}/answered`, anything);

  markContacted = (account: string, user: string, route: 'chat' | 'other'): Promise<unknown> =>
    this.ask('PUT', `${friendPath(account, user)}/first-contact`, anything, { route });
  unmarkContacted = (account: string, user: string): Promise<unknown> =>
    this.ask('DELETE', `${friendPath(account, user)}/first-contact`, anything);
  claim = (account: string, user: string): Promise<unknown> =>
    this.ask('POST', `${friendPath(account, user)}/claim`, anything);
  unclaim = (account: string, user: string): Promise<unknown> =>
    this.ask('DELETE', `${friendPath(account, user)}/claim`, anything);

  link = (account: string, dashboard: string, member: string, user: string): Promise<unknown> =>
    this.ask('PUT', path('accounts', account, 'links', dashboard, member), anything, { user_id: user });
  unlink = (account: string, dashboard: string, member: string): Promise<unknown> =>
    this.ask('DELETE', path('accounts', account, 'links', dashboard, member), anything);
  /** Who an export's people may be. Stores nothing. */
  proposeLinks = (account: string, dashboard: string, file: Blob): Promise<LinkProposals> =>
    this.ask('POST', `${path('accounts', account, 'links', 'proposals')}?dashboard=${dashboard}`, answer.linkProposals, file, {
      timeout: TIMEOUT_OF_EXPORT,
    });
  bindings = async (): Promise<Binding[]> => (await this.get('/bindings', answer.listing(answer.binding))).items;
  bind = (dashboard: string, pageAccount: string, account: string): Promise<unknown> =>
    this.ask('PUT', path('bindings', dashboard, pageAccount), anything, { account_id: account });
  unbind = (dashboard: string, pageAccount: string): Promise<unknown> =>
    this.ask('DELETE', path('bindings', dashboard, pageAccount), anything);

  preview = (account: string, body: SendBody): Promise<Preview> =>
    this.ask('POST', path('accounts', account, 'messages', 'preview'), answer.preview, body);
  /** `timeout` in milliseconds. The same key may be used again with the same body: nothing is sent twice. */
  send = (account: string, body: SendBody, idempotencyKey: string, timeout: number): Promise<Message> =>
    this.ask('POST', path('accounts', account, 'messages'), answer.message, body, {
      timeout,
      headers: { 'Idempotency-Key': idempotencyKey },
    });
  message = (account: string, message: string): Promise<Message> =>
    this.get(path('accounts', account, 'messages', message), answer.message);
  undo = (account: string, message: string): Promise<Message> =>
    this.ask('DELETE', path('accounts', account, 'messages', message), answer.message);
  resolve = (account: string, message: string, outcome: 'delivered' | 'not_delivered'): Promise<Message> =>
    this.ask('POST', path('accounts', account, 'messages', message, 'resolution'), answer.message, { outcome });

  quota = (account: string): Promise<Quota> => this.get(path('accounts', account, 'quota'), answer.quota);
  readMissed = (account: string): Promise<unknown> =>
    this.ask('DELETE', path('accounts', account, 'missed'), anything);
  refreshQuota = (account: string): Promise<Quota> =>
    this.ask('POST', path('accounts', account, 'quota', 'refresh'), answer.quota, undefined, { timeout: TIMEOUT_VIA_LINE });

  templates = async (account: string): Promise<Template[]> =>
    (await this.get(path('accounts', account, 'templates'), answer.listing(answer.template))).items;
  createTemplate = (account: string, draft: TemplateDraft): Promise<Template> =>
    this.ask('POST', path('accounts', account, 'templates'), answer.template, draft);
  updateTemplate = (account: string, id: string, draft: TemplateDraft): Promise<Template> =>
    this.ask('PUT', path('accounts', account, 'templates', id), answer.template, draft);
  deleteTemplate = (account: string, id: string): Promise<unknown> =>
    this.ask('DELETE', path('accounts', account, 'templates', id), anything);

  personas = async (account: string): Promise<Persona[]> =>
    (await this.get(path('accounts', account, 'personas'), answer.listing(answer.persona))).items;
  createPersona = (account: string, draft: PersonaDraft): Promise<Persona> =>
    this.ask('POST', path('accounts', account, 'personas'), answer.persona, draft);
  updatePersona = (account: string, id: string, draft: PersonaDraft): Promise<Persona> =>
    this.ask('PUT', path('accounts', account, 'personas', id), answer.persona, draft);
  deletePersona = (account: string, id: string): Promise<unknown> =>
    this.ask('DELETE', path('accounts', account, 'personas', id), anything);

  /** Null where the helper is older than greetings. */
  async greeting(account: string): Promise<Greeting | null> {
    try {
      return await this.get(path('accounts', account, 'greeting'), answer.greeting);
    } catch (error) {
      if (error instanceof HelperRefused && error.problem.status === 404) return null;
      throw error;
    }
  }
  startGreeting = (account: string, draft: GreetingDraft): Promise<Greeting> =>
    this.ask('PUT', path('accounts', account, 'greeting'), answer.greeting, draft);
  stopGreeting = (account: string): Promise<unknown> =>
    this.ask('DELETE', path('accounts', account, 'greeting'), anything);
  skipGreeting = (account: string, user: string): Promise<Friend> =>
    this.ask('DELETE', `${friendPath(account, user)}/greeting`, answer.friend);

  private get<Value>(where: string, form: Shape<Value>): Promise<Value> {
    return this.ask('GET', where, form);
  }

  /** Throws NotTheHelper for an answer of another form. */
  private async ask<Value>(
    method: Call['method'],
    where: string,
    form: Shape<Value>,
    body?: unknown,
    options: { timeout?: number; headers?: Record<string, string> } = {},
  ): Promise<Value> {
    if (!this.trusted) throw new NoAnswer();
    const answered = await request(this.fetch, {
      method,
      url: `${this.pairing.address}/api/v1${where}`,
      timeout: options.timeout ?? TIMEOUT,
      headers: {
        Authorization: `Bearer ${this.pairing.token}`,
        'Accept-Language': this.language,
        'Ittsu-Client': `extension/${this.version}`,
        ...options.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    try {
      return form(answered);
    } catch (error) {
      if (error instanceof Malformed) throw new NotTheHelper(error);
      throw error;
    }
  }
}

const friendPath = (account: string, user: string): string => path('accounts', account, 'friends', user);
