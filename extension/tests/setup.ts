/** The texts, in Japanese, for whatever asks the browser for them. */
import { fakeBrowser } from 'wxt/testing/fake-browser';
import ja from '../src/locales/ja.json';

const texts: Record<string, string> = ja;

fakeBrowser.i18n.getMessage = (key: string): string => texts[key] ?? '';
fakeBrowser.i18n.getUILanguage = (): string => 'ja';
