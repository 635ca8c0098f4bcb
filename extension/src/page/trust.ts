/**
 * When a click on our elements counts. A page can move, cover, fade and script whatever it likes, so a click must be a
 * person's own, on a host that has been visible for a while and is what lies under the pointer.
 */

/** Milliseconds that a host must have been visible before a click on it counts. */
export const VISIBLE_FOR = 300;
/** Milliseconds between two looks at the hosts. */
const LOOK_EVERY = 60;
/** Only every so many looks goes to hosts that were visible long enough, the more seldom while nobody touches the
 * page: asking what lies at a point is not cheap. */
const LOOK_AGAIN = { touched: 2, idle: 5 };
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
  /** Whether something of the page's lies above the host there although the pointer goes through it. `now`: looked
   * at this very moment, else what was seen a moment ago will do. */
  covered(host: Element, x: number, y: number, when: 'now' | 'lately'): boolean;
  /** The host was just put above everything else. */
  raised(host: Element): void;
  /** Calls back when the host comes into sight or goes out of it, or under something; returns how to stop that. */
  follow(host: Element, body: Element, tell: (inSight: boolean) => void): () => void;
  /** When a person last moved the pointer, the page, or pressed a key; ms of the same clock as HostWatch. */
  touchedAt(): number;
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
  private timer: ReturnType<typeof setInterval> | null = null;
  private looks = 0;

  constructor(
    private readonly sight: Sight,
    private readonly now: () => number,
    private readonly pageHidden: () => boolean = () => false,
  ) {}

  /** Begins to look at a host. `frame` is what it draws into, `body` what is there to see. */
  watch(host: Element, frame: Element, body: () => Element | null): void {
    if (this.hosts.has(host)) return;
    const watched: Watched = { body, since: null, inSight: true, stop: () => {} };
    this.hosts.set(host, watched);
    watched.stop = this.sight.follow(host, frame, (inSight) => {
      watched.inSight = inSight;
      this.lookAt(host, watched);
    });
    this.lookAt(host, watched);
    this.timer ??= setInterval(() => this.lookSometimes(), LOOK_EVERY);
  }

  forget(host: Element): void {
    this.hosts.get(host)?.stop();
    this.hosts.delete(host);
    if (this.hosts.size === 0 && this.timer !== null) {
      clearInterval(this.timer);
      this.timer = null;
    }
  }

  /** The host was just put above everything else. */
  raised(host: Element): void {
    this.sight.raised(host);
  }

  /** One look at every host. */
  look(): void {
    for (const [host, watched] of this.hosts) this.lookAt(host, watched);
  }

  private lookSometimes(): void {
    this.looks += 1;
    const touched = this.now() - this.sight.touchedAt() < IDLE_AFTER;
    const all = this.looks % (touched ? LOOK_AGAIN.touched : LOOK_AGAIN.idle) === 0;
    for (const [host, watched] of this.hosts) {
      const settled = watched.since !== null && this.now() - watched.since >= VISIBLE_FOR;
      if (all || !settled) this.lookAt(host, watched);
    }
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
    return this.sight.elementAt(x, y) === host && !this.sight.covered(host, x, y, when);
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
/** Everything that can lie in the browser's top layer, above all other elements. */
const TOP_LAYER = ':popover-open, dialog:modal, :fullscreen';
/** Milliseconds that what lies there is remembered between two looks. */
const LATELY = 110;

/** The real page. */
export function pageSight(page: Document, now: () => number, signal: AbortSignal): Sight {
  const view = page.defaultView!;
  let touched = now();
  const touch = (event: Event): void => {
    if (event.isTrusted) touched = now();
  };
  for (const type of ['pointermove', 'pointerdown', 'wheel', 'keydown']) {
    view.addEventListener(type, touch, { capture: true, passive: true, signal });
  }
  /** What was open when a host was raised, and so lies below it. */
  const below = new WeakMap<Element, Set<Element>>();
  let seen: { at: number; open: Element[] } = { at: -Infinity, open: [] };
  const openNow = (when: 'now' | 'lately'): Element[] => {
    // Finding them takes a walk over the whole page.
    if (when === 'now' || now() - seen.at > LATELY) seen = { at: now(), open: [...page.querySelectorAll(TOP_LAYER)] };
    return seen.open;
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
    covered(host, x, y, when) {
      const open = openNow(when).filter((element) => element !== host && !element.contains(host));
      const known = below.get(host);
      for (const element of known ?? []) if (!open.includes(element)) known?.delete(element);
      return open.some((element) => {
        const box = element.getBoundingClientRect();
        const there = x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
        // Our own hosts have pointer events: whether they lie above is known without this.
        return there && !known?.has(element) && !element.localName.startsWith('ittsu-');
      });
    },
    raised(host) {
      below.set(host, new Set(openNow('now').filter((element) => element !== host)));
    },
    follow(host, body, tell) {
      const inTopLayer = host.hasAttribute('popover');
      const observer = new view.IntersectionObserver((entries) => {
        const entry = entries.at(-1)!;
        // Only Chromium says `isVisible`. It is asked where the page can paint over us, and only believed where no
        // filter or fading of the page's own makes it say no to everything.
        const doubted = !inTopLayer && (entry as { isVisible?: boolean }).isVisible === false;
        // What we opened ourselves counts as lying above us, too.
        const covered = doubted && !body.querySelector(':popover-open') && !isDistorted(host, view);
        tell(entry.isIntersecting && !covered);
      }, { trackVisibility: !inTopLayer, delay: VISIBILITY_DELAY } as IntersectionObserverInit);
      observer.observe(inTopLayer ? host : body);
      return () => observer.disconnect();
    },
    touchedAt: () => touched,
  };
}

/** Whether the browser's own judgement is of no use here: it calls everything in a faded or filtered element hidden. */
function isDistorted(host: Element, view: Window): boolean {
  for (let at: Element | null = host; at; at = at.parentElement) {
    const style = view.getComputedStyle(at);
    if (style.filter !== 'none' || style.opacity !== '1' || style.mixBlendMode !== 'normal') return true;
  }
  return false;
}
