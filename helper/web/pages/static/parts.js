// Small parts that every view is made of. Text only ever becomes text: nothing here reads HTML.
import { half, t } from './words.js';

/**
 * An element: `h('p', { class: 'lead' }, 'text', child, …)`. An attribute whose name starts with `on` is a listener,
 * true is an attribute without a value, null and false leave it out; so do they as children.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  put(element, ...children);
  return element;
}

/** Add children: elements, text, lists of them. */
export function put(place, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    place.append(child instanceof Node ? child : String(child));
  }
}

/** Show these instead of what is there. */
export function show(place, ...children) {
  place.replaceChildren();
  put(place, ...children);
}

let ids = 0;

/** An id that no other element of this page has. */
export function newId() {
  ids += 1;
  return `n${ids}`;
}

/** A button; `work` gets the click, and while its promise lasts the button takes no other. */
export function button(label, work, { kind = '', ...attributes } = {}) {
  const element = h('button', { type: 'button', class: `button ${kind}`, ...attributes }, label);
  element.addEventListener('click', (event) => busy(element, () => work(event)));
  return element;
}

/** Keep a button from being pressed twice while `work` lasts. */
export async function busy(element, work) {
  if (element.getAttribute('aria-busy') === 'true') return;
  element.setAttribute('aria-busy', 'true');
  element.setAttribute('aria-disabled', 'true');
  try {
    await work();
  } finally {
    element.removeAttribute('aria-busy');
    element.removeAttribute('aria-disabled');
  }
}

/** A labelled input with a hint and a place for its error: `{ element, input, fail(text), clear() }`. */
export function field(label, { hint = null, type = 'text', tag = 'input', ...attributes } = {}) {
  const id = newId();
  const input = h(tag, { id, type: tag === 'input' ? type : null, 'aria-describedby': `${id}-hint ${id}-error`, ...attributes });
  const error = h('p', { id: `${id}-error`, class: 'field-error', role: 'alert' });
  const element = h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    hint && h('div', { id: `${id}-hint`, class: 'hint' }, hint),
    input,
    error,
  );
  const clear = () => {
    input.removeAttribute('aria-invalid');
    error.textContent = '';
  };
  // What was wrong is being mended.
  input.addEventListener('input', clear);
  return {
    element,
    input,
    fail(text) {
      input.setAttribute('aria-invalid', 'true');
      error.textContent = half(text);
      input.focus();
    },
    clear,
  };
}

/** One choice of several: `choices` are `[value, label, hint?]`; `changed(value)` is called. */
export function choice(legend, choices, chosen, changed) {
  const name = newId();
  return h(
    'fieldset',
    { class: 'choice' },
    h('legend', {}, legend),
    choices.map(([value, label, hint]) =>
      h(
        'label',
        {},
        h('input', { type: 'radio', name, checked: value === chosen, onchange: () => changed(value) }),
        h('span', {}, label, hint && h('span', { class: 'hint' }, hint)),
      ),
    ),
  );
}

/** A card with a heading. */
export function section(title, ...children) {
  const id = newId();
  return h('section', { class: 'card', 'aria-labelledby': id }, h('h2', { id }, title), children);
}

/** What a reader should know: tone `calm`, `good`, `amber` or `red`. */
export function notice(tone, ...children) {
  return h('div', { class: `notice ${tone}`, role: tone === 'calm' ? null : 'status' }, h('div', {}, children));
}

/** A refusal in the helper's own words (they come in this browser's language). */
export function problemNotice(problem) {
  if (problem.code === 'offline') return notice('red', t('offline'));
  if (problem.code === undefined) throw problem;
  const errors = (problem.body?.errors ?? []).map((error) => h('li', {}, half(error.message)));
  return notice('red', h('p', {}, problem.detail || t('internal')), errors.length > 0 && h('ul', {}, errors));
}

/** A heading's facts: `[term, value]` pairs. */
export function facts(...pairs) {
  return h(
    'dl',
    { class: 'facts' },
    pairs.filter(Boolean).map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))),
  );
}

/** Text to be copied, with its button. */
export function copyable(text, label = t('copy')) {
  const said = h('span', { role: 'status', class: 'hint' });
  const copy = button(label, async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = t('copied');
    } catch {
      said.textContent = t('not_copied');
    }
  });
  return h('div', { class: 'copyable' }, h('code', { tabindex: '0' }, text), copy, said);
}

/** LINE's own screens. */
export const MANAGER = 'https://manager.line.biz/';
export const CONSOLE = 'https://developers.line.biz/console/';

/** A link that opens beside this page. */
export function outside(label, url) {
  return h('a', { href: url, target: '_blank', rel: 'noreferrer' }, label);
}

/** Ask before something is done: resolves to whether the person said yes. `children` say what will happen. */
export function confirmed(title, yes, ...children) {
  const id = newId();
  return new Promise((resolve) => {
    const answer = (said) => () => {
      dialog.close(said);
    };
    const dialog = h(
      'dialog',
      { class: 'sure', 'aria-labelledby': id },
      h('h2', { id }, title),
      children,
      h(
        'footer',
        {},
        h('button', { type: 'button', class: 'button', autofocus: true, onclick: answer('') }, t('cancel')),
        h('button', { type: 'button', class: 'button primary', onclick: answer('yes') }, yes),
      ),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
