/**
 * A page's end of the port to the background: receives the state, asks commands, and comes back by itself when the
 * browser stops and restarts the background (Chrome does so after 30 idle seconds).
 */
import {
  REPEATABLE,
  type CommandArguments,
  type CommandValue,
  type PortName,
  type Ports,
  type Problem,
  type Push,
  type Request,
} from './messages';
import { browser } from './platform';

/** Milliseconds before a lost port is opened again; short, because a restart of the background is ordinary. */
const REOPEN_AFTER = 250;

/** A refused command. `problem.code` says why. */
export class CommandRefused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.code);
    this.name = 'CommandRefused';
  }
}

export interface Channel<Name extends PortName> {
  /** Asks a command. Rejects with CommandRefused. */
  call<Command extends keyof Ports[Name]['commands'] & string>(
    name: Command,
    args: CommandArguments<Ports[Name]['commands'], Command>,
  ): Promise<CommandValue<Ports[Name]['commands'], Command>>;
  close(): void;
}

interface Waiting {
  request: Request;
  resolve(value: unknown): void;
  reject(reason: CommandRefused): void;
}

type Port = ReturnType<typeof browser.runtime.connect>;

/**
 * Opens the channel. `onState` gets every state. `onGone` is called once when the extension was removed or updated
 * under the page: nothing can be reached any more and the page should take its own elements away. `onSummon`: the
 * person asked for the dock by its shortcut.
 */
export function openChannel<Name extends PortName>(
  name: Name,
  onState: (state: Ports[Name]['state']) => void,
  onGone: () => void = () => {},
  onSummon: () => void = () => {},
): Channel<Name> {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let port: Port | null = null;
  let closed = false;

  const connect = (): void => {
    if (closed) return;
    try {
      port = browser.runtime.connect({ name });
    } catch {
      // "Extension context invalidated": this copy of the script outlived its extension.
      end();
      onGone();
      return;
    }
    port.onMessage.addListener((message: unknown) => {
      if (isPush<Ports[Name]['state']>(message)) receive(message);
    });
    port.onDisconnect.addListener(lost);
    for (const { request } of waiting.values()) port.postMessage(request);
  };

  const receive = (message: Push<Ports[Name]['state']>): void => {
    if (message.kind === 'state') {
      onState(message.state);
      return;
    }
    if (message.kind === 'summon') {
      onSummon();
      return;
    }
    const caller = waiting.get(message.id);
    if (!caller) return;
    waiting.delete(message.id);
    if (message.ok) caller.resolve(message.value);
    else caller.reject(new CommandRefused(message.problem));
  };

  const lost = (): void => {
    port = null;
    for (const [id, { request, reject }] of waiting) {
      if (REPEATABLE.has(request.name)) continue;
      waiting.delete(id);
      reject(interrupted());
    }
    if (!closed) setTimeout(connect, REOPEN_AFTER);
  };

  const end = (): void => {
    closed = true;
    for (const { reject } of waiting.values()) reject(interrupted());
    waiting.clear();
  };

  connect();

  return {
    call(command, args) {
      return new Promise((resolve, reject) => {
        if (closed) {
          reject(interrupted());
          return;
        }
        const request: Request = { id: ++lastId, name: command, args };
        waiting.set(request.id, { request, resolve: resolve as (value: unknown) => void, reject });
        port?.postMessage(request);
      });
    },
    close() {
      end();
      port?.disconnect();
      port = null;
    },
  };
}

/** The background has checked what it says; here only that it says something of ours. */
function isPush<State>(message: unknown): message is Push<State> {
  if (typeof message !== 'object' || message === null) return false;
  const { kind, id, ok, state, problem } = message as Record<string, unknown>;
  if (kind === 'state') return typeof state === 'object' && state !== null;
  if (kind === 'summon') return true;
  return kind === 'answer' && typeof id === 'number' && (ok === true || (ok === false && typeof problem === 'object'));
}

const interrupted = (): CommandRefused =>
  new CommandRefused({ code: 'interrupted', status: 0, detail: '', extra: {} });
