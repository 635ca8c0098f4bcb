import { describe, expect, it } from 'vitest';
import { draftOf, filledIn, formOf, partsOf, senderDisplay, tapIndex } from '../../src/panel/draft';
import { fieldErrors } from '../../src/panel/form';

describe('the customer’s view while editing', () => {
  const example = { accountName: 'さくら美容室', personaName: '花子', teammateName: '山田' };

  it('fills in what the helper will fill in, and leaves what it will refuse', () => {
    expect(filledIn('{display_name}さん、{account_name}の{persona_name}（{teammate_name}）です{foo}', example)).toBe(
      'ゆいさん、さくら美容室の花子（山田）です{foo}',
    );
  });

  it('names the sender as LINE does', () => {
    expect(senderDisplay('さくら美容室', '花子')).toBe("花子 from 'さくら美容室'");
    expect(senderDisplay('さくら美容室', ' ')).toBe('さくら美容室');
    expect(senderDisplay('さくら美容室', null)).toBe('さくら美容室');
  });

  it('shows placeholders in the list by their names', () => {
    expect(partsOf('{display_name}さん{x}')).toEqual([
      { text: '{display_name}', placeholder: 'display_name' },
      { text: 'さん', placeholder: null },
      { text: '{x}', placeholder: null },
    ]);
  });
});

describe('what is saved', () => {
  it('leaves out empty answers, and finds the faulty one all the same', () => {
    const taps = ['はい', '', '  ', 'いいえ'];
    expect(draftOf({ ...formOf(null), taps }).tap_replies).toEqual(['はい', 'いいえ']);
    expect(tapIndex(taps, 3)).toBe(1);
    expect(tapIndex(taps, 1)).toBeNull();
  });
});

describe('the helper’s faults', () => {
  const problem = {
    code: 'invalid',
    status: 422,
    detail: '入力内容を確認してください。',
    extra: { errors: [{ field: 'messages[0].text', message: '本文を入力してください / The text is empty' }] },
  };

  it('are said at their field in the browser’s language', () => {
    expect(fieldErrors(problem)).toEqual({ 'messages[0].text': '本文を入力してください' });
  });

  it('are none where the helper names none', () => {
    expect(fieldErrors({ ...problem, extra: {} })).toEqual({});
  });
});
