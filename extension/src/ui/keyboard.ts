/** Working in the dock by keyboard: into it, from friend to friend, and back to where one was. */

/** The next friend for an arrow key; null for other keys and at the ends. */
const STEPS: Record<string, (at: number, count: number) => number> = {
  ArrowDown: (at, count) => Math.min(at + 1, count - 1),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** For the list: moves the focus to another friend, there onto the button that sends, where there is one. */
export function moveBetweenFriends(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement;
  const target = event.target as HTMLElement;
  const step = STEPS[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || target.matches('input, textarea, select')) return;
  const friends = [...list.querySelectorAll<HTMLElement>('.friend')];
  const at = friends.findIndex((friend) => friend.contains(target));
  const next = friends[step(at, friends.length)];
  if (!next) return;
  event.preventDefault();
  focusFriend(next);
}

function focusFriend(friend: HTMLElement): void {
  const button = friend.querySelector<HTMLElement>('.offer .button:not(:disabled), .undo:not(:disabled)');
  (button ?? friend).focus({ preventScroll: true });
  friend.scrollIntoView({ block: 'nearest' });
}

/** Into the dock: to the friend whose preview is shown, else to the first thing that can be used. */
export function enter(dock: HTMLElement): void {
  const friend = dock.querySelector<HTMLElement>('.friend.selected') ?? dock.querySelector<HTMLElement>('.friend');
  if (friend) focusFriend(friend);
  else dock.querySelector<HTMLElement>('button:not(:disabled)')?.focus({ preventScroll: true });
}

/** A key that is held down presses once: the focus goes from the button that sends to the one that undoes. */
export function pressOnce(event: KeyboardEvent): void {
  if (event.repeat && (event.key === 'Enter' || event.key === ' ') && (event.target as Element).matches('button')) {
    event.preventDefault();
  }
}
