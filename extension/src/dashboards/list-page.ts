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
  const target = parseUrl(link.getAttribute('href') ?? '', url);
  if (!target || target.origin !== url.origin) return null;
  return detailPath.exec(target.pathname)?.[1] ?? null;
}

/** People in the friend list. A row whose own id and link disagree is left alone. */
export function listedPeople(page: Document, url: URL, detailPath: RegExp): PagePerson[] {
  const columns = new Map<Element, { followed: number | null; lineName: number | null }>();
  const people: PagePerson[] = [];
  for (const row of page.querySelectorAll('tr')) {
    if (row.querySelector('tr')) continue;
    const link = [...row.querySelectorAll('a[href]')].find((candidate) => linkedMember(candidate, url, detailPath));
    const linked = link ? linkedMember(link, url, detailPath) : null;
    const own = row.getAttribute('data-item-id');
    if (own !== null && linked !== null && own !== linked) continue;
    const memberId = own ?? linked;
    const first = link ?? row.querySelector('a');
    if (!memberId || !MEMBER_ID.test(memberId) || !first) continue;
    const table = row.closest('table');
    if (table && !columns.has(table)) {
      columns.set(table, { followed: columnNamed(table, FOLLOWED), lineName: columnNamed(table, LINE_NAME) });
    }
    const known = table ? columns.get(table)! : { followed: null, lineName: null };
    const lineNameCell = known.lineName === null ? null : cellAt(row, known.lineName);
    const anchor = namedLink(row, first, url, detailPath);
    const name = tidy(shownText(lineNameCell ?? anchor)) || tidy(shownText(anchor));
    const followedCell = known.followed === null ? null : cellAt(row, known.followed);
    if (!name) continue;
    const followedAt = followedCell && japanMinute(shownText(followedCell));
    people.push({ memberId, name, followedAt, anchor, place: 'after' });
  }
  return people;
}

/** The link that carries the name: the picture may be a link of its own, without words. */
function namedLink(row: Element, first: Element, url: URL, detailPath: RegExp): Element {
  const links = [...row.querySelectorAll('a[href]')].filter((link) => linkedMember(link, url, detailPath));
  return links.find((link) => tidy(shownText(link)) && !link.querySelector('img[src*="/face/"]')) ?? first;
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
