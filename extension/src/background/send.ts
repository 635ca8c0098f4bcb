/** Sending, when the answer may get lost. */
import { HelperRefused, NoAnswer } from '../helper/request';
import type { Message, SendBody } from '../helper/types';
import { NotConnected, type Link } from './link';

/** Milliseconds during which a send without an answer is asked again. */
export const PATIENCE = 20_000;
/** Milliseconds for one try. Less than the whole patience, so that a stuck helper gets a second chance. */
const ONE_TRY = 8_000;
/** Milliseconds before a helper that says "busy" (503) is asked again. */
const PAUSE_WHEN_BUSY = 500;

interface World {
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

/**
 * Sends once. When no answer came (the helper was restarted, say) the same request with the same key is repeated
 * until there is an answer or the patience is over; by the key the helper knows it is the same message. The key is
 * never changed here: a new key would be a second message.
 *
 * Throws NotConnected when nothing was asked, NoAnswer when it was and no answer came, HelperRefused for a no.
 */
export async function sendWithOneKey(
  link: Link,
  world: World,
  accountId: string,
  body: SendBody,
  idempotencyKey: string,
): Promise<Message> {
  const deadline = world.now() + PATIENCE;
  let asked = false;
  for (;;) {
    let client;
    try {
      // Not yet asked: whoever clicked is told at once. Asked: the answer is worth waiting for.
      client = await link.clientUntil(asked ? deadline : world.now());
    } catch (error) {
      if (asked && error instanceof NotConnected) throw new NoAnswer(error);
      throw error;
    }
    const left = deadline - world.now();
    if (asked && left <= 0) throw new NoAnswer();
    try {
      asked = true;
      return await client.send(accountId, body, idempotencyKey, Math.min(ONE_TRY, left));
    } catch (error) {
      const busy = error instanceof HelperRefused && error.problem.status === 503;
      if (!busy && !(error instanceof NoAnswer)) throw error;
      if (busy && world.now() + PAUSE_WHEN_BUSY > deadline) throw error;
      if (busy) await world.wait(PAUSE_WHEN_BUSY);
      else link.doubt(client);
    }
  }
}
