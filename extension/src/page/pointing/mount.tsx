/**
 * Lets a person point at things of a page that isn't ours. Everything is drawn in a host of our own that lies over the
 * whole window, so a click means "this" and never reaches the page; the page's elements stay as they are.
 */
import { render } from 'preact';
import { shownText, tidy } from '../../dashboards/reading';
import type { SitePage } from '../../rules/site';
import { isHost, makeHost } from '../host';
import { Course } from './course';
import { POINTING_STYLES } from './styles';
import { PointingView, type Frame } from './view';

/** Milliseconds between two looks at where things stand: pages move under us. */
const LOOK_EVERY = 200;
/** Frames that are drawn around names; more is noise. */
const MOST_FRAMES = 100;

export interface PointingOptions {
  /** Rejects when the rule could not be kept. */
  save(page: SitePage): Promise<unknown>;
  stop(): void;
}

export interface PointingMount {
  close(): void;
}

export function mountPointing(page: Document, { save, stop }: PointingOptions): PointingMount {
  const view = page.defaultView!;
  const host = makeHost(page, 'ittsu-pointing', POINTING_STYLES);
  const { element, body } = host;
  const course = new Course(page);
  const ending = new AbortController();
  let aimed: Element | null = null;
  let failed = false;
  element.setAttribute('popover', 'manual');

  const draw = (): void => {
    const pointing = course.step !== 'ready';
    host.place(pointing ? OVER_ALL : IN_A_CORNER);
    render(
      <PointingView
        course={course}
        failed={failed}
        aimed={pointing && course.step !== 'check' && aimed ? frameOf(aimed) : null}
        found={pointing ? course.found.slice(0, MOST_FRAMES).map(({ anchor }) => frameOf(anchor)) : []}
        onBegin={() => act(() => course.begin())}
        onSkip={() => act(() => course.skip())}
        onStop={stop}
        onSave={() => void keep()}
        onAim={(x, y) => aim(under(x, y))}
        onPick={(x, y) => {
          aim(under(x, y));
          pick();
        }}
        onKey={key}
      />,
      body,
    );
  };

  const act = (what: () => void): void => {
    what();
    aimed = null;
    draw();
  };

  /** What of the page's lies there: ours are left out, and a picture stands for the text that it is part of. */
  const under = (x: number, y: number): Element | null => {
    const found = page.elementsFromPoint(x, y).find((candidate) => !isHost(candidate)) ?? null;
    return found && !tidy(ownText(found)) && found.localName === 'img' ? found.parentElement : found;
  };

  const aim = (next: Element | null): void => {
    if (next === aimed) return;
    aimed = next;
    draw();
  };

  const pick = (): void => {
    const target = aimed;
    if (target && course.step !== 'check') act(() => course.pick(target));
  };

  /** Arrow keys go from text to text, as far as it can be seen. */
  const key = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      const texts = textsInSight(page);
      const at = aimed ? texts.indexOf(aimed) : -1;
      const next = texts[at < 0 ? (step > 0 ? 0 : texts.length - 1) : Math.max(0, Math.min(texts.length - 1, at + step))];
      if (next) aim(next);
    } else if (event.key === 'Enter') pick();
    else return;
    event.preventDefault();
  };

  const keep = async (): Promise<void> => {
    const rule = course.rule;
    if (!rule) return;
    failed = false;
    try {
      await save(rule);
    } catch {
      // Said where the person is looking; what went wrong stands in the background's own log.
      failed = true;
      draw();
    }
  };

  const ensure = (): void => {
    if (element.parentNode !== page.documentElement) page.documentElement.append(element);
    host.mend();
    try {
      if (!element.matches(':popover-open')) element.showPopover();
    } catch {
      // The page is being torn down or shows something full screen: the next look tries again.
    }
    draw();
  };

  // Also while the page has the focus.
  view.addEventListener(
    'keydown',
    (event) => {
      if (!event.isTrusted || event.key !== 'Escape') return;
      event.stopImmediatePropagation();
      event.preventDefault();
      stop();
    },
    { capture: true, signal: ending.signal },
  );
  for (const type of SWALLOWED) body.addEventListener(type, (event) => event.stopPropagation(), { signal: ending.signal });
  view.addEventListener('scroll', draw, { capture: true, passive: true, signal: ending.signal });
  ensure();
  const timer = setInterval(ensure, LOOK_EVERY);

  return {
    close() {
      ending.abort();
      clearInterval(timer);
      render(null, body);
      element.remove();
    },
  };
}

/** What a person does over our host is not the page's to hear. */
const SWALLOWED = [
  'click', 'dblclick', 'auxclick', 'contextmenu', 'mousedown', 'mouseup', 'mousemove', 'mouseover', 'mouseout',
  'pointerdown', 'pointerup', 'pointermove', 'pointerover', 'pointerout', 'touchstart', 'touchend', 'keydown', 'keyup', 'keypress',
] as const;

const COMMON =
  'display: block !important; position: fixed !important; z-index: 2147483647 !important; margin: 0 !important; ' +
  'color-scheme: light dark !important;';
const OVER_ALL = `${COMMON} inset: 0 !important; width: 100vw !important; height: 100vh !important;`;
const IN_A_CORNER = `${COMMON} inset: auto auto 16px 16px !important; width: max-content !important;`;

function frameOf(element: Element): Frame {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { left, top, width, height };
}

/** The element's own words, without those of its children. */
const ownText = (element: Element): string =>
  [...element.childNodes].map((node) => (node.nodeType === 3 ? (node.nodeValue ?? '') : '')).join('');

/** Elements with words of their own in the window, in the page's order. */
function textsInSight(page: Document): Element[] {
  const view = page.defaultView!;
  return [...page.body.querySelectorAll('*')].filter((element) => {
    if (isHost(element) || !tidy(ownText(element)) || !tidy(shownText(element))) return false;
    const { top, bottom, left, right } = element.getBoundingClientRect();
    return bottom > 0 && right > 0 && top < view.innerHeight && left < view.innerWidth && bottom > top;
  });
}
