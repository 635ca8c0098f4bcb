/** Keeps exactly one dock on the page: in the top layer, where it was put, whatever the page does to it. */
import { render } from 'preact';
import { ActProvider } from '../ui/act';
import { Dock } from '../ui/dock';
import { DOCK_STYLES } from '../ui/styles';
import { property } from '../ui/private';
import type { Desk } from './desk';
import { Editors } from './editors';
import { makeHost } from './host';
import { onTurn } from './shade';
import type { HostWatch } from './trust';

/** Pixels that a pressed pointer may move and still be a click. */
const CLICK_SLOP = 4;
/** Where the dock starts, in pixels from the right and the top: below the line where pages have their own menus. */
const START = { right: 12, top: 48 };
/** Pixels that stay free below the dock, and between it and the page's own send box. */
const BELOW = 12;
/** Pixels of height below which the dock is of no use: it then lies over what it should not. */
const LEAST_HEIGHT = 200;
/** Milliseconds after the page made the dock move in which a pointer's click does not count. */
const SETTLES_IN = 350;
/** Milliseconds between two looks at whether the dock is still there. */
const LOOK_EVERY = 400;

export interface DockMount {
  element: HTMLElement;
  close(): void;
}

export function mountDock(page: Document, desk: Desk, watch: HostWatch): DockMount {
  const host = makeHost(page, 'ittsu-dock', DOCK_STYLES);
  const { element, body } = host;
  const view = page.defaultView!;
  element.setAttribute('popover', 'manual');
  let moved = false;
  let dragged: { right: number; top: number } | null = null;

  const editors = new Editors(page);
  let stretched: number | null = null;
  let floor: number | null = null;
  let placedAt = { right: NaN, top: NaN };
  let shiftedAt = -Infinity;

  /** Inside the window, also after it was made smaller, and above the page's own send box. The page can make such a
   * box whenever it likes, so nothing moves under a pointer that is on the dock. */
  const place = (): void => {
    const wanted = dragged ?? desk.state?.preferences.place ?? START;
    const right = clamp(wanted.right, 0, view.innerWidth - element.offsetWidth);
    const end = view.innerWidth - right;
    if (!element.matches(':hover') || dragged || stretched !== null) {
      const box = editors.topWithin({ left: end - element.offsetWidth, right: end }, LEAST_HEIGHT + 2 * BELOW);
      floor = box === null ? null : box - BELOW;
    }
    const least = Math.min(LEAST_HEIGHT, view.innerHeight);
    const most = Math.max(least, Math.min(view.innerHeight - START.top - BELOW, (floor ?? Infinity) - BELOW));
    const height = stretched ?? desk.state?.preferences.height;
    host.body.style.setProperty(property('most'), `${most}px`);
    host.body.style.setProperty(property('height'), height ? `${clamp(height, least, most)}px` : 'auto');
    const top = clamp(wanted.top, 0, (floor ?? view.innerHeight) - element.offsetHeight);
    if (!dragged && (right !== placedAt.right || top !== placedAt.top)) shiftedAt = desk.now();
    placedAt = { right, top };
    host.place(
      `display: block !important; position: fixed !important; inset: ${top}px ${right}px auto auto !important; ` +
        'z-index: 2147483647 !important; margin: 0 !important; width: max-content !important; color-scheme: light dark !important;',
    );
  };

  const ensure = (): void => {
    // Also where the page has put it into something of its own, or into a frame.
    if (element.parentNode !== page.documentElement) page.documentElement.append(element);
    host.mend();
    try {
      if (watch.canBeRaised(element)) element.hidePopover();
      if (!element.matches(':popover-open')) {
        element.showPopover();
        watch.raised(element);
      }
    } catch {
      // While the page is being torn down or shows something full screen; the next look tries again.
    }
    place();
  };

  /** Follows the pointer until it is let go; `drop` is called if it was moved. */
  const follow = (event: PointerEvent, move: (x: number, y: number) => void, drop: () => void): void => {
    if (event.button !== 0) return;
    const start = { x: event.clientX, y: event.clientY };
    moved = false;
    const drag = new AbortController();
    const options = { capture: true, signal: drag.signal };
    const to = (at: PointerEvent): void => {
      const [x, y] = [at.clientX - start.x, at.clientY - start.y];
      if (!moved && Math.hypot(x, y) < CLICK_SLOP) return;
      moved = true;
      move(x, y);
      place();
    };
    const end = (): void => {
      drag.abort();
      if (moved) drop();
    };
    view.addEventListener('pointermove', to, options);
    view.addEventListener('pointerup', end, options);
    view.addEventListener('pointercancel', end, options);
  };

  const grab = (event: PointerEvent): void => {
    const box = element.getBoundingClientRect();
    follow(
      event,
      (x, y) => (dragged = { right: view.innerWidth - box.right - x, top: box.top + y }),
      () => {
        const now = element.getBoundingClientRect();
        dragged = null;
        desk.remember({ place: { right: Math.round(view.innerWidth - now.right), top: Math.round(now.top) } });
      },
    );
  };

  const stretch = (event: PointerEvent): void => {
    const box = element.getBoundingClientRect();
    follow(
      event,
      (_, y) => (stretched = Math.max(LEAST_HEIGHT, box.height + y)),
      () => {
        stretched = null;
        desk.remember({ height: Math.round(element.getBoundingClientRect().height) });
      },
    );
  };

  const act = (event: Event, action: () => void): void => {
    const aimed = (event as MouseEvent).detail > 0;
    if (aimed && desk.now() - shiftedAt < SETTLES_IN) desk.stop('list_moved');
    else if (host.mend() && watch.accepts(event, element)) action();
    else if (event.isTrusted) desk.stop('not_visible');
  };

  ensure();
  render(
    <ActProvider value={act}>
      <Dock desk={desk} onGrab={grab} onStretch={stretch} wasClick={() => !moved} />
    </ActProvider>,
    body,
  );
  /** What was drawn is measured right before it is painted, when the browser lays it out in any case. */
  let frame = 0;
  const placeSoon = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      place();
      watch.watch(element, body, () => body.firstElementChild);
    });
  };
  placeSoon();
  const timer = setInterval(() => page.hidden || ensure(), LOOK_EVERY);
  const ending = new AbortController();
  onTurn(page, ensure, ending.signal);
  const stop = desk.subscribe(placeSoon);
  view.addEventListener('resize', place);

  return {
    element,
    close() {
      clearInterval(timer);
      ending.abort();
      cancelAnimationFrame(frame);
      stop();
      view.removeEventListener('resize', place);
      watch.forget(element);
      render(null, body);
      element.remove();
    },
  };
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, Math.max(least, most)));
