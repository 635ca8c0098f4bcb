/** OA Chat's page and the demo page shaped like it: the talk that is open, and the links that prove the account. */
import type { AccountEvidence, PagePerson } from './dashboard';
import { EDITORS, linkedAccountIds, shownText, tidy } from './reading';

/** What customers and operators write; a link in there proves nothing. The strongest anchors first. */
const WRITTEN = [
  '.chat-body',
  '.chat-item',
  '.chat-item-text',
  '.list-group-item-chat',
  '[class*="message" i]',
  '[class*="note" i]',
  '[class*="memo" i]',
  '[contenteditable]',
  'textarea-ex',
].join(',');

/** The open person's name. Class names are the weakest anchor: the heading's role is the fallback. */
const OPEN_NAME = ['.sub-header h4', '#content-primary ~ * h4', 'main h4', '[role="heading"][aria-level="4"]', 'h4'] as const;

export const TALK_PATH = /^\/([^/]+)\/chat\/(U[0-9a-f]{32})\/?$/u;

/** `bot` is the page's own id of the account: good for a binding, never for a send. */
export function chatAccount(page: Document, url: URL, bot: string | null): AccountEvidence {
  return { ids: linkedAccountIds(page, url, WRITTEN), pageAccount: bot };
}

/** At a talk's address there is something to write in, but nobody's name where we look for it. */
export const talkChanged = (page: Document, people: readonly PagePerson[]): boolean =>
  people.length === 0 && page.querySelector(EDITORS) !== null;

/** The person whose talk is open: the id from the address (rows' hrefs are unreliable), the name from the heading. */
export function openPerson(page: Document, memberId: string): PagePerson[] {
  for (const selector of OPEN_NAME) {
    const anchor = [...page.querySelectorAll(selector)].find((heading) => !heading.closest(WRITTEN));
    const name = anchor ? tidy(shownText(anchor)) : '';
    if (anchor && name) return [{ memberId, name, followedAt: null, picture: null, anchor, place: 'after' }];
  }
  return [];
}
