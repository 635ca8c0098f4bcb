/** The helper's API as functions. Made only after a proof, and useless once the proof is in doubt. */
import type { Pairing } from './pair';
import { NoAnswer, request, type Call, type Fetch } from './request';
import type {
  Account,
  Binding,
  Friend,
  HistoryItem,
  Listing,
  LookupKey,
  LookupResult,
  Message,
  Persona,
  PersonaDraft,
  Preview,
  Quota,
  SendBody,
  Stage,
  Teammate,
  Template,
  TemplateDraft,
} from './types';

/** Milliseconds. Long enough for a slow disk, short enough to be noticed by somebody who waits at a counter. */
const TIMEOUT = 10_000;
/** A refresh asks LINE. */
const TIMEOUT_VIA_LINE = 25_000;

/** Joins path segments, each encoded: an account's name on a page may hold any character. */
const path = (...segments: string[]): string => `/${segments.map(encodeURIComponent).join('/')}`;

export class HelperClient {
  private trusted = true;

  constructor(
    private readonly fetch: Fetch,
    private readonly pairing: Pairing,
    private readonly language: string,
  ) {}

  /** From now on no call leaves: the one at the address may have changed. */
  distrust(): void {
    this.trusted = false;
  }

  me = (): Promise<Teammate> => this.get('/me');
  accounts = async (): Promise<Account[]> => (await this.get<Listing<Account>>('/accounts')).items;
  account = (account: string): Promise<Account> => this.get(path('accounts', account));
  setColour = (account: string, colour: string): Promise<Account> =>
    this.ask('PATCH', path('accounts', account), { colour });
  setDefaultTemplate = (account: string, template: string): Promise<Account> =>
    this.ask('PATCH', path('accounts', account), { default_template_id: template });

  friends(
    account: string,
    query: { stage?: Stage; q?: string; cursor?: string; limit?: number },
  ): Promise<Listing<Friend>> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
    return this.get(`${path('accounts', account, 'friends')}?${parameters}`);
  }
  friend = (account: string, user: string): Promise<Friend> => this.get(friendPath(account, user));
  setDismissed = (account: string, user: string, dismissed: boolean): Promise<Friend> =>
    this.ask('PATCH', friendPath(account, user), { dismissed });
  async lookup(account: string, keys: LookupKey[]): Promise<LookupResult[]> {
    const body = await this.ask<{ results: LookupResult[] }>('POST', path('accounts', account, 'friends', 'lookup'), {
      keys,
    });
    return body.results;
  }
  history = (account: string, user: string): Promise<Listing<HistoryItem>> =>
    this.get(`${friendPath(account, user)}/messages`);
  markContacted = (account: string, user: string, route: 'chat' | 'other'): Promise<unknown> =>
    this.ask('PUT', `${friendPath(account, user)}/first-contact`, { route });
  unmarkContacted = (account: string, user: string): Promise<unknown> =>
    this.ask('DELETE', `${friendPath(account, user)}/first-contact`);
  claim = (account: string, user: string): Promise<unknown> =>
    this.ask('POST', `${friendPath(account, user)}/claim`);
  unclaim = (account: string, user: string): Promise<unknown> =>
    this.ask('DELETE', `${friendPath(account, user)}/claim`);

  link = (account: string, dashboard: string, member: string, user: string): Promise<unknown> =>
    this.ask('PUT', path('accounts', account, 'links', dashboard, member), { user_id: user });
  unlink = (account: string, dashboard: string, member: string): Promise<unknown> =>
    this.ask('DELETE', path('accounts', account, 'links', dashboard, member));
  bindings = async (): Promise<Binding[]> => (await this.get<Listing<Binding>>('/bindings')).items;
  bind = (dashboard: string, pageAccount: string, account: string): Promise<unknown> =>
    this.ask('PUT', path('bindings', dashboard, pageAccount), { account_id: account });
  unbind = (dashboard: string, pageAccount: string): Promise<unknown> =>
    this.ask('DELETE', path('bindings', dashboard, pageAccount));

  preview = (account: string, body: SendBody): Promise<Preview> =>
    this.ask('POST', path('accounts', account, 'messages', 'preview'), body);
  /** `timeout` in milliseconds. The same key may be used again with the same body: nothing is sent twice. */
  send = (account: string, body: SendBody, idempotencyKey: string, timeout: number): Promise<Message> =>
    this.ask('POST', path('accounts', account, 'messages'), body, {
      timeout,
      headers: { 'Idempotency-Key': idempotencyKey },
    });
  message = (account: string, message: string): Promise<Message> =>
    this.get(path('accounts', account, 'messages', message));
  undo = (account: string, message: string): Promise<Message> =>
    this.ask('DELETE', path('accounts', account, 'messages', message));
  resolve = (account: string, message: string, outcome: 'delivered' | 'not_delivered'): Promise<Message> =>
    this.ask('POST', path('accounts', account, 'messages', message, 'resolution'), { outcome });

  quota = (account: string): Promise<Quota> => this.get(path('accounts', account, 'quota'));
  refreshQuota = (account: string): Promise<Quota> =>
    this.ask('POST', path('accounts', account, 'quota', 'refresh'), undefined, { timeout: TIMEOUT_VIA_LINE });

  templates = async (account: string): Promise<Template[]> =>
    (await this.get<Listing<Template>>(path('accounts', account, 'templates'))).items;
  createTemplate = (account: string, draft: TemplateDraft): Promise<Template> =>
    this.ask('POST', path('accounts', account, 'templates'), draft);
  updateTemplate = (account: string, id: string, draft: TemplateDraft): Promise<Template> =>
    this.ask('PUT', path('accounts', account, 'templates', id), draft);
  deleteTemplate = (account: string, id: string): Promise<unknown> =>
    this.ask('DELETE', path('accounts', account, 'templates', id));

  personas = async (account: string): Promise<Persona[]> =>
    (await this.get<Listing<Persona>>(path('accounts', account, 'personas'))).items;
  createPersona = (account: string, draft: PersonaDraft): Promise<Persona> =>
    this.ask('POST', path('accounts', account, 'personas'), draft);
  updatePersona = (account: string, id: string, draft: PersonaDraft): Promise<Persona> =>
    this.ask('PUT', path('accounts', account, 'personas', id), draft);
  deletePersona = (account: string, id: string): Promise<unknown> =>
    this.ask('DELETE', path('accounts', account, 'personas', id));

  private get<Value>(where: string): Promise<Value> {
    return this.ask('GET', where);
  }

  private async ask<Value>(
    method: Call['method'],
    where: string,
    body?: unknown,
    options: { timeout?: number; headers?: Record<string, string> } = {},
  ): Promise<Value> {
    if (!this.trusted) throw new NoAnswer();
    return (await request(this.fetch, {
      method,
      url: `${this.pairing.address}/api/v1${where}`,
      timeout: options.timeout ?? TIMEOUT,
      headers: {
        Authorization: `Bearer ${this.pairing.token}`,
        'Accept-Language': this.language,
        ...options.headers,
      },
      ...(body === undefined ? {} : { body }),
    })) as Value;
  }
}

const friendPath = (account: string, user: string): string => path('accounts', account, 'friends', user);
