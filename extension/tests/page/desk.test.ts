import { beforeEach, describe, expect, it } from 'vitest';
import type { PagePerson } from '../../src/dashboards';
import type { Message } from '../../src/helper/types';
import { friendKey, type PageState, type Problem } from '../../src/messages';
import { Desk, type Call } from '../../src/page/desk';
import type { Proof } from '../../src/page/proof';
import { account, accountState, at, friend, NOW, pageState, push, reply, taro } from './people';

const ACCOUNT = account().id;
const proven: Proof = { kind: 'proven', account: account(), shown: '@sakura', basicId: '@sakura' };
class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

let now: number;
let asked: { name: string; args: Record<string, unknown> }[];
let answer: (name: string) => unknown;
let onPage: Proof;
let shownPeople: PagePerson[] = [];
let desk: Desk;

function message(change: Partial<Message> = {}): Message {
  return {
    id: 'm-1',
    user_id: friend().user_id,
    status: 'held',
    route: 'push',
    cost: 1,
    first_contact: true,
    hold_until: at(5_000),
    teammate: { id: taro.id, name: taro.name },
    persona: null,
    template_id: 'm1',
    messages: [{ type: 'text', text: 'こんにちは' }],
    line_request_id: null,
    error: null,
    created_at: at(0),
    settled_at: null,
    ...change,
  };
}

function open(state: PageState = pageState()): void {
  let keys = 0;
  desk = new Desk({
    slug: 'oachat',
    call: (async (name: string, args: Record<string, unknown>) => {
      asked.push({ name, args });
      return answer(name);
    }) as unknown as Call,
    now: () => now,
    newKey: () => `key-${(keys += 1)}`,
    readProof: () => onPage,
    readPeople: () => shownPeople,
    problemOf: (reason) => (reason as Refused).problem,
  });
  desk.receive(state);
  desk.observe(proven, false);
}

beforeEach(() => {
  now = NOW;
  asked = [];
  answer = () => message();
  onPage = proven;
  open();
});

const send = (change: Parameters<typeof friend>[0] = {}, cost: 0 | 1 = 1) => desk.send(ACCOUNT, friend(change), cost, 'dock');

describe('a click on the button', () => {
  it('is one request with one key, for the shown cost', async () => {
    await send();
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ name: 'send', args: { accountId: ACCOUNT, idempotencyKey: 'key-1', body: { max_cost: 1 } } });
    expect(desk.delivery(ACCOUNT, friend())).toMatchObject({ kind: 'message', origin: 'dock', message: { status: 'held' } });
  });

  it('does nothing a second time while the first is on its way', async () => {
    await Promise.all([send(), send()]);
    expect(asked).toHaveLength(1);
  });

  it('sends nothing when the page has become another account since it was drawn', async () => {
    onPage = { kind: 'other', shown: '@momiji' };
    await send();
    expect(asked).toEqual([]);
    expect(desk.halt).toBe('account_changed');
    expect(desk.provenId).toBeNull();
  });

  it('sends nothing when the page proves the account in another way than drawn', async () => {
    onPage = { ...proven, basicId: null, shown: 'さくら美容室' };
    await send();
    expect(asked).toEqual([]);
  });

  it("sends nothing for another account's friend", async () => {
    await desk.send('1000000002', friend(), 1, 'dock');
    expect(asked).toEqual([]);
  });

  it('sends nothing while offline, or for a teammate who only reads', async () => {
    open(pageState({ connection: 'offline', offlineSince: NOW }));
    await send();
    open(pageState({ teammate: { ...taro, role: 'viewer' } }));
    await send();
    expect(asked).toEqual([]);
  });

  it('sends nothing to somebody who was contacted meanwhile', async () => {
    const contacted = friend({ stage: 'contacted' });
    open(pageState({ friends: { [friendKey(ACCOUNT, contacted.user_id)]: contacted } }));
    await send();
    expect(asked).toEqual([]);
    expect(desk.halt).toBe('offer_changed');
  });

  it('never spends more than the button said', async () => {
    open(pageState({ accounts: [accountState({ queue: [friend({ plan: reply(10) })] })] }));
    now = NOW + 11;
    await send({ plan: reply(10) }, 0);
    expect(asked[0]?.args['body']).toMatchObject({ max_cost: 0 });
  });

  it('says why it was refused, and a further click is a new one with a new key', async () => {
    answer = () => {
      throw new Refused({ code: 'free_route_gone', status: 409, detail: '', extra: {} });
    };
    await send();
    expect(desk.delivery(ACCOUNT, friend())).toMatchObject({ kind: 'problem', problem: { code: 'free_route_gone' } });
    await send();
    expect(asked.map(({ args }) => args['idempotencyKey'])).toEqual(['key-1', 'key-2']);
  });
});

describe('what became of a click', () => {
  it('follows the pushed state', async () => {
    await send();
    desk.receive(pageState({ messages: { 'm-1': message({ status: 'sent' }) } }));
    expect(desk.delivery(ACCOUNT, friend())).toMatchObject({ message: { status: 'sent' } });
  });

  it('never goes backwards when the pushed state overtakes the answer, or the other way round', async () => {
    answer = () => message({ status: 'sent' });
    await send();
    desk.receive(pageState({ messages: { 'm-1': message({ status: 'held' }) } }));
    expect(desk.delivery(ACCOUNT, friend())).toMatchObject({ message: { status: 'sent' } });
  });

  it('is cleared up by the message itself when the answer was lost', async () => {
    answer = () => {
      throw new Refused({ code: 'answer_lost', status: 0, detail: '', extra: {} });
    };
    await send();
    const contact = { message_id: 'm-1', at: at(0), teammate: null, persona: null, route: 'push' as const };
    const filled = friend({ stage: 'contacted', first_contact: contact });
    desk.receive(pageState({ messages: { 'm-1': message({ status: 'sent' }) } }));
    expect(desk.delivery(ACCOUNT, filled)).toMatchObject({ kind: 'message', message: { status: 'sent' } });
  });

  it('keeps a friend in sight who left the queue by it', async () => {
    await send();
    const contact = { message_id: 'm-1', at: at(0), teammate: null, persona: null, route: 'push' as const };
    const held = friend({ stage: 'contacted', first_contact: contact });
    desk.receive(
      pageState({
        accounts: [accountState({ queue: [] })],
        friends: { [friendKey(ACCOUNT, held.user_id)]: held },
        messages: { 'm-1': message() },
      }),
    );
    expect(desk.newFriends(ACCOUNT).map(({ user_id: id }) => id)).toEqual([held.user_id]);
  });

  it('leaves the list when it has been readable long enough; what is uncertain stays', async () => {
    await send();
    desk.receive(pageState({ messages: { 'm-1': message({ status: 'sent', settled_at: at(0) }) } }));
    now = NOW + 60_000;
    expect(desk.deliveries.sweep(desk.state)).toBe(true);
    await send();
    desk.receive(pageState({ messages: { 'm-1': message({ status: 'uncertain', settled_at: at(0) }) } }));
    now = NOW + 200_000;
    expect(desk.deliveries.sweep(desk.state)).toBe(false);
  });
});

describe('the text for one send', () => {
  it('is changed for one friend only, and forgotten once sent or when another template is chosen', async () => {
    const other = friend({ user_id: 'U00000000000000000000000000000002', display_name: 'けん' });
    desk.edit(ACCOUNT, friend(), ['特別なご案内です']);
    expect(desk.texts(ACCOUNT, friend())).toEqual({ texts: ['特別なご案内です'], edited: true });
    expect(desk.texts(ACCOUNT, other)).toEqual({ texts: ['けんさん、さくら美容室です。'], edited: false });
    await send({ plan: push });
    const sent = asked.find(({ name }) => name === 'send');
    expect(sent?.args['body']).toMatchObject({ messages: [{ text: '特別なご案内です' }] });
    expect(desk.texts(ACCOUNT, friend()).edited).toBe(false);
  });

  it('tells colleagues who is on it, once, and lets go when it is over', async () => {
    desk.edit(ACCOUNT, friend(), ['あ']);
    desk.edit(ACCOUNT, friend(), ['ああ']);
    desk.edit(ACCOUNT, friend(), null);
    expect(asked.map(({ name }) => name)).toEqual(['claim', 'unclaim']);
    now += 1;
    desk.edit(ACCOUNT, friend(), ['あ']);
    now += 70_000;
    desk.edit(ACCOUNT, friend(), ['ああ']);
    await send();
    expect(asked.map(({ name }) => name).slice(2)).toEqual(['claim', 'claim', 'send', 'unclaim']);
  });
});

describe('confirming whose page it is', () => {
  it('binds what was read, and nothing when the name has changed under the pointer', async () => {
    onPage = { kind: 'unproven', pageAccount: 'サロンさくら' };
    await desk.bind('サロンさくら', ACCOUNT);
    expect(asked).toEqual([{ name: 'bind', args: { dashboard: 'oachat', pageAccount: 'サロンさくら', accountId: ACCOUNT } }]);
    onPage = { kind: 'unproven', pageAccount: 'もみじ歯科' };
    await desk.bind('サロンさくら', ACCOUNT);
    expect(asked).toHaveLength(1);
  });
});

describe('people who wait to be confirmed', () => {
  const person = (memberId: string, name: string): PagePerson => ({
    memberId,
    name,
    followedAt: null,
    picture: 'https://manager.linestep.net/face/v2/a',
    anchor: null as unknown as Element,
    place: 'after',
  });
  beforeEach(() => {
    shownPeople = [person('1', 'ゆい'), person('2', '花子'), person('1', 'ゆい'), person('3', 'けん')];
    desk.noteUnconfirmed(new Set(['1', '3', '9']));
  });

  it('are handed over as the page shows them now, each once, with nothing else of the page', async () => {
    shownPeople[3] = person('3', '健');
    await desk.reviewPeople();
    const picture = 'https://manager.linestep.net/face/v2/a';
    expect(asked).toEqual([
      {
        name: 'reviewPeople',
        args: {
          accountId: ACCOUNT,
          people: [
            { memberId: '1', name: 'ゆい', followedAt: null, picture },
            { memberId: '3', name: '健', followedAt: null, picture },
          ],
        },
      },
    ]);
  });

  it('are handed over for nobody but the account that the page proves at that moment', async () => {
    onPage = { kind: 'other', shown: '@momiji' };
    await desk.reviewPeople();
    expect(asked).toEqual([]);
    expect(desk.halt).toBe('account_changed');
  });

  it('are not handed over by who may only look', async () => {
    desk.receive(pageState({ teammate: { ...taro, role: 'viewer' } }));
    await desk.reviewPeople();
    expect(asked).toEqual([]);
  });

  it('who have left the page are nobody', async () => {
    shownPeople = [];
    await desk.reviewPeople();
    expect(asked).toEqual([]);
    expect(desk.halt).toBe('row_changed');
  });
});
