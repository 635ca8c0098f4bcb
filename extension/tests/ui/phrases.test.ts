/** What only a restore can bring: friends and messages of which nobody knows whether something went out. */
import { describe, expect, it, vi } from 'vitest';
import ja from '../../src/locales/ja.json';

vi.mock('../../src/platform', () => ({
  t: (key: keyof typeof ja) => ja[key],
  language: () => 'ja',
  browser: {},
}));

const { contactedBy, problemText, refusal } = await import('../../src/ui/phrases');

const contact = { message_id: null, at: '2026-11-21T10:32:00.000Z', teammate: null, persona: null, route: 'restored' };
const now = Date.parse('2026-11-21T12:00:00.000Z');

describe('after a restore', () => {
  it('a friend who may have been greeted is not called contacted', () => {
    expect(contactedBy(contact, now)).toBe('連絡済みかもしれません（バックアップから復元）');
    expect(contactedBy({ ...contact, route: 'other' }, now)).not.toContain('バックアップ');
  });

  it('a count that LINE was not asked for is not called used up', () => {
    expect(refusal('quota_unknown')).toBe('残りの通数をLINEに確認しています');
    expect(problemText({ status: 409, code: 'quota_unknown', detail: '', extra: {} }, now)).toBe(refusal('quota_unknown'));
  });
});
