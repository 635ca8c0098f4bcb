/** Friends, accounts and states as the helper would send them. */
import type { Account, Friend, Plan, Quota, Teammate } from '../../src/helper/types';
import type { AccountState, PageState } from '../../src/messages';

export const NOW = Date.parse('2026-11-21T01:32:00.000Z');
export const at = (offset: number): string => new Date(NOW + offset).toISOString();

export const taro: Teammate = { id: 't1', name: '太郎', role: 'operator' };

export const push: Plan = { route: 'push', cost: 1, refused: null, reply_until: null, second: null, hints: [] };

export const reply = (until: number, second = true): Plan => ({
  route: 'reply',
  cost: 0,
  refused: null,
  reply_until: at(until),
  second: second ? { route: 'push', cost: 1 } : null,
  hints: [],
});

export function friend(change: Partial<Friend> = {}): Friend {
  return {
    user_id: 'U00000000000000000000000000000001',
    display_name: 'ゆい🌸',
    picture_url: null,
    stage: 'new',
    followed_at: at(-20_000),
    refollowed: false,
    blocked_at: null,
    last_received_at: null,
    dismissed: false,
    first_contact: null,
    plan: push,
    claim: null,
    mark: null,
    tags: null,
    note: null,
    assignee: null,
    ...change,
  };
}

export function account(change: Partial<Account> = {}): Account {
  return {
    id: '1000000001',
    name: 'さくら美容室',
    basic_id: '@000sakra',
    premium_id: '@sakura',
    bot_user_id: 'Uffffffffffffffffffffffffffffffff',
    picture_url: null,
    verified: false,
    chat_mode: 'chat',
    sandbox: false,
    colour: '#067a3b',
    floor: 0,
    other_tool_replies: false,
    default_template_id: null,
    default_persona_id: null,
    new_friends: 1,
    ...change,
  };
}

export const quota: Quota = {
  month: '2026-11',
  limit: 200,
  spent: 13,
  reserved: 0,
  elsewhere: 0,
  floor: 0,
  remaining: 187,
  asked_at: at(-60_000),
  resets_at: '2026-11-30T15:00:00.000Z',
};

export function accountState(change: Partial<AccountState> = {}): AccountState {
  return {
    account: account(),
    quota,
    queue: [friend()],
    heard: 0,
    templates: [
      {
        id: 'm1',
        name: 'はじめまして',
        messages: [{ type: 'text', text: '{display_name}さん、{account_name}の{persona_name}です。' }],
        tap_replies: ['はい', '予約したい'],
        persona_id: null,
      },
    ],
    personas: [{ id: 'p1', name: '花子', icon_url: null, teammate_id: null }],
    ...change,
  };
}

export function pageState(change: Partial<PageState> = {}): PageState {
  return {
    connection: 'ready',
    offlineSince: null,
    teammate: taro,
    accounts: [accountState()],
    bindings: [],
    friends: {},
    messages: {},
    era: 0,
    switchedOff: false,
    preferences: {},
    ...change,
  };
}
