import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isProven, newNonce } from '../../src/helper/prove';

const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('hex');

describe('the proof of a helper', () => {
  const nonce = newNonce();
  const dialled = '127.0.0.1:8171';
  const good = hmac('key', `ittsu-hello-1\n${nonce}\n${dialled}`);

  it('is accepted when it is about our nonce and the address we dialled', async () => {
    expect(await isProven('key', nonce, dialled, good)).toBe(true);
  });

  it.each([
    ['another key', hmac('other', `ittsu-hello-1\n${nonce}\n${dialled}`)],
    ['an older nonce', hmac('key', `ittsu-hello-1\n${'0'.repeat(64)}\n${dialled}`)],
    ['another address (a relay)', hmac('key', `ittsu-hello-1\n${nonce}\n127.0.0.1:9999`)],
    ['nothing', ''],
    ['half a proof', good.slice(0, 32)],
    ['no hex', 'z'.repeat(64)],
  ])('is refused when made with %s', async (_, proof) => {
    expect(await isProven('key', nonce, dialled, proof)).toBe(false);
  });

  it('is asked for with a new nonce every time', () => {
    expect(newNonce()).not.toBe(newNonce());
    expect(newNonce()).toMatch(/^[0-9a-f]{64}$/);
  });
});
