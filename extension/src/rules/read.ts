/** A site that the operator taught, as one more dashboard: the same rows, the same panel, the same checks at a click. */
import type { AccountEvidence, Dashboard, PagePerson } from '../dashboards/dashboard';
import { japanMinute, shownText, tidy } from '../dashboards/reading';
import { findAll, findOne } from './selector';
import { matchesPath, segments, slugOf, type IdRule, type Site, type SitePage } from './site';

/** Rows of one page that are read; a longer list says no more to anybody. */
const MOST_ROWS = 2_000;
/** UTF-16 units of a name, of a person or an account. More is a paragraph, not a name. */
const LONGEST_NAME = 100;
const LONGEST_ACCOUNT = 80;

export function ownDashboard(site: Site): Dashboard {
  const pageOf = (url: URL): SitePage | null => site.pages.find(({ path }) => matchesPath(path, url.pathname)) ?? null;
  const people = (page: Document, url: URL): PagePerson[] => {
    const rule = pageOf(url);
    return rule ? peopleBy(rule, page, url) : [];
  };
  return {
    slug: slugOf(site.host),
    sandbox: false,
    recognises: (url) => url.protocol === 'https:' && url.host === site.host,
    visitKey: (url) => url.pathname + url.search,
    account: (page, url) => accountBy(pageOf(url) ?? site.pages[0] ?? null, page, url, site.host),
    people,
    drifted(_page, url, found) {
      const rule = pageOf(url);
      return rule !== null && rule.name !== null && rule.id !== null && found.length === 0;
    },
  };
}

/** How the page names its account. A rule without an account: the whole site is one account's, so its address names it. */
export function accountBy(rule: SitePage | null, page: Document, url: URL, host: string): AccountEvidence {
  return { ids: [], pageAccount: shownAccount(rule, page, url, host) };
}

function shownAccount(rule: SitePage | null, page: Document, url: URL, host: string): string | null {
  if (!rule?.account) return host;
  if ('segment' in rule.account) return segments(url.pathname)[rule.account.segment - 1] ?? null;
  const found = findAll(page, rule.account.at, 2);
  // Two elements that might both be meant prove nothing, unless they say the same.
  const names = new Set(found.map((element) => tidy(shownText(element))));
  const [name] = names;
  return names.size === 1 && name && name.length <= LONGEST_ACCOUNT ? name : null;
}

/** The people that a rule finds, each with a number; a number that two names share is nobody's. */
export function peopleBy(rule: SitePage, page: Document, url: URL): PagePerson[] {
  if (rule.name === null || rule.id === null) return [];
  const rows: (Element | Document)[] = rule.row === null ? [page] : findAll(page, rule.row, MOST_ROWS);
  const people = rows.flatMap((row) => personIn(row, rule, url) ?? []);
  const names = new Map<string, Set<string>>();
  for (const { memberId, name } of people) names.set(memberId, (names.get(memberId) ?? new Set()).add(name));
  return people.filter(({ memberId }) => names.get(memberId)!.size === 1);
}

function personIn(row: Element | Document, rule: SitePage, url: URL): PagePerson | null {
  const anchor = elementIn(row, rule.name!);
  const name = anchor ? tidy(shownText(anchor)) : '';
  const memberId = rule.id && idIn(row, rule.id, url);
  if (!anchor || !name || name.length > LONGEST_NAME || !memberId) return null;
  const followed = rule.followed === null ? null : elementIn(row, rule.followed);
  const followedAt = followed && japanMinute(shownText(followed));
  return { memberId, name, followedAt, picture: null, ...placeOfPill(row, anchor) };
}

const CELL = 'td, th, [role="cell"], [role="gridcell"]';
const ITEM = 'li, dd, dt, [role="listitem"], [role="row"]';

/** In a table the pill goes to the end of the name's cell, where it covers nothing that follows the name. In an item of a
 * list it goes inside: beside it, it would be an item of its own. */
function placeOfPill(row: Element | Document, name: Element): Pick<PagePerson, 'anchor' | 'place'> {
  const cell = name.closest(CELL);
  if (cell && 'localName' in row && row.contains(cell)) return { anchor: cell, place: 'inside' };
  return { anchor: name, place: name.matches(`${CELL}, ${ITEM}`) ? 'inside' : 'after' };
}

export function elementIn(row: Element | Document, at: string): Element | null {
  return at === '' ? ('localName' in row ? row : null) : findOne(row, at);
}

export function idIn(row: Element | Document, rule: IdRule, url: URL): string | null {
  if ('segment' in rule) return usable(segments(url.pathname)[rule.segment - 1] ?? '');
  const element = elementIn(row, rule.at);
  if (!element) return null;
  const text = rule.attribute === null ? tidy(shownText(element)) : element.getAttribute(rule.attribute);
  return text === null ? null : takeId(text, rule);
}

const DIGITS = /\d{1,40}/u;
const WORD = /^[\w-]{1,64}/u;

/** The number in a text: what follows `after`. */
export function takeId(text: string, { after, digits }: { after: string; digits: boolean }): string | null {
  const from = after === '' ? 0 : text.indexOf(after);
  if (from < 0) return null;
  const rest = text.slice(from + after.length);
  const found = (digits ? DIGITS : WORD).exec(rest)?.[0];
  return found ? usable(found) : null;
}

const usable = (id: string): string | null => (/^[\w-]{1,64}$/u.test(id) ? id : null);
