/** From what a person pointed at to a rule: which rows there are, and where in each the pointed thing stands. */
import { japanMinute, shownText, tidy } from '../dashboards/reading';
import { classAnchors, describeAlone, landmark, ownAnchors, pathBelow } from './anchors';
import { takeId } from './read';
import { findAll, isSelector } from './selector';
import { segments, type IdRule, type SitePage } from './site';

/** Rows that are compared with one another; a longer list says no more. */
const COMPARED = 200;
const ROWS = 'tr, [role="row"], [role="listitem"], [role="option"], li, article';

/** The rows of a list, as elements and as a rule. */
export interface Rows {
  selector: string | null;
  rows: Element[];
}

/** The list in which an element stands; without a selector when it stands in none. */
export function rowsAround(name: Element): Rows {
  const row = rowOf(name);
  if (!row?.parentElement) return { selector: null, rows: [] };
  const kin = [...row.parentElement.children].filter((other) => isKin(row, other));
  const selector = describeRows(row, kin);
  return selector === null ? { selector, rows: [] } : { selector, rows: findAll(row.ownerDocument, selector, COMPARED) };
}

function rowOf(name: Element): Element | null {
  const named = name.closest(ROWS);
  if (named && named.ownerDocument.body.contains(named)) return named;
  // Nothing says that it is a row: the nearest ancestor that has siblings with something in the same place.
  for (let at: Element | null = name; at && at !== name.ownerDocument.body; at = at.parentElement) {
    const element: Element = at;
    const below = pathBelow(element, name);
    const others = [...(element.parentElement?.children ?? [])].filter((other) => other !== element && isKin(element, other));
    const alike = others.filter((other) => {
      const found = below === '' ? other : below !== null ? (findAll(other, below, 1)[0] ?? null) : null;
      return found !== null && tidy(shownText(found)) !== '';
    });
    if (alike.length > 0 && alike.length * 2 >= others.length) return element;
  }
  return null;
}

/** Whether two siblings are rows of one list: the same tag, the same data attributes or classes. */
function isKin(one: Element, other: Element): boolean {
  if (one.localName !== other.localName || one.getAttribute('role') !== other.getAttribute('role')) return false;
  const names = (element: Element): string => [...element.attributes].flatMap(({ name }) => (name.startsWith('data-') ? name : [])).sort().join();
  if (names(one) !== '' || names(other) !== '') return names(one) === names(other);
  return one.localName === 'tr' || one.localName === 'li' || [...one.classList].some((name) => other.classList.contains(name)) || (one.classList.length === 0 && other.classList.length === 0);
}

/** The description that finds all of the list's rows and the fewest others. */
function describeRows(row: Element, kin: readonly Element[]): string | null {
  const page = row.ownerDocument;
  const parent = row.parentElement!;
  const tag = row.localName;
  const data = [...row.attributes].flatMap(({ name }) => (name.startsWith('data-') ? `${tag}[${name}]` : []));
  const role = row.getAttribute('role');
  const around = [...ownAnchors(parent).map((anchor) => `${anchor} > ${tag}`), ...higherAnchors(parent).map((anchor) => `${anchor} ${tag}`)];
  const candidates = [
    ...data,
    ...around,
    ...(role ? [`${tag}[role="${role}"]`] : []),
    ...classAnchors(row),
    ...classAnchors(parent).map((anchor) => `${anchor} > ${tag}`),
    `${parent.localName} > ${tag}`,
  ].filter(isSelector);
  let best: { selector: string; strangers: number } | null = null;
  for (const selector of candidates) {
    const found = findAll(page, selector, 5_000);
    if (!kin.every((one) => found.includes(one))) continue;
    const strangers = found.length - kin.length;
    if (best === null || strangers < best.strangers) best = { selector, strangers };
    if (strangers === 0) break;
  }
  return best?.selector ?? null;
}

function higherAnchors(element: Element): string[] {
  const found: string[] = [];
  for (let at = element.parentElement; at; at = at.parentElement) {
    found.push(...ownAnchors(at).filter((anchor) => anchor.startsWith('#')), ...landmark(at).filter((tag) => tag === 'main'));
  }
  return found;
}

/** Where an element stands in its row, so that the same is found in as many rows as possible. Null when it stands
 * outside of every row. */
export function placeInRow(element: Element, rows: readonly Element[]): string | null {
  const row = rows.find((one) => one.contains(element));
  if (!row) return null;
  if (row === element) return '';
  const path = pathBelow(row, element);
  const candidates = [
    ...ownAnchors(element).filter((anchor) => !anchor.startsWith('#')),
    ...cellAnchors(row, element),
    ...(path === null ? [] : [path]),
    ...classAnchors(element),
    element.localName,
  ].filter(isSelector);
  let best: { selector: string; share: number } | null = null;
  for (const selector of candidates) {
    if (findAll(row, selector, 1)[0] !== element) continue;
    const filled = rows.filter((one) => tidy(shownText(findAll(one, selector, 1)[0] ?? one.ownerDocument.createElement('i'))) !== '');
    const share = filled.length / rows.length;
    if (best === null || share > best.share) best = { selector, share };
    if (share === 1) break;
  }
  return best?.selector ?? null;
}

/** The cell of a table, and a tag in it. */
function cellAnchors(row: Element, element: Element): string[] {
  const cell = element.closest('td, th');
  if (!cell || !row.contains(cell)) return [];
  const place = pathBelow(row, cell);
  return place === null ? [] : [place, `${place} ${element.localName}`];
}

/** The number of a row's person, found without being pointed at: in the row's own data or in a link. */
export function findId(rows: readonly Element[]): IdRule | null {
  const [first] = rows;
  if (!first) return null;
  for (const element of [first, ...first.querySelectorAll('*')].slice(0, 100)) {
    const at = element === first ? '' : placeInRow(element, rows);
    if (at === null) continue;
    const named = [...element.attributes].map(({ name }) => name);
    const likely = named.filter((name) => name === 'id' || /^data-.*(?:id|no|key|code|member|customer|user)/u.test(name));
    for (const attribute of [...likely, ...(element.localName === 'a' && named.includes('href') ? ['href'] : [])]) {
      const rule = idFrom(rows, at, attribute);
      if (rule) return rule;
    }
  }
  return null;
}

/** The number in the element that a person pointed at. */
export function pointedId(element: Element, rows: readonly Element[]): IdRule | null {
  const at = placeInRow(element, rows);
  if (at === null) return null;
  const link = element.localName === 'a' ? idFrom(rows, at, 'href') : null;
  return idFrom(rows, at, null) ?? link;
}

/** A rule that gives every row a number of its own; null when there is none. `attribute` null: the text. */
function idFrom(rows: readonly Element[], at: string, attribute: string | null): IdRule | null {
  const texts = rows.map((row) => {
    const element = at === '' ? row : findAll(row, at, 1)[0];
    return (attribute === null ? element && tidy(shownText(element)) : element?.getAttribute(attribute)) ?? '';
  });
  const after = sharedStart(texts);
  for (const digits of attribute === null ? [true, false] : [false]) {
    const rule = { at, attribute, after, digits };
    const ids = texts.map((text) => takeId(text, rule));
    const numbers = ids.every((id) => id !== null && (attribute === 'id' ? /\d{3}/u : /\d/u).test(id));
    if (numbers && new Set(ids).size === ids.length && !arePlaces(ids)) return rule;
  }
  return null;
}

/** 0, 1, 2, … or 1, 2, 3, … number the rows, not the people: after the next sorting they are somebody else's. */
function arePlaces(ids: readonly (string | null)[]): boolean {
  const [first = ''] = ids;
  return ids.length > 1 && ['0', '1'].includes(first ?? '') && ids.every((id, at) => Number(id) === Number(first) + at);
}

/** What all texts begin with, up to where a word or a number of their own begins. */
function sharedStart(texts: readonly string[]): string {
  const [first = ''] = texts;
  let length = first.length;
  for (const text of texts) while (!text.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length).replace(/[\w-]*$/u, '').slice(-200);
}

/** The address of such pages: parts that look like numbers may be anything. */
export function pathPattern(path: string): string {
  const parts = segments(path).map((part) => (/\d{3}|^\d+$/u.test(part) || part.length > 40 ? '*' : part));
  return `/${parts.join('/')}`;
}

/** What a person showed, step by step. */
export interface Pointed {
  rows: Rows;
  name: Element;
  id: IdRule | null;
  followed: Element | null;
  account: Element | null;
}

/** The rule of the page; null when the name cannot be described. */
export function deriveRule({ rows, name, id, followed, account }: Pointed, url: URL): SitePage | null {
  const inList = rows.selector !== null;
  const nameAt = inList ? placeInRow(name, rows.rows) : describeAlone(name);
  const accountAt = account && describeAlone(account);
  // An account that cannot be found again must not become "always the same account".
  if (nameAt === null || (account && !accountAt)) return null;
  return {
    path: pathPattern(url.pathname),
    row: rows.selector,
    name: nameAt,
    id,
    followed: followed && (inList ? placeInRow(followed, rows.rows) : describeAlone(followed)),
    account: accountAt ? { at: accountAt } : null,
  };
}

/** The number of a page that shows one person: the last part of its address that looks like one. */
export function idOfAddress(url: URL): IdRule | null {
  const parts = segments(url.pathname);
  const at = parts.findLastIndex((part) => /^[\w-]*\d[\w-]*$/u.test(part));
  return at < 0 ? null : { segment: at + 1 };
}

/** Whether an element shows a date with a time of day. */
export const showsTime = (element: Element): boolean => japanMinute(shownText(element)) !== null;
