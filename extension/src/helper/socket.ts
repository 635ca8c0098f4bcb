/** The helper's event socket: what changed, as it changes. */
import { eventsAddress } from './address';
import type { Pairing } from './pair';

export interface Frame {
  type: string;
  /** Grows; given back as `last_id` to get what was missed. Beats may have none. */
  id: number | null;
  accountId: string | null;
  data: unknown;
}

/** The part of the browser's WebSocket that is used here. */
export interface SocketLike {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onerror: (() => void) | null;
}
export type SocketConstructor = new (url: string) => SocketLike;

/** Milliseconds. The server beats every 20 s: after this silence the line is dead, whatever the system says. */
export const SILENCE_LIMIT = 45_000;
/** The helper's close code for a token that is wrong or was revoked. */
const TOKEN_REFUSED = 4401;
/** Milliseconds until a socket that does not open is given up. */
const OPENING_LIMIT = 3_000;

export interface SocketHandlers {
  /** The helper took the token and will tell every change from here on. */
  opened(): void;
  frame(frame: Frame): void;
  /** Called once, however it ended, unless we closed it ourselves. */
  ended(reason: 'lost' | 'token_refused'): void;
}

/**
 * Opens the socket of a helper that has just proved itself, and asks for everything after `lastId` (null: from now
 * on). Returns a function that closes it.
 */
export function openSocket(
  WebSocketClass: SocketConstructor,
  pairing: Pairing,
  lastId: number | null,
  handlers: SocketHandlers,
): () => void {
  const socket = new WebSocketClass(eventsAddress(pairing.address));
  let over = false;
  let heard = false;
  let watch = setTimeout(() => end('lost'), OPENING_LIMIT);

  const end = (reason: 'lost' | 'token_refused' | null): void => {
    if (over) return;
    over = true;
    clearTimeout(watch);
    socket.close();
    if (reason) handlers.ended(reason);
  };

  socket.onopen = () => {
    socket.send(JSON.stringify({ token: pairing.token, ...(lastId === null ? {} : { last_id: lastId }) }));
  };
  socket.onmessage = (event) => {
    if (over) return;
    clearTimeout(watch);
    watch = setTimeout(() => end('lost'), SILENCE_LIMIT);
    // The first frame, a beat, says that we are listened to: what is read from now on misses nothing.
    if (!heard) handlers.opened();
    heard = true;
    const frame = readFrame(event.data);
    if (frame) handlers.frame(frame);
  };
  socket.onclose = (event) => end(event.code === TOKEN_REFUSED ? 'token_refused' : 'lost');
  socket.onerror = () => {
    // Says nothing about why; the close that follows does.
  };
  return () => end(null);
}

/** A frame, or null for what isn't one: a newer helper may say things we don't know. */
export function readFrame(data: unknown): Frame | null {
  if (typeof data !== 'string') return null;
  let body: unknown;
  try {
    body = JSON.parse(data);
  } catch {
    // Not JSON, so not for us.
    return null;
  }
  if (typeof body !== 'object' || body === null) return null;
  const { type, id, account_id: accountId, data: content } = body as Record<string, unknown>;
  if (typeof type !== 'string') return null;
  return {
    type,
    id: typeof id === 'number' ? id : null,
    accountId: typeof accountId === 'string' ? accountId : null,
    data: content,
  };
}
