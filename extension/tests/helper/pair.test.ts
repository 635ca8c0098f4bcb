import { beforeEach, describe, expect, it } from 'vitest';
import { greet, pair, PairingFailed } from '../../src/helper/pair';
import { ADDRESS, FakeHelper, PAIRING } from '../fake-helper';

let helper: FakeHelper;
beforeEach(() => {
  helper = new FakeHelper();
});

const failure = async (code: string): Promise<string> => {
  try {
    await pair(helper.fetch, ADDRESS, code, 'Chrome (Linux)');
  } catch (error) {
    if (error instanceof PairingFailed) return error.code;
    throw error;
  }
  return 'paired';
};

describe('pairing', () => {
  it('trades a code for a token and the key that proves the helper', async () => {
    expect(await pair(helper.fetch, ADDRESS, 'ABCDE-FGHJK', 'Chrome (Linux)')).toEqual(PAIRING);
  });

  it('forgives spaces and full-width letters', async () => {
    expect(await failure(' ＡＢＣＤＥ－ＦＧＨＪＫ ')).toBe('paired');
  });

  it('says when the code is wrong', async () => {
    expect(await failure('WRONG-CODES')).toBe('wrong_code');
  });

  it('says when nothing listens there', async () => {
    helper.running = false;
    expect(await failure('ABCDE-FGHJK')).toBe('silent');
  });

  it('does not tell the code to another program', async () => {
    helper.stranger = 'other_program';
    expect(await failure('ABCDE-FGHJK')).toBe('stranger');
    expect(helper.received.map(({ path }) => path)).toEqual(['/hello']);
  });

  it('keeps nothing from a helper that cannot prove itself', async () => {
    helper.stranger = 'impostor';
    expect(await failure('ABCDE-FGHJK')).toBe('impostor');
  });

  it('sends no token before or while pairing', async () => {
    await pair(helper.fetch, ADDRESS, 'ABCDE-FGHJK', 'Chrome (Linux)');
    expect(helper.authorised).toEqual([]);
  });
});

describe('meeting the helper again', () => {
  it('recognises it', async () => {
    expect(await greet(helper.fetch, PAIRING)).toEqual({ kind: 'proven', version: '0.1.0' });
  });

  it('notices an impostor', async () => {
    helper.stranger = 'impostor';
    expect((await greet(helper.fetch, PAIRING)).kind).toBe('impostor');
  });

  it('notices a relay to the true helper on another port', async () => {
    helper.provesFor = '127.0.0.1:9999';
    expect((await greet(helper.fetch, PAIRING)).kind).toBe('impostor');
  });

  it('notices that it was forgotten', async () => {
    helper.knowsToken = false;
    expect((await greet(helper.fetch, PAIRING)).kind).toBe('unknown_token');
  });
});
