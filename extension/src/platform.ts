/** The one door to the browser and to WXT: everything else is plain TypeScript that runs in a test. */
import { browser } from 'wxt/browser';
import { i18n } from '#i18n';

export { browser };

/** A text of src/locales in the browser's language: English if it is English, else Japanese. `$1`… are filled in. */
export const t = i18n.t;
