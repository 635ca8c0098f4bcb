/** The fast finder of people in a list: one row a person, with a member id in an attribute or a link. */
import type { PagePerson } from './dashboard';
import type { MemberPages } from './member-pages';
import { cellAt, columnNamed, japanMinute, parseUrl, pictureAddress, shownText, tidy } from './reading';

const ROWS = 'tr, [role="row"]';
/** What leads to a person without being a name. */
const NO_NAME = /^(?:友だち)?(?:詳細(?:を見る|ページ)?|情報|プロフィール|編集|トーク|チャット|開く|detail(?:s)?|profile|edit|chat|open)$/iu;

/** What addresses were read as, seen from one page: a list repeats them, and is read again and again. */
const known = new WeakMap<MemberPages, { base: string; members: Map<string, string | null> }>();
const MOST_KNOWN = 10_000;

/** The member id in a link to a person's own page, e.g. `/line/detail/123456789`; null for every other link. */
export function linkedMember(link: Element, url: URL, pages: MemberPages): string | null {
  const address = link.getAttribute('href') ?? '';
  // Reading an address costs more than looking for a word in it, and a page has hundreds of links.
  if (!address.includes(pages.personHint)) return null;
  let read = known.get(pages);
  if (read?.base !== url.href || read.members.size >= MOST_KNOWN) {
    read = { base: url.href, members: new Map() };
    known.set(pages, read);
  }
  let member = read.members.get(address);
  if (member === undefined) {
    const target = parseUrl(address, url);
    member = (target?.origin === url.origin && pages.person.exec(target.pathname)?.[1]) || null;
    read.members.set(address, member);
  }
  return member;
}

/** The link that carries the name: the picture may be a link of its own, and others only say 「詳細」. */
export function namedLink(links: readonly Element[]): Element | null {
  return (
    links.find((link) => {
      const text = tidy(shownText(link));
      return text && !NO_NAME.test(text) && !link.querySelector('img[src*="/face/"]');
    }) ?? null
  );
}

interface Columns {
  followed: number | null;
  lineName: number | null;
}

/** People in the list. A row whose own id and links disagree is left alone. */
export function listedPeople(page: Document, url: URL, pages: MemberPages): PagePerson[] {
  const tables = new Map<Element, Columns>();
  const columnsOf = (row: Element): Columns => {
    const table = row.closest('table, [role="table"], [role="grid"]');
    if (!table) return { followed: null, lineName: null };
    const columns = tables.get(table) ?? {
      followed: columnNamed(table, pages.followed),
      lineName: columnNamed(table, pages.lineName),
    };
    tables.set(table, columns);
    return columns;
  };
  const people: PagePerson[] = [];
  const rows = page.querySelectorAll(ROWS);
  for (const [at, row] of rows.entries()) {
    // In the page's order, a row that holds rows is followed by one of them.
    if (row.contains(rows[at + 1] ?? null)) continue;
    const person = listedPerson(row, url, pages, columnsOf);
    if (person) people.push(person);
  }
  return people;
}

function listedPerson(row: Element, url: URL, pages: MemberPages, columnsOf: (row: Element) => Columns): PagePerson | null {
  const own = pages.rowId === null ? null : row.getAttribute(pages.rowId);
  const links = [...row.querySelectorAll('a[href]')].map((link) => ({ link, member: linkedMember(link, url, pages) }));
  const toPerson = links.filter(({ member }) => member !== null);
  const linked = toPerson[0]?.member ?? null;
  if (toPerson.some(({ member }) => member !== linked) || (own !== null && linked !== null && own !== linked)) return null;
  const memberId = own ?? linked;
  if (!memberId || !pages.memberId.test(memberId)) return null;
  const columns = columnsOf(row);
  const nameCell = columns.lineName === null ? null : cellAt(row, columns.lineName);
  // With an id of its own a row needs no link to the person: any link, then the cell under the name's title.
  const anchor =
    namedLink(toPerson.map(({ link }) => link)) ?? (own === null ? null : namedLink(links.map(({ link }) => link)));
  const place = anchor ?? (nameCell && tidy(shownText(nameCell)) ? nameCell : null);
  if (!place) return null;
  const name = (nameCell && tidy(shownText(nameCell))) || tidy(shownText(place));
  if (!name) return null;
  const followedCell = columns.followed === null ? null : cellAt(row, columns.followed);
  return {
    memberId,
    name,
    followedAt: followedCell && japanMinute(shownText(followedCell)),
    picture: pages.picture === null ? null : pictureAddress(row.querySelector(pages.picture), url),
    anchor: place,
    place: anchor ? 'after' : 'inside',
  };
}
