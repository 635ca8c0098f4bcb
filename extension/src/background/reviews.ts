/**
 * People to be confirmed side by side: those of an open page, or of an export. Kept in memory only: names never reach
 * the disk, and no dashboard's page can ask for them.
 */
import type { Friend, LinkProposal, LinkProposals, LookupKey, LookupResult, Suggestion } from '../helper/types';
import { MOST_EXPORT_BYTES, type Dashboard, type ReviewItem, type ReviewPart, type ShownPerson } from '../messages';
import * as shape from '../shape';
import { Malformed, type Shape } from '../shape';
import { Gone } from './problems';

/** Reviews that can be opened again, e.g. by loading the view anew; the oldest are let go. */
const KEPT = 3;
/** Decisions that travel in one message. */
const PART = 500;
const MINUTE = 60_000;

export const shownPerson: Shape<ShownPerson> = shape.fields({
  memberId: shape.memberId,
  name: shape.text(200, undefined, 0),
  followedAt: shape.orNull(shape.time),
  picture: shape.orNull(shape.text(300, /^https:\/\//u)),
});

type Source = { kind: 'page'; people: ShownPerson[] } | { kind: 'file'; proposals: LinkProposals };

export interface Review {
  accountId: string;
  dashboard: Dashboard;
  source: Source;
}

interface Kept extends Review {
  /** Member ids that were linked in the view. */
  linked: Set<string>;
}

export type Look = (accountId: string, keys: LookupKey[]) => Promise<LookupResult[]>;

export class Reviews {
  private readonly kept = new Map<string, Kept>();
  private file: { name: string; pieces: Uint8Array<ArrayBuffer>[]; size: number } | null = null;

  /** The next piece of a file; `at` 0 begins one, and lets go of an unfinished one. Throws Gone and Malformed. */
  takePiece(name: string, at: number, piece: string): void {
    if (at === 0) this.file = { name, pieces: [], size: 0 };
    if (this.file?.name !== name || this.file.size !== at) throw new Gone();
    const bytes = bytesOf(piece);
    if (at + bytes.length > MOST_EXPORT_BYTES) throw new Malformed();
    this.file.pieces.push(bytes);
    this.file.size += bytes.length;
  }

  /** The file that was handed over, once. Throws Gone. */
  takeFile(name: string): Blob {
    const { file } = this;
    if (file?.name !== name) throw new Gone();
    this.file = null;
    return new Blob(file.pieces, { type: 'text/csv' });
  }

  keep(id: string, review: Review): void {
    this.kept.delete(id);
    this.kept.set(id, { ...review, linked: new Set() });
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT) break;
      this.kept.delete(oldest);
    }
  }

  forget(): void {
    this.kept.clear();
    this.file = null;
  }

  /** A decision of the view: it is not asked for again when the view is loaded anew. */
  decided(accountId: string, dashboard: string, memberId: string, linked: boolean): void {
    for (const review of this.kept.values()) {
      if (review.accountId !== accountId || review.dashboard !== dashboard) continue;
      if (linked) review.linked.add(memberId);
      else review.linked.delete(memberId);
    }
  }

  /** Decisions from a place on. People of a page are looked for now, for much may have been linked since. Throws Gone. */
  async part(id: string, from: number, look: Look): Promise<ReviewPart> {
    const review = this.kept.get(id);
    if (!review) throw new Gone();
    const { accountId, dashboard, source } = review;
    const found =
      source.kind === 'page'
        ? fromPage(source.people, await look(accountId, source.people.map((person) => keyOf(dashboard, person))))
        : fromFile(source.proposals, review.linked);
    const { items, ...rest } = found;
    const part = items.slice(from, from + PART).map((item) => ({ picture: null, ...item }));
    return { accountId, dashboard, source: source.kind, ...rest, total: items.length, items: part };
  }
}

type Found = Omit<ReviewPart, 'accountId' | 'dashboard' | 'source' | 'total' | 'items'> & {
  items: (LinkProposal & Partial<ReviewItem>)[];
};

function fromFile(proposals: LinkProposals, linked: ReadonlySet<string>): Found {
  const items = linked.size === 0 ? proposals.items : proposals.items.filter(({ member }) => !linked.has(member.member_id));
  return {
    linked: proposals.linked + proposals.items.length - items.length,
    unknown: proposals.unknown,
    skipped: proposals.skipped,
    skippedCount: proposals.skipped_count,
    items,
  };
}

const keyOf = (dashboard: Dashboard, { memberId, name, followedAt }: ShownPerson): LookupKey => ({
  dashboard,
  member_id: memberId,
  name,
  ...(followedAt ? { followed_at: followedAt } : {}),
});

function fromPage(people: readonly ShownPerson[], results: readonly LookupResult[]): Found {
  const items = people.flatMap((person, at) => proposalOf(person, results[at]) ?? []);
  items.sort((one, other) => (other.member.followed_at ?? '').localeCompare(one.member.followed_at ?? ''));
  const count = (match: LookupResult['match']): number => results.filter((result) => result.match === match).length;
  return { linked: count('exact'), unknown: count('none'), skipped: [], skippedCount: 0, items };
}

/** The decision that a looked-up row asks for; null where there is none to make. */
function proposalOf(person: ShownPerson, result: LookupResult | undefined): ReviewItem | null {
  if (result?.match !== 'proposed' && result?.match !== 'ambiguous') return null;
  const { memberId, name, followedAt, picture } = person;
  const friend = result.match === 'proposed' ? result.friend : null;
  if (result.match === 'proposed' && !friend) return null;
  const candidates = result.candidates.filter((candidate) => candidate.user_id !== friend?.user_id);
  const meant = friend ? [friend] : candidates;
  const timely = meant.some((candidate) => sameMinute(candidate.followed_at, followedAt));
  const evidence: LinkProposal['evidence'] = timely ? 'name_and_time' : 'name';
  return {
    member: { member_id: memberId, name: name || null, followed_at: followedAt },
    match: result.match,
    evidence,
    letters_lost: false,
    friend: friend && suggestionOf(friend),
    candidates: (friend ? [friend, ...candidates] : candidates).map(suggestionOf),
    picture,
  };
}

const suggestionOf = ({ user_id, display_name, picture_url, followed_at, stage }: Friend): Suggestion => ({
  user_id,
  display_name,
  picture_url,
  followed_at,
  stage,
});

/** Equal to ± 1 minute, as the helper judges it: the page's seconds are unknown. */
function sameMinute(one: string | null, other: string | null): boolean {
  const [first, second] = [one, other].map((time) => Math.floor(Date.parse(time ?? '') / MINUTE));
  return Math.abs(first! - second!) <= 1;
}

/** Throws Malformed. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  let text: string;
  try {
    text = atob(base64);
  } catch {
    throw new Malformed();
  }
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
