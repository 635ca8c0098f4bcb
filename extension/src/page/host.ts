/** Our elements in somebody else's page: plain elements with a dashed name (custom elements are not to be had in a
 * content script's world) and a closed shadow root that the page can neither read nor restyle. */

import { privately } from '../ui/private';
import { isDark } from './shade';

export type HostName = 'ittsu-dock' | 'ittsu-row' | 'ittsu-pointing';

export interface Host {
  element: HTMLElement;
  root: ShadowRoot;
  /** What is drawn into. */
  body: HTMLElement;
  /** Replaces the host's own declarations, e.g. to move it: an inline style would lose to `all: initial !important`. */
  place(declarations: string): void;
  /** Puts back style sheets that were lost: a page that moves the host into a frame and back takes them away. True
   * when nothing was lost. Also follows the page into the dark and back. */
  mend(): boolean;
}

/** Of the host itself, against the page's rules: important ones inside a shadow root win over the page's own. What
 * can be selected, the page's script could read as the selection's text: nothing can, but in the fields to type in. */
const DEFENDED =
  'all: initial !important; direction: ltr !important; unicode-bidi: isolate !important; ' +
  'pointer-events: auto !important; visibility: visible !important; ' +
  '-webkit-user-select: none !important; user-select: none !important;';

/** Hosts that were made here. A page can give its own elements our names. */
const made = new WeakSet<Node>();

/** Whether a node of the page is one of our hosts. */
export const isHost = (node: Node): boolean => made.has(node);

export function makeHost(page: Document, name: HostName, styles: string): Host {
  const element = page.createElement(name);
  made.add(element);
  const root = element.attachShadow({ mode: 'closed' });
  const body = page.createElement('div');
  body.className = 'ittsu';
  body.classList.toggle('dark', isDark(page));
  const own = addSheet(page, root, null, () => '');
  addSheet(page, root, styles, () => privately(styles));
  const sheets = [...root.adoptedStyleSheets];
  const mend = (): boolean => {
    const whole = sheets.every((sheet, at) => root.adoptedStyleSheets[at] === sheet);
    if (!whole) root.adoptedStyleSheets = sheets;
    body.classList.toggle('dark', isDark(page));
    return whole;
  };
  root.append(body);
  let placed = '';
  const place = (declarations: string): void => {
    if (declarations === placed) return;
    placed = declarations;
    // The dock's backdrop would lie above our own rows, unseen, and make them count as covered.
    own(`:host { ${DEFENDED} ${declarations} } :host::backdrop { display: none !important; }`);
  };
  place('display: block !important;');
  return { element, root, body, place, mend };
}

/** Parsed once for all rows of a page. */
const shared = new Map<string, CSSStyleSheet>();

/**
 * Adds a style sheet and returns how to replace its text; sheets with the same `name` are one. Constructed sheets
 * need no leave of the page's content security policy. Firefox keeps those of the page's and of the script's world
 * apart and refuses them: a style element does there, which Firefox allows to content scripts.
 */
function addSheet(page: Document, root: ShadowRoot, name: string | null, text: () => string): (text: string) => void {
  try {
    const sheet = (name !== null && shared.get(name)) || new CSSStyleSheet();
    if (name === null || !shared.has(name)) sheet.replaceSync(text());
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    if (name !== null) shared.set(name, sheet);
    return (next) => sheet.replaceSync(next);
  } catch {
    const element = page.createElement('style');
    element.textContent = text();
    root.append(element);
    return (next) => {
      element.textContent = next;
    };
  }
}

/** Takes away elements with our rows' name that are not ours: a page that copies its rows copies our hosts with them,
 * empty, and they would stand there as if somebody was recognised. */
export function removeCopies(page: Document): void {
  for (const element of [...page.getElementsByTagName('ittsu-row')]) if (!isHost(element)) element.remove();
}

/** Takes away what an earlier copy of this script left behind: an update of the extension orphans the old one. */
export function removeLeftovers(page: Document): void {
  for (const element of page.querySelectorAll('ittsu-dock, ittsu-row, ittsu-pointing')) element.remove();
}
