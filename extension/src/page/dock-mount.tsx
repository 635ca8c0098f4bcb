/** Keeps exactly one dock on the page: in the top layer, where it was put, whatever the page does to it. */
import { render } from 'preact';
import { ActProvider } from '../ui/act';
import { Dock } from '../ui/dock';
import { DOCK_STYLES } from '../ui/styles';
import type { Desk } from './desk';
import { makeHost } from './host';
import type { HostWatch } from './trust';

/** Pixels that a pressed pointer may move and still be a click. */
const CLICK_SLOP = 4;
/** Where the dock starts, in pixels from the right and the top: below the line where pages have their own menus. */
const START = { right: 12, top: 48 };
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

  /** Inside the window, also after it was made smaller. */
  const place = (): void => {
    const wanted = dragged ?? desk.state?.preferences.place ?? START;
    const right = clamp(wanted.right, 0, view.innerWidth - element.offsetWidth);
    const top = clamp(wanted.top, 0, view.innerHeight - element.offsetHeight);
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

  const grab = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const start = { x: event.clientX, y: event.clientY };
    const box = element.getBoundingClientRect();
    moved = false;
    const drag = new AbortController();
    const move = (to: PointerEvent): void => {
      const [x, y] = [to.clientX - start.x, to.clientY - start.y];
      if (!moved && Math.hypot(x, y) < CLICK_SLOP) return;
      moved = true;
      dragged = { right: view.innerWidth - box.right - x, top: box.top + y };
      place();
    };
    const drop = (): void => {
      drag.abort();
      if (!dragged) return;
      const box = element.getBoundingClientRect();
      desk.remember({ place: { right: Math.round(view.innerWidth - box.right), top: Math.round(box.top) } });
      dragged = null;
    };
    view.addEventListener('pointermove', move, { capture: true, signal: drag.signal });
    view.addEventListener('pointerup', drop, { capture: true, signal: drag.signal });
    view.addEventListener('pointercancel', drop, { capture: true, signal: drag.signal });
  };

  const act = (event: Event, action: () => void): void => {
    if (host.mend() && watch.accepts(event, element)) action();
    else if (event.isTrusted) desk.stop('not_visible');
  };

  ensure();
  render(
    <ActProvider value={act}>
      <Dock desk={desk} onGrab={grab} wasClick={() => !moved} />
    </ActProvider>,
    body,
  );
  place();
  watch.watch(element, body, () => body.firstElementChild);
  const timer = setInterval(ensure, LOOK_EVERY);
  const stop = desk.subscribe(() => queueMicrotask(place));
  view.addEventListener('resize', place);

  return {
    element,
    close() {
      clearInterval(timer);
      stop();
      view.removeEventListener('resize', place);
      watch.forget(element);
      render(null, body);
      element.remove();
    },
  };
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, Math.max(least, most)));
