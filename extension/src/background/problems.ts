/** Errors become problems: the one form in which a page hears that something did not work. */
import { PairingFailed } from '../helper/pair';
import { HelperRefused, NoAnswer, NotTheHelper } from '../helper/request';
import type { LocalProblemCode, Problem } from '../messages';
import { NotConnected } from './link';
import { Malformed } from '../shape';

/** A command that this page may not ask, or not for this account. */
export class NotAllowed extends Error {
  constructor() {
    super('not allowed');
    this.name = 'NotAllowed';
  }
}

/** Kept in memory only, and no longer there. */
export class Gone extends Error {
  constructor() {
    super('gone');
    this.name = 'Gone';
  }
}

const local = (code: LocalProblemCode): Problem => ({ code, status: 0, detail: '', extra: {} });

/** Anything unforeseen is a fault of ours: it shows in the extension's own console. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HelperRefused) return error.problem;
  if (error instanceof NotConnected) return local(error.connection === 'unpaired' ? 'unpaired' : 'offline');
  if (error instanceof NoAnswer || error instanceof NotTheHelper) return local('answer_lost');
  if (error instanceof Malformed) return local('malformed');
  if (error instanceof NotAllowed) return local('not_allowed');
  if (error instanceof Gone) return local('gone');
  if (error instanceof PairingFailed) {
    return { code: `pairing_${error.code}`, status: 0, detail: error.detail, extra: {} };
  }
  console.error(error);
  return local('fault');
}
