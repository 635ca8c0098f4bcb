/**
 * Whether the whole of an element is in sight. Something that lets the pointer through can lie above it, unnoticed by
 * a look at what is under the pointer; Chromium tells of it, and of fading and distortion. Where the browser cannot
 * tell (Firefox), being in the window counts as being in sight.
 */

/** 100 ms between two answers is the shortest that Chromium offers. */
const TELL: IntersectionObserverInit & { trackVisibility: boolean; delay: number } = { trackVisibility: true, delay: 100 };

export class Uncovered {
  private readonly seen = new WeakSet<Element>();
  private readonly observer = new IntersectionObserver((changes) => {
    for (const change of changes as (IntersectionObserverEntry & { isVisible?: boolean })[]) {
      if (change.isIntersecting && change.isVisible !== false) this.seen.add(change.target);
      else this.seen.delete(change.target);
    }
  }, TELL);

  follow(element: Element): void {
    this.observer.observe(element);
  }

  forget(element: Element): void {
    this.observer.unobserve(element);
    this.seen.delete(element);
  }

  sees(element: Element): boolean {
    return this.seen.has(element);
  }

  close(): void {
    this.observer.disconnect();
  }
}
