// The frame around the views: pairs by the one-time link, knows the accounts, shows the chosen view.
import { ask, isPaired, onLost, pair } from './api.js';
import { button, h, notice, problemNotice, section, show } from './parts.js';
import { language, readWords, t } from './words.js';

/** The views, in the order of their use: `views/<name>.js` with `words/<name>.<language>.json`. */
const VIEWS = ['connect', 'receive', 'friends', 'senders', 'checks'];

const ACCOUNT = 'ittsu-page-account';
const page = document.getElementById('page');
const views = new Map();
let leave = () => {};
let context = null;

async function start() {
  document.documentElement.lang = language;
  await readWords('shared');
  onLost(() => showDoor(null));
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code !== null) {
    // It works once; nobody needs it in the history.
    history.replaceState(null, '', location.pathname);
    try {
      await pair(code);
    } catch (problem) {
      if (!isPaired()) return showDoor(problem);
    }
  }
  if (!isPaired()) return showDoor(null);
  for (const name of VIEWS) {
    await readWords(name);
    views.set(name, (await import(`./views/${name}.js`)).default);
  }
  window.addEventListener('hashchange', () => void showView());
  return reload();
}

/** Read anew who is asking and which accounts there are, and show the view that is chosen. */
async function reload() {
  try {
    const [me, accounts] = [await ask('GET', '/me'), (await ask('GET', '/accounts')).items];
    const real = accounts.filter((account) => !account.sandbox);
    const known = sessionStorage.getItem(ACCOUNT);
    const account = real.find((one) => one.id === known) ?? real[0] ?? null;
    context = { me, accounts, real, account, reload, go, choose };
  } catch (problem) {
    if (isPaired()) showFailure(problem);
    return;
  }
  await showView();
}

/** Make another account the one that the views are about. */
async function choose(accountId) {
  sessionStorage.setItem(ACCOUNT, accountId);
  await reload();
}

/** Go to another view. */
function go(name) {
  if (location.hash === `#${name}`) void showView();
  else location.hash = name;
}

async function showView() {
  leave();
  leave = () => {};
  const wanted = location.hash.slice(1);
  const name = views.has(wanted) ? wanted : VIEWS[0];
  const view = views.get(name);
  const main = h('main', { id: 'view', tabindex: '-1' });
  document.title = view ? `${view.title()} – Ittsu` : 'Ittsu';
  show(page, h('div', { class: 'frame' }, menu(name), main));
  if (!view) return;
  try {
    leave = (await view.show(main, context)) ?? (() => {});
  } catch (problem) {
    show(main, problemNotice(problem), button(t('again'), reload));
  }
}

function menu(chosen) {
  const links = [...views].map(([name, view]) =>
    h('a', { href: `#${name}`, 'aria-current': name === chosen ? 'page' : null }, view.title()),
  );
  return h(
    'header',
    { class: 'menu' },
    h('div', { class: 'mark' }, h('img', { src: '/setup/static/mark.svg', alt: '', width: 28, height: 28 }), 'Ittsu'),
    context.real.length > 1 && accountChoice(),
    h('nav', { 'aria-label': t('menu') }, links),
    h('p', { class: 'hint' }, t('signed_in', { name: context.me.name })),
  );
}

function accountChoice() {
  const choices = context.real.map((account) =>
    h('option', { value: account.id, selected: account.id === context.account.id }, account.name),
  );
  const select = h('select', { onchange: () => void choose(select.value) }, choices);
  return h('label', { class: 'account' }, h('span', { class: 'hint' }, t('account')), select);
}

/** Nobody is let in without a link: say how to get one. */
function showDoor(problem) {
  leave();
  leave = () => {};
  show(
    page,
    h(
      'main',
      { class: 'door' },
      problem && problemNotice(problem),
      section(t('door_title'), h('p', {}, t('door_lead')), h('p', {}, t('door_how')), h('p', { class: 'hint' }, t('door_why'))),
    ),
  );
}

function showFailure(problem) {
  show(page, h('main', { class: 'door' }, problem.code ? problemNotice(problem) : notice('red', t('internal')), button(t('again'), reload)));
}

void start();
