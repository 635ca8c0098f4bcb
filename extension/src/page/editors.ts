/** Where a page has the box that people write their answers in: the dock must not lie on it. */
import { EDITORS } from '../dashboards/reading';

/** The bar that an editor stands in, with its buttons. */
const BAR = 'form, footer, [role="form"]';
/** CSS pixels below which it is no box to write in but a trick of the page's own. */
const LEAST = { width: 80, height: 16 };
/** Shares of the window's height: a send box reaches into its lowest part, and is not most of the page. */
const REACHES = 0.6;
const BAR_AT_MOST = 0.45;

/** Looked for anew this seldom, in milliseconds: finding them takes a walk over the whole page. */
const FOUND_FOR = 2_000;

export interface Span {
  left: number;
  right: number;
}

export class Editors {
  private found: { at: number; elements: Element[] } = { at: -Infinity, elements: [] };

  constructor(private readonly page: Document) {}

  /** The top, in window coordinates, of the highest send box below which something between `left` and `right` would
   * lie; null when there is none. `least`: what must stay free above. `now` in milliseconds. */
  topWithin({ left, right }: Span, least: number, now = performance.now()): number | null {
    const { innerHeight } = this.page.defaultView!;
    let highest: number | null = null;
    for (const editor of this.editors(now)) {
      const own = editor.getBoundingClientRect();
      if (own.width < LEAST.width || own.height < LEAST.height || own.bottom < innerHeight * REACHES) continue;
      const bar = editor.closest(BAR)?.getBoundingClientRect();
      const box = bar && bar.height <= innerHeight * BAR_AT_MOST ? bar : own;
      if (box.left >= right || box.right <= left || box.top < least || box.top >= innerHeight) continue;
      highest = Math.min(highest ?? box.top, box.top);
    }
    return highest;
  }

  private editors(now: number): Element[] {
    if (now - this.found.at >= FOUND_FOR) this.found = { at: now, elements: [...this.page.querySelectorAll(EDITORS)] };
    return this.found.elements.filter((element) => element.isConnected);
  }
}
