/**
 * When a click on our elements counts. A page can move, cover, fade and script whatever it likes, so a click must be a
 * person's own, on a host that has been visible for a while and is what lies under the pointer.
 */
import { isHost } from './host';

/** Milliseconds that a host must have been visible before a click on it counts. */
export const VISIBLE_FOR = 300;
/** Milliseconds between two looks at the hosts: until all were visible long enough, then while somebody touches the
 * page, then while nobody does. Asking what lies at a point is not cheap, and even waking up costs something. */
const LOOK_EVERY = { unsettled: 60, touched: 120, idle: 300 };
/** Milliseconds without a touch of pointer, wheel or key after which nobody touches the page. */
const IDLE_AFTER = 2_000;
/** A host that shines through less than this is hidden, whatever its style says. */
const LEAST_OPACITY = 0.6;

/** What is seen of a page. Behind a face because a parsed test document has no layout. */
export interface Sight {
  /** The page's element at a point of the window: our host, if the point is ours. */
  elementAt(x: number, y: number): Element | null;
  /** The product of the opacities of an element and what it stands in; 0 when it isn't rendered. */
  opacity(element: Element): number;
  /** The visible part's centre, in window coordinates; null when no part is in the window. */
  centre(element: Element): { x: number; y: number } | null;
  /** What of the page's lies above the host although the pointer may go through it: `popovers` if the host can be put
   * above all of it, `all` if not. `now`: looked at this very moment, else what was seen a moment ago will do. */
  covered(host: Element, when: 'now' | 'lately'): 'nothing' | 'popovers' | 'all';
  /** The host was just put above everything else. */
  raised(host: Element): void;
  /** Calls back when the host comes into sight or goes out of it, or under something; returns how to stop that. */
  follow(host: Element, body: Element, tell: (inSight: boolean) => void): () => void;
  /** When a person last moved the pointer, the page, or pressed a key; ms of the same clock as HostWatch. */
  touchedAt(): number;
  /** Calls back at each such touch. */
  whenTouched(tell: () => void): void;
}

interface Watched {
  /** The element inside the shadow root that a person sees. */
  body: () => Element | null;
  /** Since when it is visible without a break; null while it isn't. */
  since: number | null;
  /** The browser's own word on whether it is to be seen, where there is one. */
  inSight: boolean;
  stop: () => void;
}

export class HostWatch {
  private readonly hosts = new Map<Element, Watched>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** When the next look is due, and when all hosts were looked at last. */
  private nextAt = Infinity;
  private lookedAt = -Infinity;

  constructor(
    private readonly sight: Sight,
    private readonly now: () => number,
    private readonly pageHidden: () => boolean = () => false,
  ) {
    sight.whenTouched(() => this.lookWithin(LOOK_EVERY.touched));
  }

  /** Begins to look at a host. `frame` is what it draws into, `body` what is there to see. */
  watch(host: Element, frame: Element, body: () => Element | null): void {
    if (this.hosts.has(host)) return;
    const watched: Watched = { body, since: null, inSight: true, stop: () => {} };
    this.hosts.set(host, watched);
    watched.stop = this.sight.follow(host, frame, (inSight) => {
      watched.inSight = inSight;
      this.lookAt(host, watched);
      this.lookWithin(LOOK_EVERY.unsettled);
    });
    this.lookAt(host, watched);
    this.lookWithin(LOOK_EVERY.unsettled);
  }

  forget(host: Element): void {
    this.hosts.get(host)?.stop();
    this.hosts.delete(host);
    if (this.hosts.size === 0) this.lookNoMore();
  }

  /** The host was just put above everything else. */
  raised(host: Element): void {
    this.sight.raised(host);
  }

  /** Nodes that were taken off the page, if only for a moment that no look falls into: a host that went with them begins
   * anew. */
  takenOff(nodes: readonly Node[]): void {
    if (nodes.length === 0) return;
    const taken = new Set(nodes);
    for (const [host, watched] of this.hosts) {
      for (let at: Node | null = host; at; at = at.parentNode) {
        if (!taken.has(at)) continue;
        watched.since = null;
        break;
      }
    }
    this.lookWithin(LOOK_EVERY.unsettled);
  }

  /** Whether popovers of the page lie above the host, and nothing else: then it can be put above them. */
  canBeRaised(host: Element): boolean {
    return this.sight.covered(host, 'lately') === 'popovers';
  }

  /** One look at every host. */
  look(): void {
    this.lookedAt = this.now();
    for (const [host, watched] of this.hosts) this.lookAt(host, watched);
  }

  /** The next look is in so many milliseconds at the latest. */
  private lookWithin(ms: number): void {
    if (this.hosts.size === 0 || this.nextAt <= this.now() + ms) return;
    this.lookNoMore();
    this.nextAt = this.now() + ms;
    this.timer = setTimeout(() => {
      this.lookNoMore();
      const pause = this.now() - this.sight.touchedAt() < IDLE_AFTER ? LOOK_EVERY.touched : LOOK_EVERY.idle;
      if (this.now() - this.lookedAt >= pause) this.look();
      else for (const [host, watched] of this.unsettled()) this.lookAt(host, watched);
      this.lookWithin(this.unsettled().length > 0 ? LOOK_EVERY.unsettled : this.lookedAt + pause - this.now());
    }, ms);
  }

  private lookNoMore(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.nextAt = Infinity;
  }

  /** Hosts that are in sight, but not for long enough. */
  private unsettled(): [Element, Watched][] {
    if (this.pageHidden()) return [];
    const now = this.now();
    return [...this.hosts].filter(([, { since, inSight }]) => inSight && (since === null || now - since < VISIBLE_FOR));
  }

  private lookAt(host: Element, watched: Watched): void {
    if (this.pageHidden() || !watched.inSight || !this.visible(host, watched, 'lately')) watched.since = null;
    else watched.since ??= this.now();
  }

  /** Whether this event is a person's, on this host, and the host was visible long enough. */
  accepts(event: Event, host: Element): boolean {
    const watched = this.hosts.get(host);
    if (!event.isTrusted || !watched || watched.since === null) return false;
    if (this.now() - watched.since < VISIBLE_FOR || !this.visible(host, watched, 'now')) return false;
    const pointer = event as MouseEvent;
    if (pointer.detail > 0) return this.isOurs(host, pointer.clientX, pointer.clientY);
    // A key press has no place of its own: the button's centre must be ours instead.
    const button = event.currentTarget as Element | null;
    const place = button && this.sight.centre(button);
    return !!place && this.isOurs(host, place.x, place.y);
  }

  private isOurs(host: Element, x: number, y: number, when: 'now' | 'lately' = 'now'): boolean {
    return this.sight.elementAt(x, y) === host && this.sight.covered(host, when) === 'nothing';
  }

  private visible(host: Element, { body }: Watched, when: 'now' | 'lately'): boolean {
    const element = body();
    if (!host.isConnected || !element) return false;
    const place = this.sight.centre(element);
    if (!place || !this.isOurs(host, place.x, place.y, when)) return false;
    return this.sight.opacity(host) >= LEAST_OPACITY;
  }
}

/** Milliseconds between two of the browser's own judgements of what covers what; it takes no less. */
const VISIBILITY_DELAY = 100;
/** Milliseconds that what lies there is remembered between two looks. */
const LATELY = 110;

/** The real page. */
export function pageSight(page: Document, now: () => number, signal: AbortSignal): Sight {
  const view = page.defaultView!;
  let touched = now();
  let tellTouched = (): void => {};
  const touch = (event: Event): void => {
    if (!event.isTrusted) return;
    touched = now();
    tellTouched();
  };
  for (const type of ['pointermove', 'pointerdown', 'wheel', 'keydown']) {
    view.addEventListener(type, touch, { capture: true, passive: true, signal });
  }
  /** What was open when a host was raised, and so lies below it. A page can take it up again unnoticed, so this only
   * counts where the browser itself says what is covered. */
  const below = new WeakMap<Element, Set<Element>>();
  const browserSays = 'isVisible' in view.IntersectionObserverEntry.prototype;
  let seen: { at: number; open: Element[]; pictured: boolean } = { at: -Infinity, open: [], pictured: false };
  const look = (when: 'now' | 'lately'): typeof seen => {
    // Finding them takes a walk over the whole page.
    if (when === 'now' || now() - seen.at > LATELY) {
      seen = { at: now(), open: topLayer(page), pictured: isPictured(page) };
    }
    return seen;
  };
  return {
    elementAt: (x, y) => page.elementFromPoint(x, y),
    opacity(element) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return 0;
      // In the top layer nothing of the page shows through: only our own element counts.
      if (element.matches(':popover-open')) return Number(view.getComputedStyle(element).opacity);
      let product = 1;
      for (let at: Element | null = element; at; at = at.parentElement) {
        product *= Number(view.getComputedStyle(at).opacity);
      }
      return product;
    },
    centre(element) {
      const box = element.getBoundingClientRect();
      const left = Math.max(0, box.left);
      const right = Math.min(view.innerWidth, box.right);
      const top = Math.max(0, box.top);
      const bottom = Math.min(view.innerHeight, box.bottom);
      return right - left >= 1 && bottom - top >= 1 ? { x: (left + right) / 2, y: (top + bottom) / 2 } : null;
    },
    covered(host, when) {
      const { open, pictured } = look(when);
      if (pictured) return 'all';
      const known = below.get(host);
      for (const element of known ?? []) if (!open.includes(element)) known?.delete(element);
      // Our own hosts have pointer events: whether they lie above is known without this.
      const above = open.filter((element) => !known?.has(element) && !isHost(element) && !element.contains(host));
      if (above.length === 0) return 'nothing';
      return browserSays && above.every((element) => element.matches(':popover-open')) ? 'popovers' : 'all';
    },
    raised(host) {
      if (browserSays) below.set(host, new Set(look('now').open.filter((element) => element !== host)));
    },
    follow(host, body, tell) {
      const observer = new view.IntersectionObserver((entries) => {
        // Several may come at once, when nothing had time for the first: each counts.
        for (const entry of entries) {
          // Only Chromium says `isVisible`: nothing is painted over us, and no filter, fading or mask of what we stand in
          // changes how we look. What we opened ourselves counts as lying above us, too.
          const doubted = (entry as { isVisible?: boolean }).isVisible === false && !body.querySelector(':popover-open');
          tell(entry.isIntersecting && !doubted);
        }
      }, { trackVisibility: true, delay: VISIBILITY_DELAY } as IntersectionObserverInit);
      observer.observe(host.hasAttribute('popover') ? host : body);
      return () => observer.disconnect();
    },
    touchedAt: () => touched,
    whenTouched(tell) {
      tellTouched = tell;
    },
  };
}

/** Everything that lies in the browser's top layer, above all other elements. It paints where it likes, whatever box it
 * has: with a backdrop, a shadow, or a child that overflows. Asked for in one selector, it would take a long page four
 * times as long. */
function topLayer(page: Document): Element[] {
  const modal = [...page.getElementsByTagName('dialog')].filter((dialog) => dialog.matches(':modal'));
  const full = page.fullscreenElement;
  return [...page.querySelectorAll(':popover-open'), ...modal, ...(full ? [full] : [])];
}

/** Whether the page shows a picture of itself instead of itself (a view transition): what is seen isn't what is there. */
function isPictured(page: Document): boolean {
  // Parsed test documents have no animations.
  const running = typeof page.getAnimations === 'function' ? page.getAnimations() : [];
  return running.some(({ effect }) => (effect as KeyframeEffect | null)?.pseudoElement?.startsWith('::view-transition'));
}
