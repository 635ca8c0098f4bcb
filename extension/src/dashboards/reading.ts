/** Reading text, ids and times off somebody else's page. Pure: no page is changed, no layout is asked for. */

/** What people write their messages in. */
export const EDITORS = 'textarea, textarea-ex, [contenteditable]:not([contenteditable="false" i])';

/** The visible words of an element. Emoji that the page draws as pictures count as their alt text. */
export function shownText(element: Element): string {
  let text = '';
  for (const node of element.childNodes) {
    if (node.nodeType === 3) text += node.nodeValue ?? '';
    else if (node.nodeType === 1) {
      const child = node as Element;
      const tag = child.localName;
      if (tag === 'img') text += child.getAttribute('alt') ?? '';
      else if (tag === 'br') text += ' ';
      else if (tag !== 'script' && tag !== 'style' && !tag.startsWith('ittsu-')) text += shownText(child);
    }
  }
  return text;
}

/** One line without surrounding space. */
export function tidy(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

const ACCOUNT_PATH = /^\/account\/(?:@|%40)([0-9a-z._-]{1,40})(?:\/|$)/iu;

/** The Basic or premium id in an OA Manager address, lower case with `@`; null for every other address. */
export function accountIdOf(url: URL): string | null {
  if (url.protocol !== 'https:' || url.hostname !== 'manager.line.biz') return null;
  const found = ACCOUNT_PATH.exec(url.pathname);
  return found ? `@${found[1]!.toLowerCase()}` : null;
}

/**
 * The ids of all links to an account in OA Manager, each once, except inside what customers or operators wrote
 * (`written`): anybody can put a link into a message or a note.
 */
export function linkedAccountIds(page: Document, url: URL, written: string): string[] {
  const ids = new Set<string>();
  for (const link of page.querySelectorAll('a[href*="manager.line.biz/account/"]')) {
    if (link.closest(written)) continue;
    const target = parseUrl(link.getAttribute('href') ?? '', url);
    const id = target && accountIdOf(target);
    if (id) ids.add(id);
  }
  return [...ids];
}

export function parseUrl(address: string, base?: URL): URL | null {
  try {
    return new URL(address, base);
  } catch {
    // Asking first whether it can be read would read every address twice.
    return null;
  }
}

/** Longer than any address of a picture that a dashboard was seen to use; it is handed on, never stored. */
const LONGEST_PICTURE = 300;

/** Where a picture comes from; null unless it is https. */
export function pictureAddress(picture: Element | null, url: URL): string | null {
  const address = parseUrl(picture?.getAttribute('src') ?? '', url);
  return picture && address?.protocol === 'https:' && address.href.length <= LONGEST_PICTURE ? address.href : null;
}

const DATE_AND_TIME =
  /(\d{4})\s*[/.\-年]\s*(\d{1,2})\s*[/.\-月]\s*(\d{1,2})\s*日?\s*(?:[(（].[)）])?\s*T?\s*(\d{1,2})\s*[:時]\s*(\d{2})/u;
const JAPAN_OFFSET_MS = 9 * 60 * 60 * 1000;

/**
 * A date with minutes as Japanese dashboards write it (「2026/11/21 10:32」, 「2026年11月21日 10時32分」), read as
 * Japan time. Null when the year or the minute is missing: half a time proves nobody.
 */
export function japanMinute(text: string): string | null {
  const found = DATE_AND_TIME.exec(text.normalize('NFKC'));
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  const shown = new Date(Date.UTC(year, month - 1, day, hour, minute));
  const real =
    shown.getUTCFullYear() === year && shown.getUTCMonth() === month - 1 && shown.getUTCDate() === day && hour < 24 && minute < 60;
  return real ? new Date(shown.getTime() - JAPAN_OFFSET_MS).toISOString() : null;
}

/** Which column of a table has one of these words in its head; null when none or the table has no head. */
export function columnNamed(table: Element, words: readonly string[]): number | null {
  const head =
    table.querySelector('thead tr') ??
    [...table.querySelectorAll('tr, [role="row"]')].find((row) => row.querySelector('th, [role="columnheader"]'));
  if (!head) return null;
  let column = 0;
  for (const cell of head.children) {
    const title = tidy(shownText(cell));
    if (words.some((word) => title.includes(word))) return column;
    column += Number(cell.getAttribute('colspan') ?? 1) || 1;
  }
  return null;
}

/** The cell of a row under that column, colspans counted. */
export function cellAt(row: Element, column: number): Element | null {
  let at = 0;
  for (const cell of row.children) {
    const width = Number(cell.getAttribute('colspan') ?? 1) || 1;
    if (column >= at && column < at + width) return cell;
    at += width;
  }
  return null;
}
