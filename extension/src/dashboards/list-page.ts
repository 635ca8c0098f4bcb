/** Lステップ's friend list and the demo list shaped like it: a table, one row a person, a decimal member id. */
import type { AccountEvidence, PagePerson } from './dashboard';
import { cellAt, columnNamed, japanMinute, linkedAccountIds, parseUrl, shownText, tidy } from './reading';

/** Where operators and customers write freely; links in there prove nothing. */
const WRITTEN = [
  'table',
  '[class*="memo" i]',
  '[class*="note" i]',
  '[class*="message" i]',
  '[class*="chat" i]',
  '[contenteditable]',
].join(',');

const MEMBER_ID = /^\d{4,12}$/u;
const FOLLOWED = ['友だち追加日時', '友だち追加日', '友だち登録日', 'Friend added', 'Added'] as const;
const LINE_NAME = ['LINE登録名', 'LINE名', 'LINE name'] as const;
const ADMINISTRATOR = /[(（]管理者[)）]/u;

/**
 * The account's name: the text after 「(管理者)」 at the top of the page. It may stand in the same element or in the
 * one that follows.
 */
export function shownAccountName(page: Document): string | null {
  const walker = page.createTreeWalker(page.body ?? page.documentElement, 4 /* text */);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!ADMINISTRATOR.test(node.nodeValue ?? '')) continue;
    const place = node.parentElement;
    if (!place || place.closest(`${WRITTEN},script,style,select`)) continue;
    const name = nameAfterMark(place);
    if (name) return name;
  }
  return null;
}

/** Looks in the element, then two levels up: dashboards wrap the mark in a badge of its own. */
function nameAfterMark(place: Element): string | null {
  for (let element: Element | null = place, level = 0; element && level < 3; element = element.parentElement, level += 1) {
    const text = tidy(shownText(element));
    const mark = ADMINISTRATOR.exec(text);
    const name = mark ? tidy(text.slice(mark.index + mark[0].length)) : '';
    if (name) return name.length <= 80 ? name : null;
  }
  return null;
}

export function listAccount(page: Document, url: URL): AccountEvidence {
  return { ids: linkedAccountIds(page, url, WRITTEN), pageAccount: shownAccountName(page) };
}

/** The member id in a link to a person's own page, e.g. `/line/detail/123456789`. */
function linkedMember(link: Element, url: URL, detailPath: RegExp): string | null {
  const address = link.getAttribute('href') ?? '';
  // Reading an address costs more than looking for a word in it, and a page has hundreds of links.
  if (!address.includes('/detail/')) return null;
  const target = parseUrl(address, url);
  if (!target || target.origin !== url.origin) return null;
  return detailPath.exec(target.pathname)?.[1] ?? null;
}

interface Columns {
  followed: number | null;
  lineName: number | null;
}

/** People in the friend list. A row whose own id and link disagree is left alone. */
export function listedPeople(page: Document, url: URL, detailPath: RegExp): PagePerson[] {
  const known = new Map<Element, Columns>();
  const columnsOf = (row: Element): Columns => {
    const table = row.closest('table');
    if (!table) return { followed: null, lineName: null };
    const columns = known.get(table) ?? { followed: columnNamed(table, FOLLOWED), lineName: columnNamed(table, LINE_NAME) };
    known.set(table, columns);
    return columns;
  };
  const people: PagePerson[] = [];
  for (const row of page.querySelectorAll('tr')) {
    if (row.getElementsByTagName('tr').length > 0) continue;
    const person = listedPerson(row, url, detailPath, columnsOf);
    if (person) people.push(person);
  }
  return people;
}

function listedPerson(row: Element, url: URL, detailPath: RegExp, columnsOf: (row: Element) => Columns): PagePerson | null {
  const own = row.getAttribute('data-item-id');
  const links = [...row.querySelectorAll('a[href]')].map((link) => ({ link, member: linkedMember(link, url, detailPath) }));
  const toPerson = links.filter(({ member }) => member !== null);
  const linked = toPerson[0]?.member ?? null;
  if (toPerson.some(({ member }) => member !== linked) || (own !== null && linked !== null && own !== linked)) return null;
  const memberId = own ?? linked;
  const anchor = namedLink(toPerson.map(({ link }) => link)) ?? row.querySelector('a');
  if (!memberId || !MEMBER_ID.test(memberId) || !anchor) return null;
  const columns = columnsOf(row);
  const nameCell = columns.lineName === null ? null : cellAt(row, columns.lineName);
  const name = tidy(shownText(nameCell ?? anchor)) || tidy(shownText(anchor));
  if (!name) return null;
  const followedCell = columns.followed === null ? null : cellAt(row, columns.followed);
  return { memberId, name, followedAt: followedCell && japanMinute(shownText(followedCell)), anchor, place: 'after' };
}

/** The link that carries the name: the picture may be a link of its own, without words. */
function namedLink(links: readonly Element[]): Element | null {
  return links.find((link) => tidy(shownText(link)) && !link.querySelector('img[src*="/face/"]')) ?? links[0] ?? null;
}

/** The person of a detail page: the table's labels say which name is LINE's and when they were added. */
export function detailedPerson(page: Document, memberId: string): PagePerson[] {
  const lineName = labelled(page, LINE_NAME);
  if (!lineName) return [];
  const name = tidy(shownText(lineName));
  const followed = labelled(page, FOLLOWED);
  if (!name) return [];
  const followedAt = followed && japanMinute(shownText(followed));
  return [{ memberId, name, followedAt, anchor: lineName, place: 'inside' }];
}

/** The cell beside a label, in a table or a definition list. */
function labelled(page: Document, words: readonly string[]): Element | null {
  for (const label of page.querySelectorAll('th, dt')) {
    const text = tidy(shownText(label));
    if (words.includes(text) && label.nextElementSibling) return label.nextElementSibling;
  }
  return null;
}

/** A table that has rows with several cells of text, while we understood none: the page has changed. */
export function hasForeignRows(page: Document): boolean {
  for (const row of page.querySelectorAll('tr, [role="row"]')) {
    if (row.closest('thead')) continue;
    const cells = [...row.children].filter(
      (cell) => (cell.localName === 'td' || /^(grid)?cell$/u.test(cell.getAttribute('role') ?? '')) && tidy(shownText(cell)),
    );
    if (cells.length >= 2) return true;
  }
  return false;
}
