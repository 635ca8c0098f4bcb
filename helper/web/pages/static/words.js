// What the pages say, in the browser's language: English if it is English, else Japanese.

export const language = navigator.language.toLowerCase().startsWith('en') ? 'en' : 'ja';

const book = {};

/** Read one page's words: `words/<name>.<language>.json`. */
export async function readWords(name) {
  const answer = await fetch(`/setup/static/words/${name}.${language}.json`, { credentials: 'omit' });
  Object.assign(book, await answer.json());
}

/** The words of a key, `{name}` filled from `values`. */
export function t(key, values = {}) {
  const text = book[key];
  if (text === undefined) throw new Error(`no words for ${key}`);
  return text.replaceAll(/\{([a-z_]+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

const LOCALE = language === 'en' ? 'en' : 'ja-JP';

/** A time of the API's (RFC 3339) as a person reads it here. */
export function when(time) {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));
}

/** A number with its separators. */
export function number(value) {
  return new Intl.NumberFormat(LOCALE).format(value);
}

/** The half of 「日本語 / English」 that this reader wants: so the helper says what is wrong with a field. */
export function half(text) {
  const [japanese, english] = text.split(' / ');
  return (language === 'en' ? english : japanese) ?? text;
}
