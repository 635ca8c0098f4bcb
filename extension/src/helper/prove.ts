/**
 * Whether the one that answers at the helper's address is the helper we paired with. Another program may hold the
 * port while the helper is down; it must never be given the token.
 */

const encoder = new TextEncoder();

/** 256 random bits in hex. A fresh one for every proof, so that no old answer can be played back. */
export function newNonce(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * True when `proof` is HMAC-SHA256(proofKey, "ittsu-hello-1\n" + nonce + "\n" + dialled) in hex, where `dialled` is
 * the host:port we connected to. An answer relayed from elsewhere is about another host:port and fails.
 */
export async function isProven(
  proofKey: string,
  nonce: string,
  dialled: string,
  proof: string,
): Promise<boolean> {
  const given = fromHex(proof);
  if (!given) return false;
  const key = await crypto.subtle.importKey(
    'raw',
    encoder.encode(proofKey),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  return crypto.subtle.verify('HMAC', key, given, encoder.encode(`ittsu-hello-1\n${nonce}\n${dialled}`));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The 32 bytes of a SHA-256 in hex; null for anything else. */
function fromHex(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[0-9a-f]{64}$/i.test(text)) return null;
  return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
}
