/** Whether a page is still built as it was when its file was written. The fast finder reads rows; the slow one here
 * looks at the whole page in another way. Where they disagree, the page has changed and nothing may be guessed. */
import type { PagePerson } from './dashboard';
import { linkedMember } from './list-page';
import type { MemberPages } from './member-pages';
import { shownText, tidy } from './reading';

/** Links in these lead to people whom the list need not show. */
const ASIDE = 'nav, header, footer, aside, [role="navigation"], [role="complementary"]';
/** So many people or fields must be there to speak of a list or a form: one may be a stray link or a heading. */
const SEVERAL = 2;

/**
 * At a list's address: there are rows and nobody was found, or the page links to more people outside the rows that
 * were understood than inside. Single odd rows are no drift: they are left alone.
 */
export function listChanged(page: Document, url: URL, pages: MemberPages, people: readonly PagePerson[]): boolean {
  const found = new Set(people.map(({ memberId }) => memberId));
  const missed = [...linkedMembers(page, url, pages)].filter((memberId) => !found.has(memberId)).length;
  if (missed >= SEVERAL && missed > found.size) return true;
  return found.size === 0 && hasForeignRows(page);
}

/** Everybody to whose own page this page links, whatever its rows are made of. */
export function linkedMembers(page: Document, url: URL, pages: MemberPages): Set<string> {
  const members = new Set<string>();
  for (const link of page.querySelectorAll('a[href]')) {
    const member = linkedMember(link, url, pages);
    if (member !== null && !members.has(member) && !link.closest(ASIDE)) members.add(member);
  }
  return members;
}

/** A table that has rows with several cells of text, while we understood none. */
function hasForeignRows(page: Document): boolean {
  for (const row of page.querySelectorAll('tr, [role="row"]')) {
    if (row.closest('thead')) continue;
    const cells = [...row.children].filter(
      (cell) => (cell.localName === 'td' || /^(grid)?cell$/u.test(cell.getAttribute('role') ?? '')) && tidy(shownText(cell)),
    );
    if (cells.length >= 2) return true;
  }
  return false;
}

/** At a person's own page, where nobody was found: there are fields with labels, but none of those that we know. */
export function detailChanged(page: Document): boolean {
  const fields = [...page.querySelectorAll('th, dt')].filter(
    ({ nextElementSibling: value }) => (value?.localName === 'td' || value?.localName === 'dd') && tidy(shownText(value)),
  );
  return fields.length >= SEVERAL;
}
