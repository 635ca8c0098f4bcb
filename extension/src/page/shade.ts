/** Whether a page is dark itself, whatever the person's system prefers: then so is what we draw on it. */

/** Milliseconds that a judgement holds: every host asks, often. */
const HOLDS_FOR = 1_000;
/** Backgrounds that let more than this through say nothing. */
const LEAST_ALPHA = 0.5;
/** Relative luminance (WCAG 2) below which a background is dark. */
const DARK_BELOW = 0.18;

const judged = new WeakMap<Document, { at: number; dark: boolean }>();

/** Calls back, until `signal`, when the person's system goes from light to dark or back: pages may go with it. */
export function onTurn(page: Document, tell: () => void, signal: AbortSignal): void {
  const turned = (): void => {
    judged.delete(page);
    tell();
  };
  page.defaultView!.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', turned, { signal });
}

/** Judged by the page's own background, remembered for a second. `now` in milliseconds. */
export function isDark(page: Document, now = performance.now()): boolean {
  const known = judged.get(page);
  if (known && now - known.at < HOLDS_FOR) return known.dark;
  const dark = backgroundsOf(page).map(luminanceOf).find((luminance) => luminance !== null);
  const judgement = { at: now, dark: dark !== undefined && dark! < DARK_BELOW };
  judged.set(page, judgement);
  return judgement.dark;
}

function backgroundsOf(page: Document): string[] {
  const elements = [page.body, page.documentElement].filter((element) => element !== null);
  return elements.map((element) => page.defaultView!.getComputedStyle(element).backgroundColor);
}

/** Of a computed `rgb(…)` or `rgba(…)`; null where it is transparent or written in another way. */
export function luminanceOf(colour: string): number | null {
  const numbers = /^rgba?\(([^)]*)\)$/u.exec(colour)?.[1]?.split(/[\s,/]+/u).filter(Boolean).map(Number);
  if (!numbers || numbers.length < 3 || numbers.some(Number.isNaN) || (numbers[3] ?? 1) < LEAST_ALPHA) return null;
  const [red, green, blue] = numbers.slice(0, 3).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
