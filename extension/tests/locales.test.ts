import { describe, expect, it } from 'vitest';
import en from '../src/locales/en.json';
import ja from '../src/locales/ja.json';

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();

describe('the two languages', () => {
  it('have the same texts', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(ja).sort());
  });

  it('fill in the same values', () => {
    const english: Record<string, string> = en;
    for (const [key, text] of Object.entries(ja)) {
      expect(placeholders(english[key] ?? ''), key).toEqual(placeholders(text));
    }
  });
});
