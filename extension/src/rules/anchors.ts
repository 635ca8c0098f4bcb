/** Ways to describe an element of somebody else's page, the ones that last longest first: what the page's authors named
 * (ids, data attributes, roles, addresses), then where it stands, then classes. */
import { findAll, isSelector } from './selector';

/** A name that a person gave, not one that a program made for one element or one release. */
const isLasting = (name: string): boolean =>
  /^[a-z_][\w-]{0,40}$/iu.test(name) && (name.match(/\d/gu) ?? []).length <= 2 && !/^(?:css|sc|jss|ember|react)-?/iu.test(name);

const quoted = (value: string): boolean => /^[^"\\\p{Cc}]{1,80}$/u.test(value);
/** Attributes whose value says what an element is for. */
const TELLING = ['itemprop', 'name', 'headers', 'aria-label', 'data-label', 'data-title', 'role'] as const;

/** Descriptions of the element alone, without its surroundings. */
export function ownAnchors(element: Element): string[] {
  const tag = element.localName;
  const found: string[] = [];
  if (isLasting(element.id)) found.push(`#${element.id}`);
  for (const { name, value } of element.attributes) {
    if (!name.startsWith('data-') || name === 'data-ittsu') continue;
    if (isLasting(value)) found.push(`[${name}="${value}"]`);
    found.push(`${tag}[${name}]`);
  }
  const address = element.localName === 'a' ? addressPart(element.getAttribute('href') ?? '') : null;
  if (address) found.push(`a[href*="${address}"]`);
  for (const name of TELLING) {
    const value = element.getAttribute(name);
    if (value && quoted(value) && !/\d{3}/u.test(value)) found.push(`${tag}[${name}="${value}"]`);
  }
  return found.filter(isSelector);
}

/** By class: the weakest that there is. */
export function classAnchors(element: Element): string[] {
  return [...element.classList].filter(isLasting).map((name) => `${element.localName}.${name}`).filter(isSelector);
}

/** The part of a link's path before its first number: `/customers/` of `/customers/42/edit`. */
function addressPart(href: string): string | null {
  const [path = ''] = href.split(/[?#]/u);
  const named = /^(?:https?:\/\/[^/]+)?(\/(?:[a-z][a-z_-]*\/)+)(?=[^/]*\d)/iu.exec(path)?.[1] ?? null;
  return named && quoted(named) ? named : null;
}

/** Where an element stands below another: `td:nth-of-type(2) > a`. Empty for the same element; null if it isn't below. */
export function pathBelow(root: Element, element: Element): string | null {
  const steps: string[] = [];
  for (let at: Element = element; at !== root; ) {
    const parent: Element | null = at.parentElement;
    if (!parent) return null;
    const alike = [...parent.children].filter((child) => child.localName === at.localName);
    const tag = at.localName;
    steps.unshift(alike.length > 1 ? `${tag}:nth-of-type(${alike.indexOf(at) + 1})` : tag);
    at = parent;
  }
  return steps.join(' > ');
}

/** One element of a whole page, e.g. the account's name in its head. Null when nothing short describes it alone. */
export function describeAlone(element: Element): string | null {
  const page = element.ownerDocument;
  const alone = (selector: string): boolean => {
    const found = findAll(page, selector, 2);
    return found.length === 1 && found[0] === element;
  };
  const own = [...ownAnchors(element), ...classAnchors(element)].find(alone);
  if (own) return own;
  for (let root = element.parentElement; root; root = root.parentElement) {
    const below = pathBelow(root, element);
    if (below === null) return null;
    const anchors = root === page.documentElement ? ['html'] : [...ownAnchors(root), ...landmark(root), ...classAnchors(root)];
    const found = anchors.map((anchor) => `${anchor} > ${below}`).find((selector) => isSelector(selector) && alone(selector));
    if (found) return found;
  }
  return null;
}

/** Parts that a page has once by their meaning. */
export function landmark(element: Element): string[] {
  return ['header', 'main', 'nav', 'footer', 'table', 'body'].includes(element.localName) ? [element.localName] : [];
}
