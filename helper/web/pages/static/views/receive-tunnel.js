// The tunnel that Ittsu starts itself: which program, its address, its trouble, and its end.
import { ask } from '../api.js';
import { button, choice, confirmed, field, h, notice, outside, problemNotice, show } from '../parts.js';
import { t } from '../words.js';

const PAUSE = 1_000;
const HOMES = {
  tailscale: 'https://tailscale.com/download',
  cloudflared: 'https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/downloads/',
  ngrok: 'https://ngrok.com/download',
};

/** A place that shows the tunnel; `use(origin)` is called whenever its address is known. */
export function tunnelPart(use) {
  const place = h('div', { class: 'result', 'aria-live': 'polite' });
  void draw(place, use);
  return place;
}

async function draw(place, use) {
  let tunnel;
  try {
    tunnel = await ask('GET', '/tunnel');
  } catch (problem) {
    show(place, problemNotice(problem));
    return;
  }
  if (tunnel.program === null) showNone(place, use, tunnel);
  else showTunnel(place, use, tunnel);
}

function showNone(place, use, { installed }) {
  if (installed.length === 0) {
    const links = Object.entries(HOMES).map(([program, home]) => h('li', {}, outside(program, home), ' ', t(`receive_tunnel_${program}`)));
    show(place, h('p', {}, t('receive_tunnel_missing')), h('ul', {}, links), again(place, use));
    return;
  }
  let program = installed[0];
  const hostname = field(t('receive_tunnel_hostname'), { hint: t('receive_tunnel_hostname_hint'), placeholder: 'salon.example.jp', autocomplete: 'off', spellcheck: 'false' });
  const named = h('div', { hidden: program === 'tailscale' }, hostname.element);
  const result = h('div');
  const programs = choice(
    t('receive_tunnel_program'),
    installed.map((one) => [one, one, t(`receive_tunnel_${one}`)]),
    program,
    (chosen) => {
      program = chosen;
      named.hidden = chosen === 'tailscale';
    },
  );
  const start = async () => {
    hostname.clear();
    const body = { program };
    if (program !== 'tailscale' && hostname.input.value.trim() !== '') body.hostname = hostname.input.value.trim();
    try {
      await ask('PUT', '/tunnel', body);
    } catch (problem) {
      if (problem.body?.errors?.[0]?.field === 'hostname') return hostname.fail(t('receive_tunnel_hostname_odd'));
      return show(result, problemNotice(problem));
    }
    await draw(place, use);
  };
  show(place, programs, named, h('div', { class: 'actions' }, button(t('receive_tunnel_start'), start, { 'data-key': 'tunnel' })), result);
}

function showTunnel(place, use, tunnel) {
  const stop = async () => {
    const sure = await confirmed(t('receive_tunnel_stop_title'), t('receive_tunnel_stop'), h('p', {}, t('receive_tunnel_stop_means')));
    if (!sure) return;
    await ask('DELETE', '/tunnel');
    await draw(place, use);
  };
  const carries = tunnel.origin !== null && tunnel.trouble === null;
  if (carries) use(tunnel.origin);
  show(
    place,
    carries
      ? notice('good', h('p', {}, t('receive_tunnel_carries', { origin: tunnel.origin })))
      : notice(tunnel.trouble === null ? 'calm' : 'amber', h('p', {}, tunnel.trouble?.text ?? t('receive_tunnel_starting', { program: tunnel.program }))),
    carries && !tunnel.stable && notice('amber', h('p', {}, t('receive_tunnel_changes'))),
    h('div', { class: 'actions' }, button(t('receive_tunnel_stop'), stop, { 'data-key': 'tunnel-stop' })),
  );
  if (!carries) setTimeout(() => place.isConnected && void draw(place, use), PAUSE);
}

function again(place, use) {
  return h('div', { class: 'actions' }, button(t('receive_look_again'), () => draw(place, use), { 'data-key': 'tunnel-again' }));
}
