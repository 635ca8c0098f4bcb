import { useLayoutEffect, useReducer } from 'preact/hooks';
import type { Desk } from '../page/desk';

/** Draws again whenever the desk knows something new, or the clock matters. */
export function useDesk(desk: Desk): void {
  const [, draw] = useReducer<number, void>((count) => count + 1, 0);
  // Before the first paint: what changes in between must not be missed.
  useLayoutEffect(() => desk.subscribe(() => draw()), [desk]);
}
