/** Getting to know a helper, and knowing it again. */
import * as shape from '../shape';
import { Malformed, type Shape } from '../shape';
import { hostAndPort, readAddress } from './address';
import { teammate } from './answers';
import { isProven, newNonce } from './prove';
import { NoAnswer, NotTheHelper, HelperRefused, request, type Fetch } from './request';
import type { Teammate } from './types';

/** What a pairing gives; kept in the extension's own storage, and nowhere else. */
export interface Pairing {
  address: string;
  token: string;
  tokenId: string;
  proofKey: string;
  teammate: Teammate;
}

/** As the helper makes them: printable, so that they can stand in a header. */
const secret = shape.text(200, /^[\x21-\x7e]+$/);

/** As it is kept. The token goes to the address, so one that is not of this computer makes it none. */
export const pairingForm: Shape<Pairing> = shape.fields({
  address: (value) => {
    const address = shape.text(200)(value);
    if (readAddress(address) !== address) throw new Malformed();
    return address;
  },
  token: secret,
  tokenId: shape.id,
  proofKey: secret,
  teammate,
});

/** Milliseconds. The helper is on this computer: one that needs longer is as good as away. */
const HELLO_TIMEOUT = 2_000;
const PAIRING_TIMEOUT = 10_000;

/**
 * `proven` it is ours; `unknown_token` a helper that does not know us (revoked, or another data folder);
 * `impostor` it claims to be ours and is not; `stranger` another program; `silent` nobody.
 */
export type Greeting =
  | { kind: 'proven'; version: string }
  | { kind: 'unknown_token' }
  | { kind: 'impostor' }
  | { kind: 'stranger' }
  | { kind: 'silent' };

const helloForm = shape.known({
  service: shape.oneOf('ittsu'),
  version: shape.text(100),
  proof: shape.optional(shape.text(200)),
});
type Hello = ReturnType<typeof helloForm>;

const answerForm = shape.known({ token: secret, token_id: shape.id, proof_key: secret, teammate });

/** Asks who is there, and checks the proof. No secret is sent. */
export async function greet(fetch: Fetch, pairing: Pairing): Promise<Greeting> {
  const nonce = newNonce();
  let hello: Hello;
  try {
    hello = await sayHello(fetch, pairing.address, { nonce, token_id: pairing.tokenId });
  } catch (error) {
    if (error instanceof NotTheHelper || error instanceof HelperRefused) return { kind: 'stranger' };
    if (error instanceof NoAnswer) return { kind: 'silent' };
    throw error;
  }
  if (typeof hello.proof !== 'string') return { kind: 'unknown_token' };
  const proven = await isProven(pairing.proofKey, nonce, hostAndPort(pairing.address), hello.proof);
  return proven ? { kind: 'proven', version: hello.version } : { kind: 'impostor' };
}

/** Pairing ended without one. `code` is for words; see options. */
export class PairingFailed extends Error {
  constructor(
    readonly code: 'bad_address' | 'silent' | 'stranger' | 'impostor' | 'wrong_code' | 'too_many' | 'refused',
    readonly detail = '',
  ) {
    super(`pairing failed: ${code}`);
    this.name = 'PairingFailed';
  }
}

/**
 * Trades a one-time code for a pairing. The code is only sent where a helper answers, and the pairing is only
 * given back after that helper has proved itself for the very address dialled. Throws PairingFailed.
 */
export async function pair(fetch: Fetch, address: string, code: string, clientName: string): Promise<Pairing> {
  let answer: ReturnType<typeof answerForm>;
  try {
    await sayHello(fetch, address, { nonce: newNonce() });
    answer = formed(
      answerForm,
      await request(fetch, {
        method: 'POST',
        url: `${address}/api/v1/pairings`,
        body: { code: readCode(code), client: { name: clientName } },
        timeout: PAIRING_TIMEOUT,
      }),
    );
  } catch (error) {
    throw explain(error);
  }
  const pairing: Pairing = {
    address,
    token: answer.token,
    tokenId: answer.token_id,
    proofKey: answer.proof_key,
    teammate: answer.teammate,
  };
  const greeting = await greet(fetch, pairing);
  if (greeting.kind === 'silent') throw new PairingFailed('silent');
  if (greeting.kind !== 'proven') throw new PairingFailed('impostor');
  return pairing;
}

/** The code as typed, without the spaces and full-width forms that copying and Japanese keyboards add. */
export function readCode(typed: string): string {
  return typed.normalize('NFKC').replace(/\s+/g, '').trim();
}

function formed<Value>(form: Shape<Value>, body: unknown): Value {
  try {
    return form(body);
  } catch (error) {
    if (error instanceof Malformed) throw new NotTheHelper(error);
    throw error;
  }
}

function explain(error: unknown): PairingFailed {
  if (error instanceof NoAnswer) return new PairingFailed('silent');
  if (error instanceof NotTheHelper) return new PairingFailed('stranger');
  if (error instanceof HelperRefused) {
    const { code, status, detail } = error.problem;
    if (code === 'pairing_code_invalid' || code === 'invalid') return new PairingFailed('wrong_code');
    if (status === 429) return new PairingFailed('too_many');
    if (code.startsWith('http_')) return new PairingFailed('stranger');
    return new PairingFailed('refused', detail);
  }
  throw error;
}

async function sayHello(fetch: Fetch, address: string, query: Record<string, string>): Promise<Hello> {
  const body = await request(fetch, {
    method: 'GET',
    url: `${address}/api/v1/hello?${new URLSearchParams(query)}`,
    timeout: HELLO_TIMEOUT,
  });
  return formed(helloForm, body);
}
