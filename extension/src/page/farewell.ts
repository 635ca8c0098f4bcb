/** The last word of a script that outlived its extension: the page stays open when the extension is updated, and in
 * Chrome nothing of the new one comes to it before it is loaded again. Firefox's new script clears this away itself. */
import { DOCK_STYLES } from '../ui/styles';
import { makeHost } from './host';

/** Where it stands, as the dock does at first. */
const PLACE =
  'display: block !important; position: fixed !important; inset: 48px 12px auto auto !important; ' +
  'z-index: 2147483647 !important; margin: 0 !important; width: max-content !important; color-scheme: light dark !important;';

/** Shows `words`, which had to be read while the extension was still there. A click takes it away. */
export function sayFarewell(page: Document, words: string): void {
  const { element, body, place } = makeHost(page, 'ittsu-dock', DOCK_STYLES);
  const note = page.createElement('button');
  note.type = 'button';
  note.className = 'ittsu pill';
  note.textContent = words;
  note.addEventListener('click', () => element.remove());
  const told = page.createElement('div');
  told.setAttribute('role', 'status');
  told.append(note);
  body.append(told);
  element.setAttribute('popover', 'manual');
  place(PLACE);
  page.documentElement.append(element);
  try {
    element.showPopover();
  } catch {
    // While the page shows something full screen: then it stands below that, and is seen afterwards.
  }
}
