/**
 * The selectors that a rule may use: a small part of CSS, so that a rule from a file can be shown, understood and
 * run at no cost. No commas, no `:has`, no escapes.
 */

/** UTF-16 units of a selector, and elements on its way. */
export const LONGEST_SELECTOR = 300;
const MOST_STEPS = 12;

const TAG = /^(?:[a-z][a-z0-9-]*|\*)/u;
const PART = /^(?:#[a-z_][\w-]*|\.[a-z_][\w-]*|\[[a-z][\w-]*(?:[*^$]?="[^"\\\p{Cc}]*")?\]|:nth-of-type\(\d{1,3}\))/iu;
const STEP = /^(?: > | )/u;

export function isSelector(text: string): boolean {
  if (text.length === 0 || text.length > LONGEST_SELECTOR) return false;
  let rest = text;
  for (let steps = 1; steps <= MOST_STEPS; steps += 1) {
    const after = withoutCompound(rest);
    if (after === null) return false;
    if (after === '') return true;
    const step = STEP.exec(after);
    if (!step) return false;
    rest = after.slice(step[0].length);
  }
  return false;
}

/** What follows the first element's description; null when there is none. */
function withoutCompound(text: string): string | null {
  let rest = text.replace(TAG, '');
  for (;;) {
    const part = PART.exec(rest);
    if (!part) return rest === text ? null : rest;
    rest = rest.slice(part[0].length);
  }
}

type Root = Document | Element;

/** The first element found; null also where the browser does not take the selector. */
export function findOne(root: Root, selector: string): Element | null {
  return findAll(root, selector, 1)[0] ?? null;
}

/** The elements found, at most so many; none where the browser does not take the selector. */
export function findAll(root: Root, selector: string, most: number): Element[] {
  if (!isSelector(selector)) return [];
  try {
    if (most === 1) return [root.querySelector(selector)].filter((element) => element !== null);
    return [...root.querySelectorAll(selector)].slice(0, most);
  } catch (error) {
    if (error instanceof Error && error.name === 'SyntaxError') return [];
    throw error;
  }
}
