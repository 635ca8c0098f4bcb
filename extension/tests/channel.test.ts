import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

interface TestPort {
  posted: { id: number; name: string }[];
  say(message: unknown): void;
  end(): void;
}
const ports: TestPort[] = [];
let gone = false;

vi.mock('../src/platform', () => ({
  browser: {
    runtime: {
      connect: () => {
        if (gone) throw new Error('Extension context invalidated.');
        let hear: (message: unknown) => void = () => {};
        let ended: () => void = () => {};
        const port: TestPort = { posted: [], say: (message) => hear(message), end: () => ended() };
        ports.push(port);
        return {
          postMessage: (message: { id: number; name: string }) => port.posted.push(message),
          disconnect: () => {},
          onMessage: { addListener: (listener: typeof hear) => (hear = listener) },
          onDisconnect: { addListener: (listener: typeof ended) => (ended = listener) },
        };
      },
    },
  },
}));

const { openChannel, CommandRefused } = await import('../src/channel');
const body = { user_id: 'U0', max_cost: 1 as const };
const SEND = { accountId: '1', body, idempotencyKey: 'key-number-1' };

beforeEach(() => {
  vi.useFakeTimers();
  ports.length = 0;
  gone = false;
});
afterEach(() => vi.useRealTimers());

describe('a page’s channel to the background', () => {
  it('hands on states and answers', async () => {
    const states: unknown[] = [];
    const channel = openChannel('page', (state) => states.push(state));
    const answer = channel.call('claim', { accountId: '1', userId: 'U0' });
    ports[0]!.say({ kind: 'state', state: { connection: 'ready' } });
    ports[0]!.say({ kind: 'answer', id: 1, ok: true, value: null });
    expect(states).toEqual([{ connection: 'ready' }]);
    expect(await answer).toBeNull();
  });

  it('rejects with the problem', async () => {
    const channel = openChannel('page', () => {});
    const answer = channel.call('send', SEND);
    const problem = { code: 'quota_exhausted', status: 409, detail: '', extra: {} };
    ports[0]!.say({ kind: 'answer', id: 1, ok: false, problem });
    await expect(answer).rejects.toMatchObject({ problem });
  });

  it('comes back when the background was restarted, and repeats a send with its key', async () => {
    const channel = openChannel('page', () => {});
    const answer = channel.call('send', SEND);
    ports[0]!.end();
    await vi.advanceTimersByTimeAsync(300);
    expect(ports[1]!.posted).toEqual(ports[0]!.posted);
    ports[1]!.say({ kind: 'answer', id: 1, ok: true, value: { id: 'm_1' } });
    expect(await answer).toEqual({ id: 'm_1' });
  });

  it('does not repeat what would be done twice', async () => {
    const channel = openChannel('page', () => {});
    const answer = channel.call('undo', { accountId: '1', messageId: 'm_1' });
    ports[0]!.end();
    await expect(answer).rejects.toBeInstanceOf(CommandRefused);
    await vi.advanceTimersByTimeAsync(300);
    expect(ports[1]!.posted).toEqual([]);
  });

  it('says when the extension was removed under the page', async () => {
    const onGone = vi.fn();
    const channel = openChannel('page', () => {}, onGone);
    const answer = channel.call('send', SEND);
    answer.catch(() => {});
    gone = true;
    ports[0]!.end();
    await vi.advanceTimersByTimeAsync(300);
    expect(onGone).toHaveBeenCalledOnce();
    await expect(answer).rejects.toMatchObject({ problem: { code: 'interrupted' } });
    await expect(channel.call('send', SEND)).rejects.toBeInstanceOf(CommandRefused);
  });
});
