/** Pages about one person, whose member id stands in the address: their own page, and the talk with them. */
import type { PagePerson } from './dashboard';
import { linkedMember, namedLink } from './list-page';
import type { MemberPages } from './member-pages';
import { japanMinute, shownText, tidy } from './reading';
import { SAID } from './written';

/** The person of a detail page: the table's labels say which name is LINE's and when they were added. */
export function detailedPerson(page: Document, memberId: string, pages: MemberPages): PagePerson[] {
  const lineName = labelled(page, pages.lineName);
  const name = lineName ? tidy(shownText(lineName)) : '';
  if (!lineName || !name) return [];
  return [{ memberId, name, followedAt: followedOn(page, pages), picture: null, anchor: lineName, place: 'inside' }];
}

/**
 * The person of a talk: the link to their own page outside what was said, else LINE's name among the fields beside the
 * talk. Headings are not asked: on these pages they may name the page.
 */
export function talkingPerson(page: Document, url: URL, memberId: string, pages: MemberPages): PagePerson[] {
  const lineName = labelled(page, pages.lineName);
  const shownName = lineName ? tidy(shownText(lineName)) : '';
  const followedAt = followedOn(page, pages);
  const links = [...page.querySelectorAll('a[href]')].filter((link) => linkedMember(link, url, pages) === memberId);
  const link = namedLink(links.filter((candidate) => !candidate.closest(SAID)));
  if (link) return [{ memberId, name: shownName || tidy(shownText(link)), followedAt, picture: null, anchor: link, place: 'after' }];
  return lineName && shownName ? [{ memberId, name: shownName, followedAt, picture: null, anchor: lineName, place: 'inside' }] : [];
}

function followedOn(page: Document, pages: MemberPages): string | null {
  const followed = labelled(page, pages.followed);
  return followed && japanMinute(shownText(followed));
}

/** The cell beside a label, in a table or a definition list, outside what people wrote. */
function labelled(page: Document, words: readonly string[]): Element | null {
  for (const label of page.querySelectorAll('th, dt')) {
    if (!words.includes(tidy(shownText(label))) || label.closest(SAID)) continue;
    const value = label.nextElementSibling;
    if (value && (value.localName === 'td' || value.localName === 'dd')) return value;
  }
  return null;
}
