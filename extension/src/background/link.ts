/**
 * The one connection to the helper: proves who is there, opens the socket, notices a loss, comes back.
 *
 * Attempts are made when something asks for one (a page is open, an alarm rings, a send waits), never in a loop of
 * their own: the browser would stop a background that only waits.
 */
import { HelperClient } from '../helper/client';
import { greet, type Greeting, type Pairing } from '../helper/pair';
import { HelperRefused, NoAnswer, NotTheHelper, type Fetch } from '../helper/request';
import { openSocket, type Frame, type SocketConstructor } from '../helper/socket';
import type { Connection, OfflineReason } from '../messages';
import * as shape from '../shape';
import type { Shape } from '../shape';

/** Milliseconds between attempts while somebody waits for the answer of a send. */
const RETRY_WHILE_WAITING = 500;
/** Milliseconds. A connection that ends sooner is not tried again at once: the next tick will do. */
const STABLE_AFTER = 2_000;

export interface LinkStatus {
  connection: Connection;
  /** Milliseconds since the epoch; null unless `offline`. */
  offlineSince: number | null;
  reason: OfflineReason | null;
  helperVersion: string | null;
}

/** As it is kept while the browser runs. */
export const statusForm: Shape<LinkStatus> = shape.fields({
  connection: shape.oneOf('unpaired', 'offline', 'ready'),
  offlineSince: shape.orNull(shape.number(0, Number.MAX_SAFE_INTEGER)),
  reason: shape.orNull(shape.oneOf('silent', 'stranger', 'impostor', 'unknown_token')),
  helperVersion: shape.orNull(shape.text(100)),
});

export interface LinkWorld {
  fetch: Fetch;
  WebSocket: SocketConstructor;
  now(): number;
  wait(milliseconds: number): Promise<void>;
  /** Of the browser, for the helper's words: `ja` or `en`. */
  language: string;
  /** The extension's own. */
  version: string;
}

export interface LinkListener {
  lastId(): number | null;
  /** A proven, opened connection: load what is needed. Throws what the calls throw. */
  connected(client: HelperClient): Promise<void>;
  frame(frame: Frame): void;
  statusChanged(status: LinkStatus): void;
}

/** Thrown where a connection is needed and there is none; nothing was sent. */
export class NotConnected extends Error {
  constructor(readonly connection: Connection) {
    super(`not connected: ${connection}`);
    this.name = 'NotConnected';
  }
}

export class Link {
  private pairing: Pairing | null = null;
  private client: HelperClient | null = null;
  private closeSocket: (() => void) | null = null;
  private attempt: Promise<void> | null = null;
  /** Grows with every pairing and loss; an attempt that finds it changed gives up. */
  private era = 0;
  private readyAt = 0;
  status: LinkStatus = { connection: 'unpaired', offlineSince: null, reason: null, helperVersion: null };

  constructor(
    private readonly world: LinkWorld,
    private readonly listener: LinkListener,
  ) {}

  /** Uses this pairing from now on (null: none). `known` is the status before the background was restarted. */
  setPairing(pairing: Pairing | null, known?: LinkStatus): void {
    this.drop();
    this.attempt = null;
    this.pairing = pairing;
    if (pairing === null) this.become({ connection: 'unpaired', offlineSince: null, reason: null });
    else if (known && known.connection !== 'unpaired') this.status = known;
    else this.become({ connection: 'offline', offlineSince: this.world.now(), reason: null });
  }

  /** Connects if it is not, else checks that the helper is still there. Never throws. */
  async attend(): Promise<void> {
    if (this.pairing === null) return;
    if (this.attempt === null) {
      const attempt = (this.client ? this.check(this.pairing) : this.connect(this.pairing)).finally(() => {
        if (this.attempt === attempt) this.attempt = null;
      });
      this.attempt = attempt;
    }
    await this.attempt;
  }

  /** The client, if connected. Throws NotConnected. */
  connectedClient(): HelperClient {
    if (!this.client) throw new NotConnected(this.status.connection === 'ready' ? 'offline' : this.status.connection);
    return this.client;
  }

  /** The client as soon as there is one, until `deadline` (milliseconds since the epoch). Throws NotConnected. */
  async clientUntil(deadline: number): Promise<HelperClient> {
    for (;;) {
      if (!this.client) await this.attend();
      if (this.client) return this.client;
      if (this.pairing === null || this.world.now() + RETRY_WHILE_WAITING > deadline) {
        return this.connectedClient();
      }
      await this.world.wait(RETRY_WHILE_WAITING);
    }
  }

  /** A call got no answer: nothing more is sent until the helper has proved itself again. */
  doubt(client: HelperClient): void {
    if (client !== this.client) return;
    this.lose('silent');
    void this.attend();
  }

  /** The token was refused. */
  refused(client: HelperClient): void {
    if (client === this.client) this.lose('unknown_token');
  }

  private async check(pairing: Pairing): Promise<void> {
    const era = this.era;
    const greeting = await greet(this.world.fetch, pairing);
    if (era === this.era && greeting.kind !== 'proven') this.lose(greeting.kind);
  }

  private async connect(pairing: Pairing): Promise<void> {
    const era = this.era;
    const greeting: Greeting = await greet(this.world.fetch, pairing);
    if (era !== this.era) return;
    if (greeting.kind !== 'proven') {
      this.lose(greeting.kind);
      return;
    }
    const client = new HelperClient(this.world.fetch, pairing, this.world.language, this.world.version);
    if (!(await this.open(pairing, era)) || era !== this.era) {
      if (era === this.era) this.lose('silent');
      return;
    }
    try {
      await this.listener.connected(client);
    } catch (error) {
      if (era === this.era) this.lose(reasonOf(error));
      return;
    }
    if (era !== this.era) return;
    this.client = client;
    this.readyAt = this.world.now();
    this.become({ connection: 'ready', offlineSince: null, reason: null, helperVersion: greeting.version });
  }

  /** Resolves to true once the socket is open, false when it could not be opened. */
  private open(pairing: Pairing, era: number): Promise<boolean> {
    return new Promise((resolve) => {
      const close = openSocket(this.world.WebSocket, pairing, this.listener.lastId(), {
        opened: () => resolve(true),
        frame: (frame) => {
          if (era === this.era) this.listener.frame(frame);
        },
        ended: (reason) => {
          if (era !== this.era) {
            resolve(false);
            return;
          }
          this.lose(reason === 'token_refused' ? 'unknown_token' : 'silent');
          resolve(false);
          if (this.world.now() - this.readyAt > STABLE_AFTER) void this.attend();
        },
      });
      this.closeSocket = () => {
        close();
        resolve(false);
      };
    });
  }

  private lose(reason: OfflineReason): void {
    this.drop();
    const since = this.status.connection === 'offline' ? this.status.offlineSince : null;
    const unknown = reason === 'unknown_token';
    this.become({
      connection: unknown ? 'unpaired' : 'offline',
      offlineSince: unknown ? null : (since ?? this.world.now()),
      reason,
    });
  }

  private drop(): void {
    this.era += 1;
    this.client?.distrust();
    this.client = null;
    this.closeSocket?.();
    this.closeSocket = null;
  }

  private become(change: Partial<LinkStatus>): void {
    this.status = { ...this.status, ...change };
    this.listener.statusChanged(this.status);
  }
}

function reasonOf(error: unknown): OfflineReason {
  if (error instanceof HelperRefused) {
    const { status } = error.problem;
    return status === 401 ? 'unknown_token' : status >= 500 ? 'silent' : 'stranger';
  }
  if (error instanceof NotTheHelper) return 'stranger';
  if (error instanceof NoAnswer) return 'silent';
  throw error;
}
