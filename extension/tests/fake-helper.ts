/**
 * A helper without a network: answers `fetch` and opens sockets as the contract says, and can be stopped, replaced
 * by an impostor, or made to lose its answers.
 */
import type {
  Account,
  Binding,
  Friend,
  Greeting,
  GreetingDraft,
  LinkProposals,
  LookupKey,
  LookupResult,
  Message,
  Quota,
  Template,
} from '../src/helper/types';
import type { Pairing } from '../src/helper/pair';
import type { SocketLike } from '../src/helper/socket';

export const ADDRESS = 'http://127.0.0.1:8171';

export const PAIRING: Pairing = {
  address: ADDRESS,
  token: 'secret-token',
  tokenId: 'tok_1',
  proofKey: 'proof-key',
  teammate: { id: 'tm_1', name: '花子', role: 'admin' },
};

export const REAL = '1657000001';
export const PRACTICE = '2000000001';
export const YUI = 'U0123456789abcdef0123456789abcdef';
export const TARO = 'Ufedcba9876543210fedcba9876543210';

export function account(id: string, sandbox: boolean): Account {
  return {
    id,
    name: sandbox ? 'さくら美容室' : 'みどり歯科',
    basic_id: sandbox ? '@000sakra' : '@midori',
    premium_id: null,
    bot_user_id: `U${id.padStart(32, '0')}`,
    picture_url: null,
    verified: false,
    chat_mode: 'chat',
    sandbox,
    colour: '#3366cc',
    floor: 0,
    other_tool_replies: false,
    default_template_id: null,
    default_persona_id: null,
    new_friends: 0,
  };
}

export function friend(userId: string, changes: Partial<Friend> = {}): Friend {
  return {
    user_id: userId,
    display_name: 'ゆい',
    picture_url: null,
    stage: 'new',
    followed_at: '2026-11-21T10:00:00.000Z',
    refollowed: false,
    blocked_at: null,
    last_received_at: null,
    dismissed: false,
    first_contact: null,
    plan: { route: 'push', cost: 1, refused: null, reply_until: null, second: null, hints: [] },
    claim: null,
    mark: null,
    tags: null,
    note: null,
    assignee: null,
    ...changes,
  };
}

export function message(id: string, changes: Partial<Message> = {}): Message {
  return {
    id,
    user_id: YUI,
    status: 'held',
    route: 'push',
    cost: 1,
    first_contact: true,
    hold_until: '2026-11-21T10:00:05.000Z',
    teammate: { id: 'tm_1', name: '花子' },
    persona: null,
    template_id: null,
    messages: [{ type: 'text', text: 'はじめまして' }],
    line_request_id: null,
    error: null,
    created_at: '2026-11-21T10:00:00.000Z',
    settled_at: null,
    ...changes,
  };
}

export function quota(remaining: number): Quota {
  return {
    month: '2026-11',
    limit: 200,
    spent: 200 - remaining,
    reserved: 0,
    elsewhere: 0,
    floor: 0,
    remaining,
    asked_at: '2026-11-21T10:00:00.000Z',
    resets_at: '2026-11-30T15:00:00.000Z',
  };
}

/** As it is where it never was on. */
export function greeting(changes: Partial<Greeting> = {}): Greeting {
  return {
    running: false,
    wait_seconds: 20,
    longest_wait_seconds: 40,
    template_id: null,
    persona_id: null,
    days: [1, 2, 3, 4, 5, 6, 7],
    hours: null,
    changed_by: null,
    changed_at: null,
    ...changes,
  };
}

export interface Received {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

type Stranger = 'none' | 'impostor' | 'other_program';

export class FakeHelper {
  running = true;
  /** Takes connections and never answers, as a stopped process does. */
  hanging = false;
  stranger: Stranger = 'none';
  /** The address in the proof, when it isn't the one dialled: a relay of the true helper. */
  provesFor: string | null = null;
  knowsToken = true;
  code: string | null = 'ABCDE-FGHJK';
  readonly received: Received[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly openings: { token: string; last_id?: number }[] = [];
  accounts = [account(REAL, false), account(PRACTICE, true)];
  queues: Record<string, Friend[]> = {};
  setupLink = `${ADDRESS}/setup#code=AAAAA-BBBBB`;
  templates: Record<string, Template[]> = {};
  bindings: Binding[] = [];
  /** Who a dashboard's person is, by member id, while no link is stored. */
  people: Record<string, LookupResult> = {};
  /** By `dashboard/member`: the user id. */
  readonly links = new Map<string, string>();
  proposals: LinkProposals | null = null;
  /** By account; without one the helper is older than greetings. */
  greetings: Record<string, Greeting> = {};
  /** The next answers to sends: lost on the way back after being stored, lost before, busy, or stopped in between. */
  sendFaults: ('answer_lost' | 'never_arrived' | 'busy' | 'stopped')[] = [];
  readonly sent = new Map<string, Message>();
  lastId = 1_000;
  /** Answers to these wait on their way back for as long as the test likes. */
  slow: ((path: string) => Promise<void>) | null = null;
  /** The first frame on a socket: what was missed cannot be told any more, or nothing was. */
  greets: 'beat' | 'resync' = 'beat';

  /** Requests that carried the token. */
  get authorised(): Received[] {
    return this.received.filter((request) => 'Authorization' in request.headers);
  }

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const { pathname, searchParams, host } = new URL(url);
    const path = pathname.replace('/api/v1', '');
    const headers = init.headers as Record<string, string>;
    const { body: sent } = init;
    const body: unknown = typeof sent === 'string' ? JSON.parse(sent) : sent instanceof Blob ? await sent.text() : null;
    if (!this.running) throw new TypeError('Failed to fetch');
    if (this.hanging) {
      return new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    }
    this.received.push({ method: init.method ?? 'GET', path, headers, body });
    if (this.stranger === 'other_program') return new Response('<h1>It works</h1>', { status: 200 });
    if (path === '/hello') return this.hello(searchParams, host);
    if (path === '/pairings') return this.pairings(body as { code: string });
    if (headers['Authorization'] !== `Bearer ${PAIRING.token}` || !this.knowsToken) {
      return problem(401, 'unauthenticated');
    }
    const answer = this.answer(init.method ?? 'GET', path, headers, body);
    await this.slow?.(path);
    return answer;
  };

  /** Says something to every open socket. */
  tell(type: string, accountId: string | null, data: unknown): void {
    this.lastId += 1;
    for (const socket of this.sockets) socket.say({ type, id: this.lastId, account_id: accountId, data });
  }

  /** Stops like a killed process: nothing answers, sockets end. */
  stop(): void {
    this.running = false;
    for (const socket of this.sockets.splice(0)) socket.onclose?.({ code: 1006 });
  }

  get WebSocket(): new (url: string) => SocketLike {
    const helper = this;
    return class extends FakeSocket {
      constructor(url: string) {
        super(helper, url);
      }
    };
  }

  private async hello(query: URLSearchParams, host: string): Promise<Response> {
    const body: Record<string, unknown> = { service: 'ittsu', version: '0.1.0', api: 1, instance_id: 'i' };
    if (query.get('token_id') === PAIRING.tokenId && this.knowsToken) {
      const dialled = this.provesFor ?? host;
      const key = this.stranger === 'impostor' ? 'guessed-key' : PAIRING.proofKey;
      body['proof'] = await prove(key, query.get('nonce') ?? '', dialled);
    }
    return json(200, body);
  }

  private pairings(body: { code: string }): Response {
    if (body.code !== this.code) return problem(403, 'pairing_code_invalid');
    this.code = null;
    const { token, tokenId, proofKey, teammate } = PAIRING;
    return json(201, { token, token_id: tokenId, proof_key: proofKey, teammate });
  }

  private answer(method: string, path: string, headers: Record<string, string>, body: unknown): Response {
    const [, noun, id = '', part, ...rest] = path.split('/');
    const one = this.accounts.find((known) => known.id === id);
    if (path === '/me') return json(200, PAIRING.teammate);
    if (path === '/setup-links') return json(201, { url: this.setupLink, expires_at: '2026-11-30T10:00:00Z' });
    if (path === '/accounts') return json(200, { items: this.accounts, next: null });
    if (path === '/bindings') return json(200, { items: this.bindings, next: null });
    if (noun !== 'accounts' || !one) return problem(404, 'not_found');
    if (part === undefined) return json(200, one);
    if (part === 'quota') return json(200, quota(100));
    if (part === 'templates') return json(200, { items: this.templates[id] ?? [], next: null });
    if (part === 'personas') return json(200, { items: [], next: null });
    if (part === 'greeting' && this.greetings[id]) return this.greeting(method, id, body as GreetingDraft);
    if (part === 'friends' && rest[1] === 'greeting' && method === 'DELETE') {
      const left = this.queues[id]?.find((queued) => queued.user_id === rest[0]);
      if (!left) return problem(404, 'friend_unknown');
      left.greeting = null;
      return json(200, left);
    }
    if (part === 'friends' && rest.length === 0) return json(200, { items: this.queues[id] ?? [], next: null });
    if (part === 'friends' && rest[0] === 'lookup') {
      return json(200, { results: (body as { keys: LookupKey[] }).keys.map((key) => this.lookUp(key)) });
    }
    if (part === 'links') return this.link(method, id, rest, body);
    if (part === 'friends' && rest.length === 1) {
      const found = (this.queues[id] ?? []).find((queued) => queued.user_id === rest[0]);
      return found ? json(200, found) : problem(404, 'friend_unknown');
    }
    if (part === 'messages' && method === 'POST' && rest.length === 0) {
      return this.send(headers['Idempotency-Key'] ?? '', body as { user_id: string });
    }
    if (part === 'messages' && method === 'GET') {
      const found = [...this.sent.values()].find((sent) => sent.id === rest[0]);
      return found ? json(200, found) : problem(404, 'message_unknown');
    }
    return problem(404, 'not_found');
  }

  private lookUp(key: LookupKey): LookupResult {
    const none: LookupResult = { match: 'none', friend: null, candidates: [] };
    if ('user_id' in key) return none;
    const open = this.people[key.member_id] ?? none;
    const linked = this.links.get(`${key.dashboard}/${key.member_id}`);
    return linked === undefined ? open : { match: 'exact', friend: friend(linked), candidates: [] };
  }

  private link(method: string, account: string, [dashboard, member]: string[], body: unknown): Response {
    if (dashboard === 'proposals') {
      return this.proposals ? json(200, this.proposals) : problem(422, 'export_unreadable');
    }
    const key = `${dashboard}/${member}`;
    if (method === 'DELETE') return this.links.delete(key) ? new Response(null, { status: 204 }) : problem(404, 'link_unknown');
    const { user_id: userId } = body as { user_id: string };
    const other = [...this.links].find(([known, linked]) => linked === userId && known !== key);
    if (other) return problem(409, 'link_taken');
    this.links.set(key, userId);
    this.tell('friend', account, friend(userId));
    return json(200, { dashboard, member_id: member, user_id: userId });
  }

  private greeting(method: string, id: string, body: GreetingDraft): Response {
    if (method === 'PUT') this.greetings[id] = greeting({ ...(body as Partial<Greeting>), running: true });
    if (method === 'DELETE') this.greetings[id] = { ...this.greetings[id]!, running: false };
    return method === 'DELETE' ? new Response(null, { status: 204 }) : json(200, this.greetings[id]);
  }

  private send(key: string, body: { user_id: string }): Response {
    const fault = this.sendFaults.shift();
    if (fault === 'never_arrived') throw new TypeError('Failed to fetch');
    if (fault === 'busy') return problem(503, 'too_busy');
    const known = this.sent.get(key);
    const sent = known ?? message(`m_${this.sent.size + 1}`, { user_id: body.user_id });
    this.sent.set(key, sent);
    if (fault === 'stopped') this.stop();
    if (fault === 'answer_lost' || fault === 'stopped') throw new TypeError('Failed to fetch');
    return json(known ? 200 : 201, sent);
  }
}

export class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  open = true;

  constructor(
    private readonly helper: FakeHelper,
    readonly url: string,
  ) {
    queueMicrotask(() => {
      if (!helper.running) this.onclose?.({ code: 1006 });
      else this.onopen?.();
    });
  }

  send(text: string): void {
    const opening = JSON.parse(text) as { token: string; last_id?: number };
    this.helper.openings.push(opening);
    queueMicrotask(() => {
      if (opening.token !== PAIRING.token || !this.helper.knowsToken) {
        this.onclose?.({ code: 4401 });
        return;
      }
      this.helper.sockets.push(this);
      if (this.helper.greets === 'resync') {
        this.say({ type: 'resync', id: this.helper.lastId, account_id: null, data: {} });
      }
      this.say({ type: 'beat', id: this.helper.lastId, account_id: null, data: {} });
    });
  }

  say(frame: object): void {
    if (this.open) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  close(): void {
    this.open = false;
  }
}

export async function prove(key: string, nonce: string, dialled: string): Promise<string> {
  const encoder = new TextEncoder();
  const hmac = await crypto.subtle.importKey(
    'raw',
    encoder.encode(key),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const signature = await crypto.subtle.sign('HMAC', hmac, encoder.encode(`ittsu-hello-1\n${nonce}\n${dialled}`));
  return Buffer.from(signature).toString('hex');
}

const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });
const problem = (status: number, code: string): Response =>
  json(status, { type: `urn:ittsu:problem:${code}`, title: code, status, detail: code, code });
