// The way of a webhook as a line of stations: LINE → … → this computer.
import { h } from '../parts.js';
import { t } from '../words.js';

/** Whether somebody else's program takes the webhooks at this URL. */
export function isATools(webhook) {
  return ['lstep', 'lme', 'other'].includes(webhook.whose);
}

/** The stations as `{ name, note?, tone? }`; the last may be several at once. `tone` is `ours` or `off`. */
export function stationsOf({ receiving, relay, account }) {
  const { webhook, way } = receiving;
  const line = { name: t('receive_line') };
  const here = { name: t('receive_here'), tone: 'ours' };
  if (!webhook.active) here.tone = 'off';
  const tool = account.relay?.tool ?? null;
  const both = tool === null ? [here] : [here, { name: t('receive_tool'), note: tool }];
  switch (webhook.whose) {
    case 'none':
      return [[line], [{ name: t('receive_nowhere'), tone: 'off' }]];
    case 'here':
      return [[line], [{ name: webhook.host }], way === 'in_front' ? both : [here]];
    case 'relay': {
      here.note = relay.connected ? t('receive_relay_connected') : t('receive_relay_away');
      if (!relay.connected) here.tone = 'off';
      return [[line], [{ name: t('receive_relay'), note: webhook.host, tone: 'ours' }], both];
    }
    case 'old_tunnel':
      return [[line], [{ name: webhook.host, note: t('receive_reaches_nobody'), tone: 'off' }]];
    default: {
      const last = way === 'behind' ? { ...here, note: t('receive_passed_on') } : { ...here, note: t('receive_not_to_us'), tone: 'off' };
      return [[line], [{ name: webhook.text }], [last]];
    }
  }
}

/** Draw them. */
export function path(stations) {
  return h(
    'ol',
    { class: 'path' },
    stations.map((parallel) =>
      h(
        'li',
        {},
        parallel.map(({ name, note, tone }) =>
          h('div', { class: `station ${tone ?? ''}` }, h('span', {}, name), note && h('span', { class: 'hint' }, note)),
        ),
      ),
    ),
  );
}
