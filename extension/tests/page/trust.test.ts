// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostWatch, type Sight } from '../../src/page/trust';

let now = 0;
let opacity = 1;
let atPoint: Element | null;
let covered: ReturnType<Sight['covered']>;
let tell: (inSight: boolean) => void;
let touchedAt: number;
let touch: () => void;
let host: HTMLElement;
let button: HTMLElement;
let watch: HostWatch;

const sight: Sight = {
  elementAt: () => atPoint,
  opacity: () => opacity,
  centre: () => ({ x: 10, y: 10 }),
  covered: () => covered,
  raised: () => {},
  follow: (_host, _body, listener) => {
    tell = listener;
    return () => {};
  },
  touchedAt: () => touchedAt,
  whenTouched: (listener) => (touch = listener),
};

/** A click as the browser would report a person's; scripts cannot make a trusted one. */
const click = (change: Partial<{ isTrusted: boolean; detail: number }> = {}): Event =>
  ({ isTrusted: true, detail: 1, clientX: 10, clientY: 10, currentTarget: button, ...change }) as unknown as Event;

const pass = (ms: number): void => {
  now += ms;
  watch.look();
};

beforeEach(() => {
  now = 0;
  touchedAt = 0;
  opacity = 1;
  covered = 'nothing';
  host = document.createElement('ittsu-dock');
  button = document.createElement('button');
  document.body.append(host);
  atPoint = host;
  watch = new HostWatch(sight, () => now);
  watch.watch(host, button, () => button);
  return () => {
    watch.forget(host);
    host.remove();
  };
});

describe('a click on our element', () => {
  it("counts when it is a person's, on what was visible for 300 ms", () => {
    pass(300);
    expect(watch.accepts(click(), host)).toBe(true);
  });

  it('made by a script never counts', () => {
    pass(1_000);
    expect(watch.accepts(new MouseEvent('click', { bubbles: true, detail: 1 }), host)).toBe(false);
    expect(watch.accepts(click({ isTrusted: false }), host)).toBe(false);
  });

  it('does not count too early', () => {
    pass(299);
    expect(watch.accepts(click(), host)).toBe(false);
  });

  it('does not count when something was drawn over it, and only 300 ms after that went away', () => {
    pass(1_000);
    atPoint = document.body;
    expect(watch.accepts(click(), host)).toBe(false);
    pass(100);
    atPoint = host;
    pass(100);
    expect(watch.accepts(click(), host)).toBe(false);
    pass(300);
    expect(watch.accepts(click(), host)).toBe(true);
  });

  it('does not count under something that the pointer goes through', () => {
    pass(1_000);
    covered = 'popovers';
    expect(watch.accepts(click(), host)).toBe(false);
  });

  it('does not count right after the host was gone, however shortly', () => {
    pass(1_000);
    tell(false);
    tell(true);
    pass(60);
    expect(watch.accepts(click(), host)).toBe(false);
    pass(300);
    expect(watch.accepts(click(), host)).toBe(true);
  });

  it('does not count right after the host, or what it stands in, was off the page between two looks', () => {
    pass(1_000);
    for (const taken of [host, document.body]) {
      watch.takenOff([document.createElement('p'), taken]);
      expect(watch.accepts(click(), host)).toBe(false);
      pass(0);
      pass(299);
      expect(watch.accepts(click(), host)).toBe(false);
      pass(1);
      expect(watch.accepts(click(), host)).toBe(true);
    }
    watch.takenOff([document.createElement('p'), button]);
    expect(watch.accepts(click(), host)).toBe(true);
  });

  it('does not count while the browser itself calls the host covered', () => {
    tell(false);
    pass(1_000);
    expect(watch.accepts(click(), host)).toBe(false);
    tell(true);
    pass(300);
    expect(watch.accepts(click(), host)).toBe(true);
  });

  it('does not count on a host that was faded, or is', () => {
    opacity = 0.05;
    pass(1_000);
    opacity = 1;
    expect(watch.accepts(click(), host)).toBe(false);
    pass(100);
    pass(400);
    expect(watch.accepts(click(), host)).toBe(true);
    opacity = 0.05;
    expect(watch.accepts(click(), host)).toBe(false);
  });

  it('by the keyboard needs the button itself to be in sight', () => {
    pass(500);
    expect(watch.accepts(click({ detail: 0 }), host)).toBe(true);
    atPoint = document.body;
    expect(watch.accepts(click({ detail: 0 }), host)).toBe(false);
  });

  it('on a host that nobody watches never counts', () => {
    pass(500);
    watch.forget(host);
    expect(watch.accepts(click(), host)).toBe(false);
  });
});

describe('between clicks', () => {
  /** Times at which it was looked whether the host is covered. */
  let looks: number[];

  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
    looks = [];
    const noting: Sight = {
      ...sight,
      covered: () => {
        looks.push(Date.now());
        return covered;
      },
    };
    watch = new HostWatch(noting, () => Date.now());
    watch.watch(host, button, () => button);
  });
  afterEach(() => void vi.useRealTimers());

  const looksUntil = (time: number): number[] => {
    vi.advanceTimersByTime(time - Date.now());
    return looks.splice(0);
  };

  it('it is looked at often until it was visible long enough, then the more seldom while nobody touches the page', () => {
    touchedAt = -10_000;
    expect(looksUntil(300)).toEqual([0, 60, 120, 180, 240]);
    expect(looksUntil(1_500)).toEqual([360, 660, 960, 1_260]);
  });

  it('it is looked at sooner again from the first touch on', () => {
    touchedAt = -10_000;
    looksUntil(1_300);
    touchedAt = 1_300;
    touch();
    expect(looksUntil(1_700)).toEqual([1_420, 1_540, 1_660]);
  });

  it('a while under something is noticed, also when nobody touches the page', () => {
    touchedAt = -10_000;
    looksUntil(1_250);
    covered = 'all';
    looksUntil(1_550);
    covered = 'nothing';
    looksUntil(1_600);
    expect(watch.accepts(click(), host)).toBe(false);
    looksUntil(2_000);
    expect(watch.accepts(click(), host)).toBe(true);
  });
});
