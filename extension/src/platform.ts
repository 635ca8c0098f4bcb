/** The one door to the browser and to WXT: everything else is plain TypeScript that runs in a test. */
import { browser } from 'wxt/browser';
import { i18n } from '#i18n';

export { browser };

/** A text of src/locales in the browser's language: English if it is English, else Japanese. `{name}` are filled in. */
export const t = i18n.t;

/** The language of the texts, for the helper's words and for dates. */
export function language(): 'ja' | 'en' {
  return browser.i18n.getUILanguage().toLowerCase().startsWith('en') ? 'en' : 'ja';
}

/** The extension's version, as its manifest has it. */
export const version = (): string => browser.runtime.getManifest().version;
