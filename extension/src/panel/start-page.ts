/** Makes an extension page's document ours: language, title, the class that the tokens hang on. */
import { language, t } from '../platform';
import '../ui/tokens.css';
import '../ui/dark-preferred.css';
import '../ui/controls.css';
import '../ui/preview.css';

/** Returns the element to draw into. */
export function startPage(title = t('options_title')): HTMLElement {
  document.documentElement.lang = language();
  document.title = title;
  document.body.className = 'ittsu';
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no root');
  return root;
}
