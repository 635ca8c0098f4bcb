import { describe, expect, it } from 'vitest';
import { Typing } from '../../src/ui/typing';

const typed = (data: string) => ({ inputType: 'insertText', data });

describe('a change of the text', () => {
  it('is believed when it was announced, once', () => {
    const typing = new Typing();
    typing.announce(typed('あ'));
    expect(typing.believes(typed('あ'))).toBe(true);
    expect(typing.believes(typed('あ'))).toBe(false);
  });

  it('that nobody announced is a script’s', () => {
    expect(new Typing().believes(typed('半額です'))).toBe(false);
    expect(new Typing().believes({ inputType: 'deleteContentBackward', data: null })).toBe(false);
  });

  it('that slips in behind an announced one is not that one', () => {
    const typing = new Typing();
    typing.announce(typed('あ'));
    expect(typing.believes(typed('半額です'))).toBe(false);
  });

  it('is believed when pasted, cut or undone by hand', () => {
    for (const inputType of ['insertFromPaste', 'deleteByCut', 'historyUndo', 'insertLineBreak']) {
      const typing = new Typing();
      typing.announce({ inputType, data: 'x' });
      expect(typing.believes({ inputType, data: null })).toBe(true);
    }
  });

  it('by an input method is believed, however its steps are announced', () => {
    expect(new Typing().believes({ inputType: 'insertCompositionText', data: 'にほん' })).toBe(true);
  });
});
