// Senders with their icons: as the customer sees them, from an uploaded picture or an address, and a test to oneself.
import { ask } from '../api.js';
import { button, confirmed, field, h, notice, problemNotice, section, show } from '../parts.js';
import { t } from '../words.js';

const TEST_REASON = 'icon test';

export default {
  title: () => t('senders_title'),
  async show(place, context) {
    // Practice accounts have senders, too: everything can be tried there.
    const account = context.account ?? context.accounts[0] ?? null;
    if (account === null) {
      show(place, h('h1', {}, t('senders_title')), notice('calm', t('senders_no_account')));
      return;
    }
    await new Senders(place, account).draw();
  },
};

class Senders {
  constructor(place, account) {
    this.place = place;
    this.account = account;
    this.base = `/accounts/${account.id}`;
  }

  async draw(said = null) {
    const [personas, address] = await Promise.all([ask('GET', `${this.base}/personas`), ask('GET', '/icons/address')]);
    this.origin = address.origin;
    this.listener = address.listener;
    show(
      this.place,
      h('h1', {}, t('senders_title')),
      h('p', { class: 'hint' }, t('senders_lead', { account: this.account.name })),
      said,
      this.origin === null
        ? notice('calm', h('p', {}, t('senders_no_address')), h('p', {}, t('senders_no_address_then')))
        : notice('good', t('senders_address', { origin: this.origin })),
      section(
        t('senders_list'),
        personas.items.length === 0 && h('p', {}, t('senders_none')),
        h('ul', { class: 'senders' }, personas.items.map((persona) => this.line(persona))),
        h('footer', {}, button(t('senders_new'), () => this.edit(null), { kind: 'primary' })),
      ),
      (this.editor = h('div', { class: 'result' })),
    );
    if (said) {
      said.setAttribute('tabindex', '-1');
      said.focus();
    }
  }

  line(persona) {
    const remove = async () => {
      if (!(await confirmed(t('senders_remove_sure', { name: persona.name }), t('senders_remove')))) return;
      try {
        await ask('DELETE', `${this.base}/personas/${persona.id}`);
        await this.draw();
      } catch (problem) {
        show(this.editor, problemNotice(problem));
      }
    };
    return h(
      'li',
      {},
      face(persona.name, this.pictureOf(persona)),
      h(
        'div',
        {},
        h('p', {}, h('strong', {}, `${persona.name} from '${this.account.name}'`)),
        persona.icon_id !== null && persona.icon_url === null && h('p', { class: 'hint' }, t('senders_waits')),
      ),
      h(
        'div',
        { class: 'actions' },
        button(t('senders_edit'), () => this.edit(persona), { 'aria-label': `${persona.name}: ${t('senders_edit')}` }),
        button(t('senders_test'), () => this.test(persona), { 'aria-label': `${persona.name}: ${t('senders_test')}` }),
        button(t('senders_remove'), remove, { 'aria-label': `${persona.name}: ${t('senders_remove')}` }),
      ),
    );
  }

  /** Ours is shown from here: the public address may be reached by LINE only. */
  pictureOf({ icon_id: id, icon_url: url }) {
    return id === null ? url : `${this.listener}/icon/${id}.png`;
  }

  edit(persona) {
    let iconId = persona?.icon_id ?? null;
    const name = field(t('senders_name'), { hint: t('senders_name_hint'), value: persona?.name ?? '', maxlength: 40, autocomplete: 'off' });
    const file = field(t('senders_picture'), { type: 'file', accept: 'image/png,image/jpeg,image/webp', hint: t('senders_picture_hint') });
    const url = field(t('senders_url'), { type: 'url', hint: t('senders_url_hint'), value: iconId === null ? (persona?.icon_url ?? '') : '', autocomplete: 'off', spellcheck: 'false' });
    const seen = h('div', { class: 'bubble-preview' });
    const trouble = h('div', { class: 'result', 'aria-live': 'polite' });
    let local = persona === null ? null : this.pictureOf(persona);
    const preview = () => {
      const shown = name.input.value.trim();
      show(seen, face(shown, local), h('div', {}, h('p', { class: 'hint' }, shown ? `${shown} from '${this.account.name}'` : this.account.name), h('p', { class: 'said' }, t('senders_sample'))));
    };
    name.input.addEventListener('input', preview);
    url.input.addEventListener('input', () => {
      if (url.input.value.trim() !== '') iconId = null;
      local = url.input.value.trim() || null;
      preview();
    });
    file.input.addEventListener('change', async () => {
      show(trouble);
      const [picture] = file.input.files;
      if (!picture) return;
      try {
        const made = await ask('POST', '/icons', new Blob([picture], { type: 'application/octet-stream' }));
        iconId = made.icon_id;
        url.input.value = '';
        local = URL.createObjectURL(picture);
        preview();
        show(trouble, notice(made.url === null ? 'amber' : 'good', t(made.url === null ? 'senders_kept' : 'senders_uploaded')));
      } catch (problem) {
        show(trouble, problemNotice(problem));
      }
    });
    const save = async () => {
      for (const one of [name, url]) one.clear();
      const typed = url.input.value.trim();
      try {
        if (iconId === null && typed !== '') {
          const { fault } = await ask('POST', '/icons/check', { url: typed });
          // What cannot be reached from here may be reached by LINE: the person decides.
          if (fault && fault.code !== 'icon_unreachable') return url.fail(fault.text);
          if (fault && !(await confirmed(t('senders_unreachable'), t('senders_save'), h('p', {}, fault.text)))) return undefined;
        }
        const body = { name: name.input.value.trim(), icon_url: iconId === null && typed !== '' ? typed : null, icon_id: iconId, teammate_id: persona?.teammate_id ?? null };
        if (persona) await ask('PUT', `${this.base}/personas/${persona.id}`, body);
        else await ask('POST', `${this.base}/personas`, body);
        await this.draw(notice('good', t('senders_saved')));
      } catch (problem) {
        const at = { name, icon_url: url, icon_id: file }[problem.body?.errors?.[0]?.field];
        if (at) at.fail(problem.body.errors[0].message);
        else show(trouble, problemNotice(problem));
      }
      return undefined;
    };
    preview();
    show(
      this.editor,
      section(
        persona ? t('senders_edit_title', { name: persona.name }) : t('senders_new'),
        name.element,
        file.element,
        h('details', { open: url.input.value !== '' }, h('summary', {}, t('senders_url_open')), url.element),
        h('h3', {}, t('senders_seen')),
        seen,
        trouble,
        h('footer', {}, button(t('senders_save'), save, { kind: 'primary' }), button(t('cancel'), () => this.draw())),
      ),
    );
    name.input.focus();
  }

  /** To oneself, as any message: the guards hold, and the cost is said before the click. */
  test(persona) {
    const who = field(t('senders_who'), { hint: t('senders_who_hint'), type: 'search', autocomplete: 'off' });
    const found = h('ul', { class: 'senders', 'aria-live': 'polite' });
    const result = h('div', { class: 'result', 'aria-live': 'polite' });
    const look = async () => {
      const wanted = who.input.value.trim();
      if (wanted === '') return show(found);
      const { items } = await ask('GET', `${this.base}/friends?limit=8&q=${encodeURIComponent(wanted)}`);
      return show(
        found,
        items.length === 0
          ? h('li', {}, t('senders_nobody'))
          : items.map((friend) =>
              h(
                'li',
                {},
                face(friend.display_name ?? '', friend.picture_url),
                h('p', {}, friend.display_name ?? t('senders_nameless')),
                h('div', { class: 'actions' }, friend.plan.route === null ? h('p', { class: 'hint' }, t('senders_cannot')) : button(costed(friend), () => this.send(persona, friend, result))),
              ),
            ),
      );
    };
    who.input.addEventListener('input', () => void look());
    show(this.editor, section(t('senders_test_title', { name: persona.name }), h('p', {}, t('senders_test_lead')), who.element, found, result, h('footer', {}, button(t('cancel'), () => this.draw()))));
    who.input.focus();
  }

  async send(persona, friend, result) {
    const cost = costOf(friend);
    const sure = await confirmed(
      t('senders_send_sure', { name: friend.display_name ?? t('senders_nameless') }),
      costed(friend),
      h('p', {}, t(cost === 0 ? 'senders_costs_0' : 'senders_costs_1')),
      friend.stage === 'new' && notice('amber', t('senders_is_first')),
    );
    if (!sure) return;
    const body = { user_id: friend.user_id, persona_id: persona.id, max_cost: cost, hold_seconds: 0, messages: [{ type: 'text', text: t('senders_test_text') }] };
    if (friend.stage === 'contacted') body.override_reason = TEST_REASON;
    try {
      const message = await ask('POST', `${this.base}/messages`, body, { 'Idempotency-Key': crypto.randomUUID() });
      await this.follow(message, result);
    } catch (problem) {
      show(result, problemNotice(problem));
    }
  }

  async follow(message, result) {
    let told = message;
    while (told.status === 'held' || told.status === 'sending') {
      show(result, notice('calm', t('senders_sending')));
      await new Promise((resolve) => setTimeout(resolve, 400));
      told = await ask('GET', `${this.base}/messages/${message.id}`);
    }
    if (told.status === 'sent') show(result, notice('good', h('p', {}, t('senders_sent')), h('p', {}, t('senders_look'))));
    else show(result, notice('red', told.error?.text ?? t('senders_not_sent')));
  }
}

function costOf(friend) {
  return friend.plan.route === 'chat' ? 1 : friend.plan.cost;
}

function costed(friend) {
  return t(costOf(friend) === 0 ? 'senders_send_0' : 'senders_send_1');
}

function face(name, url) {
  if (url !== null && /^(https:|blob:|http:\/\/127\.0\.0\.1:)/.test(url)) return h('img', { class: 'face', src: url, alt: '', width: 40, height: 40, referrerpolicy: 'no-referrer' });
  return h('span', { class: 'face', 'aria-hidden': 'true' }, [...name][0] ?? '');
}
