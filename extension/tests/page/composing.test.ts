import { describe, expect, it } from 'vitest';
import { chosen, editedMessages, rendered, repeatedBody, sendBody } from '../../src/page/composing';
import type { Message } from '../../src/helper/types';
import { accountState, friend, taro } from './people';

const names = { friend: 'ゆい🌸', account: 'さくら美容室', persona: null, teammate: '太郎' };

describe('the text a customer will read', () => {
  it('names the customer, the account and the sender', () => {
    expect(rendered('{display_name}さん、{account_name}の{persona_name}です。{teammate_name}', { ...names, persona: '花子' })).toBe(
      'ゆい🌸さん、さくら美容室の花子です。太郎',
    );
  });

  it('says お客様 while the name is unknown', () => {
    expect(rendered('{display_name}さん、{display_name}様、{display_name}へ', { ...names, friend: null })).toBe('お客様、お客様、お客様へ');
  });

  it('does not fill in what stands in a name', () => {
    expect(rendered('{display_name}さん', { ...names, friend: '{account_name}' })).toBe('{account_name}さん');
  });
});

describe('what is chosen', () => {
  const state = accountState();

  it('is the first template and no persona at first', () => {
    expect(chosen(state, {}, taro)).toEqual({ template: state.templates[0], persona: null });
  });

  it("is the teammate's own persona, the template's before it, the one picked before both", () => {
    const personas = [
      { id: 'p1', name: '花子', icon_url: null, teammate_id: null },
      { id: 'p2', name: '太郎', icon_url: null, teammate_id: 't1' },
    ];
    const own = { ...state, personas };
    expect(chosen(own, {}, taro).persona?.id).toBe('p2');
    const templates = [{ ...state.templates[0]!, persona_id: 'p1' }];
    expect(chosen({ ...own, templates }, {}, taro).persona?.id).toBe('p1');
    expect(chosen(own, { personas: { [state.account.id]: 'p1' } }, taro).persona?.id).toBe('p1');
    expect(chosen(own, { personas: { [state.account.id]: null } }, taro).persona).toBeNull();
  });
});

describe('the request of a click', () => {
  const state = accountState();
  const choice = chosen(state, {}, taro);
  const draft = { friend: friend(), choice, edited: null, shownCost: 0 as const, basicId: '@sakura' };

  it('asks for a first contact at no more than the shown cost, for the account the page proved', () => {
    expect(sendBody(draft)).toEqual({
      user_id: friend().user_id,
      first_contact: true,
      persona_id: null,
      template_id: 'm1',
      max_cost: 0,
      expect_basic_id: '@sakura',
    });
  });

  it('carries an edited text with the one-tap answers on its last message', () => {
    const body = sendBody({ ...draft, edited: ['お久しぶりです'], basicId: null });
    expect(body).not.toHaveProperty('template_id');
    expect(body).not.toHaveProperty('expect_basic_id');
    expect(body?.messages).toEqual(editedMessages(choice.template!, ['お久しぶりです']));
    expect(body?.messages?.[0]).toEqual({
      type: 'text',
      text: 'お久しぶりです',
      quickReply: {
        items: ['はい', '予約したい'].map((text) => ({ type: 'action', action: { type: 'message', label: text, text } })),
      },
    });
  });

  it('is none without a template', () => {
    expect(sendBody({ ...draft, choice: { template: null, persona: null } })).toBeNull();
  });
});

describe('a message sent once more', () => {
  it('has the same content and persona, a new cost and no sender of its own', () => {
    const message = {
      user_id: 'U1',
      persona: { id: 'p1', name: '花子' },
      messages: [{ type: 'text', text: 'こんにちは', sender: { name: '花子' } }],
    } as unknown as Message;
    expect(repeatedBody(message, 1, '@sakura')).toEqual({
      user_id: 'U1',
      messages: [{ type: 'text', text: 'こんにちは' }],
      persona_id: 'p1',
      max_cost: 1,
      expect_basic_id: '@sakura',
    });
  });
});
