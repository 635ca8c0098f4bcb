import { describe, expect, it } from 'vitest';
import { Stillness } from '../../src/ui/still';

function list() {
  const clock = { now: 0 };
  const still = new Stillness(() => clock.now);
  still.drawn([{ key: 'yui', says: '1' }]);
  still.pointed({ clientX: 5, clientY: 5 });
  clock.now = 1_000;
  return { clock, still };
}

describe('a click on a list that moves', () => {
  it('is believed while nothing moved', () => {
    expect(list().still.believes({ detail: 1 })).toBe(true);
  });

  it('is not believed right after a new friend took the place under a resting pointer', () => {
    const { clock, still } = list();
    still.drawn([{ key: 'ken', says: '0' }, { key: 'yui', says: '1' }]);
    expect(still.believes({ detail: 1 })).toBe(false);
    clock.now += 350;
    expect(still.believes({ detail: 1 })).toBe(true);
  });

  it('is believed when the pointer came there after the move', () => {
    const { clock, still } = list();
    still.drawn([{ key: 'ken', says: '0' }, { key: 'yui', says: '1' }]);
    clock.now += 10;
    still.pointed({ clientX: 40, clientY: 5 });
    expect(still.believes({ detail: 1 })).toBe(true);
  });

  it('is not believed right after its cost went from free to one', () => {
    const { still } = list();
    still.drawn([{ key: 'yui', says: '0' }]);
    expect(still.believes({ detail: 1 })).toBe(false);
  });

  it('is believed from the keyboard, whose focus moves with the button', () => {
    const { still } = list();
    still.drawn([{ key: 'ken', says: '0' }, { key: 'yui', says: '1' }]);
    expect(still.believes({ detail: 0 })).toBe(true);
  });
});
