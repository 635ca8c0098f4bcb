/** Asks the helper for everything the pages show. */
import type { HelperClient } from '../helper/client';
import type { Account } from '../helper/types';
import { emptySnapshot, QUEUE_LENGTH, type AccountEntry, type Snapshot } from './snapshot';

/** Accounts loaded at once: an agency has forty, and the helper serves others meanwhile. */
const ACCOUNTS_AT_ONCE = 6;

/** The whole picture. `before` lends what is not asked again: remembered friends, messages, the last frame's id. */
export async function loadSnapshot(client: HelperClient, before: Snapshot): Promise<Snapshot> {
  const [teammate, accounts, bindings] = await Promise.all([client.me(), client.accounts(), client.bindings()]);
  const entries: AccountEntry[] = [];
  for (let start = 0; start < accounts.length; start += ACCOUNTS_AT_ONCE) {
    const some = accounts.slice(start, start + ACCOUNTS_AT_ONCE);
    entries.push(...(await Promise.all(some.map((account) => loadAccount(client, account)))));
  }
  return {
    ...emptySnapshot(),
    friends: before.friends,
    messages: before.messages,
    lastId: before.lastId,
    era: before.era,
    teammate,
    accounts: entries,
    bindings,
  };
}

export async function loadAccount(client: HelperClient, account: Account): Promise<AccountEntry> {
  const [quota, queue, templates, personas] = await Promise.all([
    client.quota(account.id),
    client.friends(account.id, { stage: 'new', limit: QUEUE_LENGTH }),
    client.templates(account.id),
    client.personas(account.id),
  ]);
  return { account, quota, queue: queue.items, queueMore: queue.next !== null, heard: 0, templates, personas };
}
