// Connecting an account: what will be possible, then the secrets, then what LINE says and what no API shows.
import { ask } from '../api.js';
import { CONSOLE, MANAGER, button, choice, confirmed, copyable, facts, field, h, notice, outside, problemNotice, section, show } from '../parts.js';
import { number, t, when } from '../words.js';

/** What no API shows, in the order of LINE's screens: the ends of the words' keys. */
const CHECKS = ['redelivery', 'auto_response', 'greeting', 'hours'];
const ADDING = 'ittsu-page-adding';
/** What was just done or went wrong, told once above the account. */
let told = null;

export default {
  title: () => t('connect_title'),
  async show(place, context) {
    if (context.account && sessionStorage.getItem(ADDING) === null) return showAccount(place, context);
    return showNew(place, context);
  },
};

// ---- before any secret ---------------------------------------------------------------------------------

/** What the person said; handed to the account once there is one. */
const said = { verified: null, tool: null, always_on: null };

async function showNew(place, context) {
  const practice = (await ask('GET', '/practice')).url;
  const outlook = h('div', { role: 'status' });
  const questions = ['verified', 'tool', 'always_on'].map((name) =>
    choice(
      t(`connect_ask_${name}`),
      [
        [true, t('connect_yes')],
        [false, t('connect_no')],
        [null, t('connect_unknown')],
      ],
      said[name],
      (value) => {
        said[name] = value;
        tell();
      },
    ),
  );
  const tell = () => show(outlook, h('h3', {}, t('connect_outlook')), h('ul', {}, outlookOf().map((line) => h('li', {}, line))));
  tell();
  show(
    place,
    h('h1', {}, t('connect_new_title')),
    practice &&
      notice(
        'calm',
        h('p', {}, t('connect_practice')),
        h('p', {}, outside(t('connect_practice_open'), practice)),
      ),
    section(t('connect_before'), h('p', { class: 'hint' }, t('connect_before_lead')), h('div', { class: 'asked' }, questions), outlook),
    form(context),
    context.account && button(t('connect_back'), () => stopAdding(context), { kind: 'quiet' }),
  );
}

/** What will be possible, in sentences: the same facts as the receiving page goes by. */
function outlookOf() {
  const lines = [t('connect_can_new')];
  lines.push(t({ true: 'connect_can_verified', false: 'connect_can_unverified', null: 'connect_can_verified_unknown' }[said.verified]));
  lines.push(t({ true: 'connect_can_tool', false: 'connect_can_free', null: 'connect_can_tool_unknown' }[said.tool]));
  if (said.tool === true) lines.push(t('connect_can_relay_tool'));
  else if (said.always_on === true) lines.push(t('connect_can_direct'));
  else lines.push(t(said.always_on === false ? 'connect_can_relay_sleep' : 'connect_can_sleep_unknown'));
  return lines;
}

function stopAdding(context) {
  sessionStorage.removeItem(ADDING);
  return context.reload();
}

// ---- the secrets ---------------------------------------------------------------------------------------

function form(context, known = null) {
  const id = field(t('connect_id'), {
    hint: t('connect_id_hint'),
    inputmode: 'numeric',
    autocomplete: 'off',
    spellcheck: 'false',
    value: known?.id ?? '',
    readonly: known !== null,
  });
  const secret = field(t('connect_secret'), { hint: t('connect_secret_hint'), type: 'password', autocomplete: 'off' });
  const token = field(t('connect_token'), { hint: t('connect_token_hint'), type: 'password', autocomplete: 'off' });
  const trouble = h('div');
  const fields = { channel_id: id, channel_secret: secret, access_token: token };
  const submit = h('button', { type: 'submit', class: 'button primary' }, t(known ? 'connect_again_do' : 'connect_do'));

  async function connect(event) {
    event.preventDefault();
    if (submit.getAttribute('aria-busy') === 'true') return;
    for (const one of Object.values(fields)) one.clear();
    show(trouble);
    const body = { channel_id: id.input.value.trim(), channel_secret: secret.input.value.trim() };
    if (token.input.value.trim() !== '') body.access_token = token.input.value.trim();
    if (!/^[0-9]{1,20}$/.test(body.channel_id)) return id.fail(t('connect_id_digits'));
    if (body.channel_secret === '') return secret.fail(t('connect_secret_empty'));
    submit.setAttribute('aria-busy', 'true');
    try {
      const account = await ask('POST', '/accounts', body);
      secret.input.value = '';
      token.input.value = '';
      told = notice('good', t(known ? 'connect_again_done' : 'connect_done', { name: account.name }));
      await keepAnswers(account);
      sessionStorage.removeItem(ADDING);
      await context.choose(account.id);
    } catch (problem) {
      fail(problem);
    } finally {
      submit.removeAttribute('aria-busy');
    }
  }

  function fail(problem) {
    const at = { channel_id_unknown: id, channel_secret_wrong: secret, access_token_refused: token, token_of_another_channel: token }[problem.code];
    if (at) return at.fail(problem.detail);
    for (const error of problem.body?.errors ?? []) {
      if (error.field in fields) return fields[error.field].fail(error.message);
    }
    const words = problem.body?.line_message;
    show(trouble, problemNotice(problem), words && h('p', { class: 'hint' }, t('connect_line_says', { words })));
  }

  return h(
    'form',
    { class: 'card', novalidate: true, onsubmit: (event) => void connect(event) },
    h('h2', {}, t(known ? 'connect_again_title' : 'connect_form_title')),
    !known && guide(),
    id.element,
    secret.element,
    h('details', {}, h('summary', {}, t('connect_token_open')), token.element),
    trouble,
    h('p', { class: 'hint' }, t('connect_promise')),
    h('footer', {}, submit),
  );
}

/** The account is connected whatever becomes of the answers: they can be given again under Receiving. */
async function keepAnswers(account) {
  if (said.tool === null && said.always_on === null) return;
  try {
    await ask('PUT', `/accounts/${account.id}/receiving`, { tool: said.tool, always_on: said.always_on });
  } catch (problem) {
    told = h('div', {}, told, problemNotice(problem));
  }
}

function guide() {
  return h(
    'ol',
    {},
    h('li', {}, outside(t('connect_guide_manager'), MANAGER), ' ', t('connect_guide_open')),
    h('li', {}, t('connect_guide_use')),
    h('li', {}, t('connect_guide_copy')),
    h('li', {}, t('connect_guide_role'), ' ', outside(t('connect_guide_console'), CONSOLE)),
  );
}

// ---- what LINE says ------------------------------------------------------------------------------------

async function showAccount(place, context) {
  const { account } = context;
  const [quota, receiving] = await Promise.all([
    ask('GET', `/accounts/${account.id}/quota`),
    ask('GET', `/accounts/${account.id}/receiving`),
  ]);
  const news = told;
  told = null;
  show(
    place,
    h('h1', {}, t('connect_title')),
    h('div', { class: 'result', tabindex: '-1', role: 'status' }, news),
    h(
      'section',
      { class: 'card', 'aria-labelledby': 'account-name' },
      h(
        'header',
        { class: 'account-head' },
        h('img', { src: account.picture_url ?? '/setup/static/mark.svg', alt: '', width: 48, height: 48 }),
        h('div', {}, h('h2', { id: 'account-name' }, account.name), h('p', { class: 'hint' }, `${account.basic_id} ・ ${t('connect_id')} ${account.id}`)),
      ),
      facts(
        [t('connect_fact_verified'), t(account.verified ? 'connect_fact_verified_yes' : 'connect_fact_verified_no')],
        [t('connect_fact_chat'), t(account.chat_mode === 'chat' ? 'connect_on' : 'connect_chat_off')],
        [t('connect_fact_quota'), quotaText(quota)],
        [t('connect_fact_webhook'), webhookText(receiving)],
        receiving.webhook?.url && [t('connect_fact_use_webhook'), t(receiving.webhook.active ? 'connect_on' : 'connect_off')],
      ),
      receiving.webhook?.url && !receiving.webhook.active && notice('amber', t('connect_webhook_switch')),
      h('footer', {}, button(t('connect_next'), () => context.go('receive'), { kind: 'primary' }), button(t('connect_check_again'), () => recheck(context))),
    ),
    checklist(account),
    extension(),
    h(
      'details',
      { class: 'card' },
      h('summary', {}, t('connect_more')),
      form(context, account),
      h(
        'footer',
        {},
        button(t('connect_another'), () => {
          sessionStorage.setItem(ADDING, '1');
          return context.reload();
        }),
        button(t('connect_remove'), () => remove(context)),
      ),
    ),
  );
  if (news) place.querySelector('.result').focus();
}

function quotaText(quota) {
  if (quota.limit === null) return t('connect_quota_unlimited');
  return t('connect_quota', { remaining: number(quota.remaining), limit: number(quota.limit), when: quota.asked_at ? when(quota.asked_at) : '–' });
}

function webhookText(receiving) {
  if (!receiving.webhook) return receiving.trouble?.text ?? '';
  const { url, text } = receiving.webhook;
  return url === null ? text : [h('code', {}, url), h('p', { class: 'hint' }, text)];
}

async function recheck(context) {
  try {
    const { name } = await ask('POST', `/accounts/${context.account.id}/recheck`);
    told = notice('good', t('connect_checked', { name }));
  } catch (problem) {
    told = problemNotice(problem);
  }
  await context.reload();
}

/** What the buttons on the dashboards need; its state stands among the checks. */
function extension() {
  const command = document.querySelector('meta[name="ittsu-command"]').content;
  return h(
    'details',
    { class: 'card' },
    h('summary', {}, t('connect_extension')),
    h('p', { class: 'hint' }, t('connect_extension_lead')),
    h('ol', {}, h('li', {}, t('connect_extension_load'), copyable(`${command} extension`)), h('li', {}, t('connect_extension_pair'), copyable(`${command} pair`))),
  );
}

async function remove(context) {
  const sure = await confirmed(
    t('connect_remove_sure', { name: context.account.name }),
    t('connect_remove'),
    h('ul', {}, h('li', {}, t('connect_remove_goes')), h('li', {}, t('connect_remove_stays')), h('li', {}, t('connect_remove_line'))),
  );
  if (!sure) return;
  await ask('DELETE', `/accounts/${context.account.id}`);
  await context.reload();
}

/** What no API shows: ticked by the person, remembered in this browser. */
function checklist(account) {
  const key = `ittsu-checked-${account.id}`;
  const ticked = new Set(JSON.parse(localStorage.getItem(key) ?? '[]'));
  const item = (name) =>
    h(
      'li',
      {},
      h(
        'label',
        { class: 'check' },
        h('input', {
          type: 'checkbox',
          checked: ticked.has(name),
          onchange: (event) => {
            if (event.currentTarget.checked) ticked.add(name);
            else ticked.delete(name);
            localStorage.setItem(key, JSON.stringify([...ticked]));
          },
        }),
        h('span', {}, h('strong', {}, t(`connect_check_${name}`)), h('span', { class: 'hint' }, t(`connect_check_${name}_why`))),
      ),
    );
  return section(
    t('connect_checks'),
    h('p', { class: 'hint' }, t('connect_checks_lead')),
    h('ul', { class: 'checks' }, CHECKS.map(item)),
    h('p', {}, outside(t('connect_guide_manager'), MANAGER), ' ・ ', outside(t('connect_guide_console'), CONSOLE)),
  );
}
