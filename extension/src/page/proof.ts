/** Whose account a page shows, judged by what the page says and what was confirmed once. Unproven means: no send. */
import type { AccountEvidence } from '../dashboards';
import type { Account, Binding } from '../helper/types';

export type Proof =
  /** `basicId` is the id the page showed; null when a stored binding proves it. */
  | { kind: 'proven'; account: Account; shown: string; basicId: string | null }
  /** The page names an account that none of ours is. */
  | { kind: 'other'; shown: string }
  /** The page names several accounts. */
  | { kind: 'contradiction'; shown: string }
  /** The page names none. `pageAccount` is what a binding would be made with; null where nothing could be bound. */
  | { kind: 'unproven'; pageAccount: string | null };

export function judge(evidence: AccountEvidence, accounts: readonly Account[], bindings: readonly Binding[]): Proof {
  const { ids, pageAccount } = evidence;
  if (ids.length > 0) {
    const shown = ids.join('・');
    const meant = ids.map((id) => accounts.find((account) => idsOf(account).includes(id)) ?? null);
    const [first] = meant;
    // A Basic and a premium id of one account contradict nobody.
    if (meant.some((account) => account?.id !== first?.id) || (!first && ids.length > 1)) {
      return { kind: 'contradiction', shown };
    }
    return first ? { kind: 'proven', account: first, shown, basicId: ids[0]! } : { kind: 'other', shown };
  }
  if (pageAccount === null) return { kind: 'unproven', pageAccount };
  const binding = bindings.find((candidate) => candidate.page_account === pageAccount);
  const account = binding && accounts.find((candidate) => candidate.id === binding.account_id);
  return account
    ? { kind: 'proven', account, shown: pageAccount, basicId: null }
    : { kind: 'unproven', pageAccount };
}

/** Whether two readings prove the same account in the same way. */
export function sameProof(one: Proof, other: Proof): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind === 'proven' && other.kind === 'proven') {
    return one.account.id === other.account.id && one.shown === other.shown && one.basicId === other.basicId;
  }
  if (one.kind === 'unproven' && other.kind === 'unproven') return one.pageAccount === other.pageAccount;
  return 'shown' in one && 'shown' in other && one.shown === other.shown;
}

function idsOf(account: Account): string[] {
  return [account.basic_id, account.premium_id].flatMap((id) => (id ? [withAt(id.toLowerCase())] : []));
}

const withAt = (id: string): string => (id.startsWith('@') ? id : `@${id}`);

/** Milliseconds that a link must have stood in this visit before it still counts once gone: right after a
 * single-page application changed its address, the former account's links may still be there. */
const STANDING_AFTER = 1_000;

/** Remembers ids seen in this visit: dashboards close the menus that hold their links. */
export class EvidenceMemory {
  private seen: { visit: string; ids: string[]; since: number; until: number } | null = null;

  /** `now` in milliseconds. Ids on the page always win over remembered ones. */
  read(visit: string, evidence: AccountEvidence, now: number): AccountEvidence {
    const seen = this.seen?.visit === visit ? this.seen : null;
    if (evidence.ids.length > 0) {
      const same = seen !== null && seen.ids.join() === evidence.ids.join();
      this.seen = { visit, ids: evidence.ids, since: same ? seen.since : now, until: now };
      return evidence;
    }
    if (!seen || seen.until - seen.since < STANDING_AFTER) return evidence;
    return { ...evidence, ids: seen.ids };
  }
}
