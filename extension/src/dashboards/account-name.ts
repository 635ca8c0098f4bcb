/** The name by which a page calls its account: evidence for a binding, where no id of LINE's is shown. */
import type { AccountEvidence } from './dashboard';
import { linkedAccountIds, shownText, tidy } from './reading';
import { WRITTEN } from './written';

/** Longer texts are no name. */
const LONGEST_NAME = 80;
const ADMINISTRATOR = /[(（]管理者[)）]/u;

/** Ids in links to OA Manager, and the name after 「(管理者)」. */
export function namedAccount(page: Document, url: URL): AccountEvidence {
  return { ids: linkedAccountIds(page, url, WRITTEN), pageAccount: nameOfAdministrator(page) };
}

/**
 * The account's name: the text after 「(管理者)」 at the top of the page. It may stand in the same element or in the
 * one that follows.
 */
export function nameOfAdministrator(page: Document): string | null {
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
    if (name) return name.length <= LONGEST_NAME ? name : null;
  }
  return null;
}

/**
 * The name at the first of these selectors (strongest first) that finds one. Null when it finds two different names:
 * a list of accounts to switch to says nothing about which one is open.
 */
export function nameAt(page: Document, selectors: readonly string[]): string | null {
  for (const selector of selectors) {
    const names = new Set<string>();
    for (const element of page.querySelectorAll(selector)) {
      if (element.closest(WRITTEN)) continue;
      const name = tidy(shownText(element));
      if (name && name.length <= LONGEST_NAME) names.add(name);
    }
    if (names.size > 0) return names.size === 1 ? [...names][0]! : null;
  }
  return null;
}
