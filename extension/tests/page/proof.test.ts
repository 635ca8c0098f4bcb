import { describe, expect, it } from 'vitest';
import { EvidenceMemory, judge, sameProof } from '../../src/page/proof';
import { account } from './people';

const sakura = account();
const momiji = account({ id: '1000000002', name: 'もみじ歯科', basic_id: '@222mmj', premium_id: null });
const accounts = [sakura, momiji];
const bindings = [{ dashboard: 'lstep', page_account: 'サロンさくら', account_id: sakura.id, at: '2026-11-21T00:00:00.000Z' }];
const seen = (ids: string[], pageAccount: string | null = null) => ({ ids, pageAccount });

describe('whose account a page is', () => {
  it('is proven by the Basic id or the premium id', () => {
    expect(judge(seen(['@000sakra']), accounts, [])).toMatchObject({ kind: 'proven', account: sakura, basicId: '@000sakra' });
    expect(judge(seen(['@sakura']), accounts, [])).toMatchObject({ kind: 'proven', account: sakura, basicId: '@sakura' });
    expect(judge(seen(['@sakura', '@000sakra']), accounts, []).kind).toBe('proven');
  });

  it('is another one where no account of ours has the id, whatever is bound', () => {
    expect(judge(seen(['@unknown'], 'サロンさくら'), accounts, bindings)).toEqual({ kind: 'other', shown: '@unknown' });
  });

  it('is nobody’s where two accounts are named', () => {
    expect(judge(seen(['@sakura', '@222mmj']), accounts, []).kind).toBe('contradiction');
    expect(judge(seen(['@sakura', '@unknown']), accounts, []).kind).toBe('contradiction');
    expect(judge(seen(['@unknown', '@stranger']), accounts, []).kind).toBe('contradiction');
  });

  it('is proven by a binding of the name that the page shows, and only of exactly that', () => {
    expect(judge(seen([], 'サロンさくら'), accounts, bindings)).toMatchObject({ kind: 'proven', account: sakura, basicId: null });
    expect(judge(seen([], 'サロンさくら 2号店'), accounts, bindings)).toEqual({ kind: 'unproven', pageAccount: 'サロンさくら 2号店' });
    expect(judge(seen([]), accounts, bindings)).toEqual({ kind: 'unproven', pageAccount: null });
  });

  it('is unproven where the bound account is not to be used here', () => {
    expect(judge(seen([], 'サロンさくら'), [momiji], bindings).kind).toBe('unproven');
  });

  it('is compared by account and by evidence', () => {
    const byId = judge(seen(['@sakura']), accounts, []);
    const byName = judge(seen([], 'サロンさくら'), accounts, bindings);
    expect(sameProof(byId, byId)).toBe(true);
    expect(sameProof(byId, byName)).toBe(false);
  });
});

describe('evidence within a visit', () => {
  it('still counts when its link is gone, if it had stood for a second', () => {
    const memory = new EvidenceMemory();
    memory.read('botA', seen(['@sakura']), 0);
    memory.read('botA', seen(['@sakura']), 1_000);
    expect(memory.read('botA', seen([], 'botA'), 1_500)).toEqual(seen(['@sakura'], 'botA'));
  });

  it('does not outlive the visit, nor count when it was only a leftover of the page before', () => {
    const memory = new EvidenceMemory();
    memory.read('botA', seen(['@sakura']), 0);
    memory.read('botA', seen(['@sakura']), 5_000);
    expect(memory.read('botB', seen([]), 5_100).ids).toEqual([]);
    memory.read('botB', seen(['@sakura']), 5_200);
    expect(memory.read('botB', seen([]), 5_400).ids).toEqual([]);
  });

  it('gives way to what the page says now', () => {
    const memory = new EvidenceMemory();
    memory.read('botA', seen(['@sakura']), 0);
    memory.read('botA', seen(['@sakura']), 2_000);
    expect(memory.read('botA', seen(['@222mmj']), 2_100).ids).toEqual(['@222mmj']);
  });
});
