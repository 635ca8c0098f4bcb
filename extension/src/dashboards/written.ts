/** Where customers and operators write freely. What stands there proves nothing: not an account, not a person. */

/** On pages around a table. */
export const WRITTEN = [
  'table',
  '[class*="memo" i]',
  '[class*="note" i]',
  '[class*="message" i]',
  '[class*="chat" i]',
  '[contenteditable]',
].join(',');

/** On pages around a conversation, where the word "chat" may stand in the class of anything. */
export const SAID = [
  '[role="log"]',
  '[class*="message" i]',
  '[class*="bubble" i]',
  '[class*="balloon" i]',
  '[class*="chat-body" i]',
  '[class*="chat-item" i]',
  '[class*="memo" i]',
  '[class*="note" i]',
  '[contenteditable]',
].join(',');
