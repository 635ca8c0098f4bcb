// The steps of the chosen way. Commands are filled in; LINE's URL is changed by a tested, confirmed click only.
import { ask } from '../api.js';
import { button, confirmed, copyable, field, h, notice, show } from '../parts.js';
import { t } from '../words.js';
import { isATools } from './receive-path.js';
import { tunnelPart } from './receive-tunnel.js';
import { saying } from './receive-ways.js';

const RELAY_DOOR = 'http://127.0.0.1:8174';
const JOIN_TRIES = 20;
const JOIN_PAUSE = 500;

/** What is to be done for the way that is chosen. */
export function steps(view) {
  switch (view.receiving.way) {
    case 'alone':
      return numbered(addressStep(view, t('receive_address_how'), view.receiving.listener), seenStep(t('receive_seen')));
    case 'behind':
      return numbered(...behind(view));
    case 'relay':
      return numbered(
        step(t('receive_relay_host_title'), h('p', {}, t('receive_relay_host_how')), copyable('ITTSU_RELAY_URL=https://relay.example.jp ittsu relay serve'), h('p', { class: 'hint' }, t('receive_relay_host_source'))),
        addStep(view),
        joinStep(view, ''),
        changeStep(view),
        seenStep(t('receive_seen_both')),
      );
    case 'in_front':
      return numbered(
        step(t('receive_front_host_title'), h('p', {}, t('receive_front_host_how')), copyable('ittsu relay serve')),
        addStep(view),
        joinStep(view, RELAY_DOOR),
        addressStep(view, t('receive_front_address_how'), RELAY_DOOR),
        seenStep(t('receive_seen_both')),
      );
    default:
      return without(view);
  }
}

function numbered(...items) {
  return h('ol', { class: 'steps' }, items.filter(Boolean));
}

function step(title, ...children) {
  return h('li', {}, h('h3', {}, title), children);
}

function byHand(how, door) {
  return [h('p', {}, how), copyable(door)];
}

function folded(children) {
  return h('details', {}, h('summary', { 'data-key': 'by-hand' }, t('receive_by_hand')), children);
}

/** The public address, its test, and the change: one step, since the address is typed once. */
function addressStep(view, how, door) {
  const { receiving } = view;
  const known = receiving.wanted_url ?? (receiving.webhook?.whose === 'here' ? receiving.webhook.url : null);
  const address = field(t('receive_address'), {
    type: 'url',
    hint: t('receive_address_hint'),
    placeholder: 'https://shop.example.jp',
    value: known === null ? '' : originOf(known),
    autocomplete: 'off',
    spellcheck: 'false',
    'data-key': 'address',
  });
  const result = h('div', { class: 'result', 'aria-live': 'polite' });
  // A tunnel that runs now is meant, not the one before it; what a person typed stays.
  let typing = false;
  address.input.addEventListener('input', () => (typing = true));
  const use = (origin) => {
    if (!typing) address.input.value = origin;
  };
  const change = async () => {
    address.clear();
    const origin = originOf(address.input.value);
    if (origin === null) return address.fail(t('receive_address_missing'));
    await view.change(result, origin + receiving.webhook_path);
  };
  return [
    step(t('receive_address_title'), door === RELAY_DOOR ? byHand(how, door) : [tunnelPart(use), folded(byHand(how, door))]),
    step(
      t('receive_change_step'),
      h('p', {}, t('receive_change_lead')),
      address.element,
      h('div', { class: 'actions' }, button(t('receive_change'), change, { kind: 'primary', 'data-key': 'change' })),
      result,
    ),
  ];
}

function seenStep(how) {
  return step(t('receive_seen_title'), h('p', {}, how), h('p', { class: 'hint' }, t('receive_redelivery')));
}

function behind(view) {
  const { webhook_path: path } = view.receiving;
  const address = field(t('receive_address'), { type: 'url', hint: t('receive_address_hint'), placeholder: 'https://shop.example.jp', autocomplete: 'off', spellcheck: 'false', 'data-key': 'address' });
  const shown = h('div', {}, copyable(`https://…${path}`));
  const result = h('div', { class: 'result', 'aria-live': 'polite' });
  const tell = () => show(shown, copyable(`${originOf(address.input.value) ?? 'https://…'}${path}`));
  const use = (origin) => {
    if (address.input.value === '') address.input.value = origin;
    tell();
  };
  address.input.addEventListener('input', tell);
  const test = async () => {
    address.clear();
    const origin = originOf(address.input.value);
    if (origin === null) return address.fail(t('receive_address_missing'));
    await view.test(result, { url: origin + path });
  };
  return [
    step(t('receive_address_title'), tunnelPart(use), folded(byHand(t('receive_address_how'), view.receiving.listener)), address.element),
    step(
      t('receive_behind_title'),
      h('p', {}, t('receive_behind_how')),
      shown,
      notice('amber', h('p', {}, t('receive_behind_unverified'))),
      h('div', { class: 'actions' }, button(t('receive_behind_test'), test, { 'data-key': 'behind-test' })),
      result,
    ),
    step(t('receive_seen_title'), h('p', {}, t('receive_seen')), h('p', { class: 'hint' }, t('receive_behind_normal'))),
  ];
}

/** The relay's command, with the URL of the tool that LINE has now. */
function addStep({ id, receiving }) {
  const { webhook, previous_url: previous } = receiving;
  const tool = webhook !== null && isATools(webhook) ? webhook.url : previous;
  const command = `ittsu relay add --channel-id ${id}`;
  return step(
    t('receive_relay_add_title'),
    h('p', {}, t('receive_relay_add_how')),
    copyable(tool === null ? command : `${command} --tool ${quoted(tool)}`),
    h('p', { class: 'hint' }, tool === null ? t('receive_relay_add_none') : t('receive_relay_add_tool')),
  );
}

function joinStep(view, usual) {
  const { relay, account } = view;
  const result = h('div', { class: 'result', 'aria-live': 'polite' });
  const url = field(t('receive_relay_url'), { type: 'url', value: relay.url ?? usual, placeholder: 'https://relay.example.jp', autocomplete: 'off', spellcheck: 'false', 'data-key': 'relay-url' });
  const code = field(t('receive_relay_code'), { autocomplete: 'off', spellcheck: 'false', 'data-key': 'relay-code' });
  const join = () =>
    view.attempt(result, async () => {
      await ask('POST', '/relay', { url: url.input.value.trim(), code: code.input.value.trim() });
      show(result, notice('calm', h('p', {}, t('receive_relay_waiting'))));
      await untilKnown();
      await view.draw(saying(t('receive_relay_joined', { url: url.input.value.trim() })));
    });
  const leave = () =>
    view.attempt(result, async () => {
      if (!(await confirmed(t('receive_relay_leave_title'), t('receive_relay_leave'), h('p', {}, t('receive_relay_leave_means'))))) return;
      await ask('DELETE', '/relay');
      await view.draw(saying(t('receive_relay_left')));
    });
  const joined = relay.url !== null;
  return step(
    t('receive_relay_join_title'),
    joined && notice(relay.connected ? 'good' : 'amber', h('p', {}, relay.connected ? t('receive_relay_joined', { url: relay.url }) : (relay.trouble?.text ?? t('receive_relay_waiting')))),
    joined && relay.connected && !account.relay?.known && notice('amber', h('p', {}, t('receive_relay_unknown'))),
    h('p', {}, t('receive_relay_join_how')),
    copyable('ittsu relay pair'),
    url.element,
    code.element,
    h(
      'div',
      { class: 'actions' },
      button(t('receive_relay_join'), join, { kind: joined ? '' : 'primary', 'data-key': 'join' }),
      joined && button(t('receive_relay_leave'), leave, { 'data-key': 'leave' }),
    ),
    result,
  );
}

/** A relay that was just joined is connected within a second or two, or has a reason. */
async function untilKnown() {
  for (let tried = 0; tried < JOIN_TRIES; tried += 1) {
    const { connected, trouble } = await ask('GET', '/relay');
    if (connected || trouble !== null) return;
    await new Promise((resolve) => setTimeout(resolve, JOIN_PAUSE));
  }
}

function changeStep(view) {
  const { relay, account, receiving } = view;
  const result = h('div', { class: 'result', 'aria-live': 'polite' });
  const ready = relay.url !== null && account.relay?.known;
  const url = `${relay.url}${receiving.webhook_path}`;
  if (receiving.webhook?.url === url) return step(t('receive_change_step'), notice('good', h('p', {}, t('receive_already'))));
  return step(
    t('receive_change_step'),
    h('p', {}, t('receive_change_lead')),
    ready ? h('p', {}, h('code', {}, url)) : notice('calm', h('p', {}, relay.url === null ? t('receive_relay_first') : t('receive_relay_unknown'))),
    h(
      'div',
      { class: 'actions' },
      ready
        ? button(t('receive_change'), () => view.change(result, url), { kind: 'primary', 'data-key': 'change' })
        : relay.url !== null && button(t('receive_look_again'), () => view.draw(), { 'data-key': 'known-again' }),
    ),
    result,
  );
}

function without({ receiving, context }) {
  const ours = ['here', 'relay', 'old_tunnel'].includes(receiving.webhook?.whose);
  const still = ours && notice('amber', h('p', {}, t('receive_none_still_ours')));
  if (!receiving.verified) {
    return [notice('red', h('p', {}, h('strong', {}, t('receive_none_unverified_title'))), h('p', {}, t('receive_none_unverified'))), still];
  }
  return [
    h('p', {}, t('receive_none_verified')),
    h('div', { class: 'actions' }, button(t('receive_to_friends'), () => context.go('friends'), { kind: 'primary', 'data-key': 'friends' })),
    still,
  ];
}

/** `https://host` of what was typed, whatever path came with it; null for what is none. Plain http: this computer only. */
function originOf(text) {
  let url;
  try {
    url = new URL(text.trim());
  } catch {
    return null;
  }
  const local = url.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname);
  return url.protocol === 'https:' || local ? url.origin : null;
}

/** As one word of a POSIX shell. */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
