// What is well and what is not: this computer and each account, the worst first, each with what to do.
import { ask } from '../api.js';
import { busy, button, h, notice, section, show } from '../parts.js';
import { t, when } from '../words.js';

const WORST_FIRST = ['bad', 'warning', 'unknown', 'good', 'info'];

export default {
  title: () => t('checks_title'),
  async show(place, context) {
    const found = h('div', { class: 'checked', 'aria-live': 'polite' }, h('p', { class: 'hint' }, t('checks_running')));
    const look = async (test) => draw(found, context, await ask('GET', `/checks${test ? '?test=true' : ''}`));
    const again = button(t('checks_again'), () => look(false), { kind: 'primary' });
    show(
      place,
      h('h1', {}, t('checks_title')),
      h('p', { class: 'hint' }, t('checks_lead')),
      h('div', { class: 'actions' }, again, context.real.length > 0 && button(t('checks_test'), () => look(true))),
      found,
    );
    await busy(again, () => look(false));
  },
};

function draw(place, context, { items, failures }) {
  const bad = items.filter(({ state }) => state === 'bad').length;
  const warnings = items.filter(({ state }) => state === 'warning').length;
  const summary = bad > 0 ? notice('red', t('checks_bad', { number: bad })) : warnings > 0 ? notice('amber', t('checks_warnings', { number: warnings })) : notice('good', t('checks_good'));
  const groups = [[null, t('checks_computer')], ...context.real.map((account) => [account.id, account.name])];
  show(
    place,
    summary,
    groups.map(([id, name]) => {
      const mine = items.filter((item) => item.account_id === id);
      return mine.length > 0 && section(name, h('ul', { class: 'check-list' }, sorted(mine).map((item) => line(item, name, context))));
    }),
    failed(failures),
    section(t('checks_report'), h('p', { class: 'hint' }, t('checks_report_lead')), report(items, failures)),
  );
}

function sorted(items) {
  return [...items].sort((one, other) => WORST_FIRST.indexOf(one.state) - WORST_FIRST.indexOf(other.state));
}

function line({ id, state, text, fix, account_id: account }, name, context) {
  const mendable = id.startsWith('webhook') && ['bad', 'warning'].includes(state);
  const open = async () => {
    if (account !== context.account.id) await context.choose(account);
    context.go('receive');
  };
  return h(
    'li',
    { class: `state-${state}` },
    h('span', { class: 'state' }, t(`checks_state_${state}`)),
    // The account's name stands above already.
    h('div', {}, h('p', {}, text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text), fix && h('p', { class: 'fix' }, fix), mendable && h('div', { class: 'actions' }, button(t('checks_open'), open))),
  );
}

function failed(failures) {
  if (failures.length === 0) return null;
  const rows = failures.slice(0, 50).map((one) =>
    h('tr', {}, h('td', {}, when(one.at)), h('td', {}, h('code', {}, `${one.method} ${one.path}`)), h('td', {}, one.status ?? '–'), h('td', {}, h('code', {}, one.request_id ?? '–'))),
  );
  const head = ['checks_at', 'checks_request', 'checks_status', 'checks_request_id'].map((key) => h('th', { scope: 'col' }, t(key)));
  return section(
    t('checks_failures'),
    h('p', { class: 'hint' }, t('checks_failures_lead')),
    h('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': t('checks_failures') }, h('table', {}, h('thead', {}, h('tr', {}, head)), h('tbody', {}, rows))),
  );
}

/** For whoever helps: codes and states, without names, addresses and texts. */
function report(items, failures) {
  const lines = [
    ...items.map(({ id, state, account_id: account }) => `${state}\t${id}${account ? `\t${account}` : ''}`),
    ...failures.slice(0, 50).map((one) => `LINE\t${one.at}\t${one.method} ${one.path}\t${one.status ?? '-'}\t${one.request_id ?? '-'}`),
  ];
  const said = h('span', { role: 'status', class: 'hint' });
  const copy = button(t('checks_copy'), async () => {
    try {
      await navigator.clipboard.writeText(lines.join('\n'));
      said.textContent = t('copied');
    } catch {
      said.textContent = t('not_copied');
    }
  });
  return h('div', { class: 'actions' }, copy, said);
}
