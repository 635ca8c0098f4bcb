/** Hands an export over to the background, in pieces as base64: a port takes no request of its size (background/ports.ts),
 * and Chrome's messages hold no bytes. */
import type { ExportDashboard } from '../messages';
import type { Call } from './use-panel';

/** Bytes of a piece: base64 makes a third more of it. A multiple of 3, so that only the last one is padded. */
export const PIECE_BYTES = 255 * 1024;

/** Returns the name under which the review is asked for. Rejects with CommandRefused. */
export async function proposeFromFile(call: Call, file: Blob, accountId: string, dashboard: ExportDashboard): Promise<string> {
  const name = crypto.randomUUID();
  for (let at = 0; at === 0 || at < file.size; at += PIECE_BYTES) {
    const bytes = new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer());
    await call('sendFile', { file: name, at, piece: base64(bytes) });
  }
  await call('proposeLinks', { accountId, dashboard, file: name });
  return name;
}

/** Bytes that fit into one call's arguments. */
const AT_ONCE = 8_190;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += AT_ONCE) text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  return btoa(text);
}
