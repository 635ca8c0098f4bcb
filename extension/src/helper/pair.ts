/** Getting to know a helper, and knowing it again. */
import { hostAndPort } from './address';
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

interface Hello {
  service: string;
  version: string;
  proof?: string;
}

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
  let answer: PairingAnswer;
  try {
    await sayHello(fetch, address, { nonce: newNonce() });
    answer = readAnswer(
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

interface PairingAnswer {
  token: string;
  token_id: string;
  proof_key: string;
  teammate: Teammate;
}

function readAnswer(body: unknown): PairingAnswer {
  const answer = body as Partial<PairingAnswer> | null;
  const complete =
    typeof answer?.token === 'string' &&
    typeof answer.token_id === 'string' &&
    typeof answer.proof_key === 'string' &&
    typeof answer.teammate?.name === 'string';
  if (!complete) throw new NotTheHelper();
  return answer as PairingAnswer;
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
  const hello = body as Partial<Hello> | null;
  if (hello?.service !== 'ittsu' || typeof hello.version !== 'string') throw new NotTheHelper();
  return hello as Hello;
}
