/** A dashboard that lists its friends with member ids of its own: a table, a page for each person, perhaps a talk. One
 * such dashboard is data (addresses, labels, attributes); this file reads it. */
import type { AccountEvidence, Dashboard, PagePerson, Slug } from './dashboard';
import { detailChanged, listChanged } from './drift';
import { listedPeople } from './list-page';
import { detailedPerson, talkingPerson } from './person-page';

/** Where the pages are and how they show a person. The order of trust is fixed: id → address → role → label. */
export interface MemberPages {
  /** Paths of lists of friends. */
  list: RegExp;
  /** The path of a person's own page; its first group is the member id. Links to it are the surest anchor. */
  person: RegExp;
  /** A word that stands in the address of every link to a person: looking for it is cheaper than reading addresses. */
  personHint: string;
  /** The page of one talk, and the parameter with the member id; null where there is none. */
  talk: { path: RegExp; parameter: string } | null;
  memberId: RegExp;
  /** The attribute of a row that holds its member id; null where rows have none. */
  rowId: string | null;
  /** The picture of a row's person; null where rows have none. */
  picture: string | null;
  /** Titles of columns and labels of fields, as the page writes them. */
  lineName: readonly string[];
  followed: readonly string[];
}

export const FOLLOWED_LABELS = ['友だち追加日時', '友だち追加日', '友だち登録日', 'Friend added', 'Added'] as const;
export const LINE_NAME_LABELS = ['LINE登録名', 'LINE名', 'LINE name'] as const;

interface Description {
  slug: Slug;
  sandbox: boolean;
  recognises(url: URL): boolean;
  account(page: Document, url: URL): AccountEvidence;
  pages: MemberPages;
}

export function memberDashboard({ slug, sandbox, recognises, account, pages }: Description): Dashboard {
  return {
    slug,
    sandbox,
    recognises,
    visitKey: (url) => url.pathname + url.search,
    account,
    people: (page, url) => peopleOn(page, url, pages),
    drifted(page, url, people) {
      if (pages.list.test(url.pathname)) return listChanged(page, url, pages, people);
      return pages.person.test(url.pathname) && people.length === 0 && detailChanged(page);
    },
  };
}

function peopleOn(page: Document, url: URL, pages: MemberPages): PagePerson[] {
  if (pages.list.test(url.pathname)) return listedPeople(page, url, pages);
  const own = pages.person.exec(url.pathname)?.[1];
  if (own !== undefined) return detailedPerson(page, own, pages);
  if (!pages.talk?.path.test(url.pathname)) return [];
  const given = url.searchParams.getAll(pages.talk.parameter);
  const [talking] = given;
  // An address that names two people names nobody.
  if (talking === undefined || given.length > 1 || !pages.memberId.test(talking)) return [];
  return talkingPerson(page, url, talking, pages);
}
