/**
 * Protects an aimed click: when a friend arrives the list moves down, and when free seconds run out a button's cost
 * changes. A click that follows at once was meant for what stood there before.
 */

/** Milliseconds after a change in which only a pointer that moved since then is believed. */
const SETTLES_IN = 350;

export class Stillness {
  private places = new Map<string, string>();
  private changedAt = -Infinity;
  private pointer = { x: NaN, y: NaN, movedAt: -Infinity };

  constructor(private readonly now: () => number) {}

  /** What is drawn: each button's key in order, with what it says. New ones below the others move nothing. */
  drawn(buttons: readonly { key: string; says: string }[]): void {
    const places = new Map(buttons.map(({ key, says }, at) => [key, `${at} ${says}`]));
    for (const [key, place] of this.places) {
      const now = places.get(key);
      if (now !== undefined && now !== place) this.changedAt = this.now();
    }
    this.places = places;
  }

  /** Every pointer event over the panel. */
  pointed({ clientX: x, clientY: y }: { clientX: number; clientY: number }): void {
    if (x !== this.pointer.x || y !== this.pointer.y) this.pointer = { x, y, movedAt: this.now() };
  }

  /** Whether a click now was aimed at what is drawn now. Key presses are: the focus moves with its button. */
  believes(event: { detail: number }): boolean {
    if (event.detail === 0) return true;
    return this.now() - this.changedAt >= SETTLES_IN || this.pointer.movedAt > this.changedAt;
  }
}
