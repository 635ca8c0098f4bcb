// Friends from before (LINE's list, or ids in a file, after a preview), and what can be taken along as CSV.
import { ask, askFile } from '../api.js';
import { button, confirmed, facts, field, h, notice, problemNotice, section, show } from '../parts.js';
import { language, number, t, when } from '../words.js';

const PAUSE = 1_000;

export default {
  title: () => t('friends_title'),
  async show(place, context) {
    const { account } = context;
    if (account === null) {
      show(place, h('h1', {}, t('friends_title')), notice('calm', t('friends_no_account')));
      return;
    }
    show(
      place,
      h('h1', {}, t('friends_title')),
      h('p', { class: 'hint' }, t('friends_lead')),
      section(t('friends_list'), followers(account)),
      section(t('friends_file'), fromFile(account)),
      section(t('friends_links'), h('p', {}, t('friends_links_how'))),
      section(t('friends_exports'), exports(account)),
      section(t('friends_erase'), h('p', {}, t('friends_erase_how')), h('code', {}, `ittsu friend forget --account ${account.id} USER_ID`)),
    );
  },
};

/** Draw a state anew while it runs and stands on the page. */
function follow(place, read, draw) {
  const look = async () => {
    let running = true;
    try {
      const told = await read();
      running = told.state === 'running';
      draw(told, look);
    } catch (problem) {
      show(place, problemNotice(problem));
    }
    if (running) setTimeout(() => place.isConnected && void look(), PAUSE);
  };
  void look();
}

// ---- LINE's own list -----------------------------------------------------------------------------------

function followers({ id, verified }) {
  const place = h('div', { class: 'result', 'aria-live': 'polite' });
  const base = `/accounts/${id}/imports`;
  follow(
    place,
    () => ask('GET', base),
    (told, look) => {
      const act = (method) => async () => {
        await ask(method, base);
        await look();
      };
      show(
        place,
        told.state === 'none' && h('p', {}, t(verified ? 'friends_list_lead' : 'friends_list_unverified')),
        told.state === 'not_verified' && notice('amber', told.error.text),
        told.state === 'failed' && notice('red', told.error?.text ?? t('internal')),
        told.state === 'done' && notice('good', t('friends_list_done', { when: when(told.changed_at) })),
        told.state === 'stopped' && notice('calm', t('friends_list_stopped')),
        told.state === 'running' && notice('calm', told.error?.text ?? t('friends_list_running')),
        told.found > 0 &&
          facts(
            [t('friends_found'), number(told.found)],
            [t('friends_added'), number(told.added)],
            [t('friends_named'), number(told.profiles)],
            told.profiles_missing > 0 && [t('friends_nameless'), number(told.profiles_missing)],
          ),
        h(
          'div',
          { class: 'actions' },
          told.state === 'running'
            ? button(t('friends_stop'), act('DELETE'))
            : verified && button(t(told.state === 'none' ? 'friends_list_start' : 'friends_list_again'), act('POST'), { kind: told.state === 'none' ? 'primary' : '' }),
        ),
      );
    },
  );
  return place;
}

// ---- ids in a file -------------------------------------------------------------------------------------

function fromFile({ id }) {
  const base = `/accounts/${id}/imports`;
  const progress = h('div', { class: 'result', 'aria-live': 'polite' });
  const preview = h('div', { class: 'result', 'aria-live': 'polite' });
  const watch = () => follow(progress, () => ask('GET', `${base}/file`), (told, look) => drawFile(progress, told, base, look));
  const file = field(t('friends_file_choose'), { type: 'file', accept: '.csv,.txt,.tsv,text/csv,text/plain', hint: t('friends_file_hint') });
  const send = (path, column) => ask('POST', `${base}/${path}${column ? `?column=${encodeURIComponent(column)}` : ''}`, new Blob([file.input.files[0]], { type: 'text/csv' }));
  const look = async (column = null) => {
    file.clear();
    if (file.input.files.length === 0) return show(preview);
    try {
      const told = await send('preview', column);
      show(preview, told.ids === 0 ? withoutIds(told, look, links) : found(told, column));
    } catch (problem) {
      show(preview, problemNotice(problem));
    }
  };
  /** What the file of a tool would prepare: nothing is stored, each link is confirmed elsewhere by a person. */
  const links = async (dashboard, result) => {
    try {
      const told = await ask('POST', `/accounts/${id}/links/proposals?dashboard=${dashboard}`, new Blob([file.input.files[0]], { type: 'text/csv' }));
      const proposed = told.items.filter(({ match }) => match === 'proposed').length;
      show(
        result,
        facts(
          [t('friends_links_people'), number(told.people)],
          [t('friends_links_proposed'), number(proposed)],
          [t('friends_links_ambiguous'), number(told.items.length - proposed)],
          [t('friends_links_unknown'), number(told.unknown)],
          told.linked > 0 && [t('friends_links_linked'), number(told.linked)],
          told.skipped_count > 0 && [t('friends_links_skipped'), number(told.skipped_count)],
        ),
        notice('calm', t('friends_links_then')),
      );
    } catch (problem) {
      show(result, problemNotice(problem));
    }
  };
  const found = (told, column) => [
    facts(
      [t('friends_rows'), number(told.rows)],
      told.column && [t('friends_column'), told.column],
      [t('friends_ids'), number(told.ids)],
      [t('friends_known'), number(told.known)],
      [t('friends_unknown'), number(told.unknown)],
      told.doubled > 0 && [t('friends_doubled'), number(told.doubled)],
      told.broken > 0 && [t('friends_broken'), `${number(told.broken)}（${t('friends_lines', { lines: told.broken_lines.slice(0, 10).join(', ') })}）`],
      told.erased > 0 && [t('friends_erased'), number(told.erased)],
    ),
    notice('calm', h('p', {}, t('friends_file_means')), told.unknown > 0 && h('p', {}, t('friends_file_takes', { time: duration(told.seconds) }))),
    told.unknown > 0 &&
      h(
        'div',
        { class: 'actions' },
        button(
          t('friends_file_start', { number: number(told.unknown) }),
          async () => {
            try {
              await send('file', column);
            } catch (problem) {
              return show(preview, problemNotice(problem));
            }
            show(preview);
            file.input.value = '';
            watch();
          },
          { kind: 'primary' },
        ),
      ),
  ];
  file.input.addEventListener('change', () => void look());
  watch();
  return [h('p', {}, t('friends_file_lead')), file.element, preview, progress];
}

/** Nothing in it is named as LINE's user id: it prepares links at most, unless a person knows better. */
function withoutIds(told, look, links) {
  const result = h('div', { class: 'result', 'aria-live': 'polite' });
  const select = h('select', {}, told.columns.map((name) => h('option', { value: name }, name)));
  return [
    notice('amber', h('p', {}, t('friends_no_ids', { rows: number(told.rows) })), h('p', {}, t('friends_no_ids_then'))),
    h(
      'div',
      { class: 'actions' },
      button(t('friends_links_lstep'), () => links('lstep', result)),
      button(t('friends_links_lme'), () => links('lme', result)),
    ),
    result,
    told.columns.length > 0 &&
      h(
        'details',
        {},
        h('summary', {}, t('friends_has_ids')),
        h('label', { class: 'field' }, h('span', {}, t('friends_column_choose')), select),
        h('div', { class: 'actions' }, button(t('friends_column_use'), () => look(select.value))),
      ),
  ];
}

function drawFile(place, told, base, look) {
  if (told.state === 'none') return show(place);
  const stop = async () => {
    await ask('DELETE', `${base}/file`);
    await look();
  };
  const left = told.total - told.added - told.missing;
  show(
    place,
    told.state === 'running' && notice(told.error ? 'amber' : 'calm', told.error?.text ?? t('friends_file_running')),
    told.state === 'done' && notice('good', t('friends_file_done', { when: when(told.changed_at) })),
    told.state === 'stopped' && notice('calm', t('friends_list_stopped')),
    facts(
      [t('friends_added'), number(told.added)],
      told.missing > 0 && [t('friends_missing'), number(told.missing)],
      told.state === 'running' && [t('friends_left'), number(left)],
    ),
    told.state === 'running' && h('div', { class: 'actions' }, button(t('friends_stop'), stop)),
  );
}

function duration(seconds) {
  return seconds < 90 ? t('friends_seconds', { number: number(Math.max(1, seconds)) }) : t('friends_minutes', { number: number(Math.ceil(seconds / 60)) });
}

// ---- taking along --------------------------------------------------------------------------------------

function exports({ id, name }) {
  const result = h('div', { class: 'result', 'aria-live': 'polite' });
  const save = (what) => async () => {
    show(result);
    const sure = await confirmed(t('friends_export_sure'), t('friends_export_save'), h('p', {}, t('friends_export_means')));
    if (!sure) return;
    try {
      const blob = await askFile(`/accounts/${id}/exports/${what}?language=${language}`);
      const url = URL.createObjectURL(blob);
      const link = h('a', { href: url, download: `ittsu-${what}-${id}.csv` });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      show(result, notice('good', t('friends_exported')));
    } catch (problem) {
      show(result, problemNotice(problem));
    }
  };
  return [
    h('p', {}, t('friends_export_lead', { name })),
    h('div', { class: 'actions' }, ['friends', 'history', 'ledger'].map((what) => button(t(`friends_export_${what}`), save(what)))),
    result,
  ];
}
