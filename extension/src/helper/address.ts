/** Where the helper is. Only this computer: anything else is refused before a byte is sent. */

export const DEFAULT_ADDRESS = 'http://127.0.0.1:8171';

/** The names that the manifest's host permissions cover. */
const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost']);

/**
 * The address as typed, made canonical (`http://127.0.0.1:8171`), or null when it is none we may dial. Accepts a
 * missing scheme, a path, and full-width characters, as a Japanese keyboard leaves them.
 */
export function readAddress(typed: string): string | null {
  const text = typed.normalize('NFKC').trim();
  let url: URL;
  try {
    url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    return null;
  }
  if (url.protocol !== 'http:' || !LOOPBACK_NAMES.has(url.hostname)) return null;
  if (url.username !== '' || url.password !== '') return null;
  // One address only: `localhost` may also mean [::1], where another program could stand and pass a proof on.
  url.hostname = '127.0.0.1';
  return url.origin;
}

/** `host:port` as dialled, the port always said: what the helper's proof must be about. */
export function hostAndPort(address: string): string {
  const url = new URL(address);
  return `${url.hostname}:${url.port === '' ? '80' : url.port}`;
}

/** The address of the helper's event socket. */
export function eventsAddress(address: string): string {
  return `ws://${hostAndPort(address)}/api/v1/events`;
}
