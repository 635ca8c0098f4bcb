// How LINE's webhooks reach this computer: what is set now, which way suits, and the steps of the one chosen.
import { Problem, ask } from '../api.js';
import { CONSOLE, button, choice, confirmed, facts, h, notice, outside, problemNotice, section, show } from '../parts.js';
import { t } from '../words.js';
import { isATools, path, stationsOf } from './receive-path.js';
import { steps } from './receive-steps.js';
import { askToChoose, saying, usesTheTool } from './receive-ways.js';

export default {
  title: () => t('receive_title'),

  async show(place, context) {
    if (context.account === null) {
      const connect = button(t('receive_to_connect'), () => context.go('connect'), { kind: 'primary' });
      show(place, h('h1', {}, t('receive_title')), notice('calm', h('p', {}, t('receive_no_account')), h('div', { class: 'actions' }, connect)));
      return;
    }
    await new Receive(place, context).draw();
  },
};

/** The view for one account. What it shows is read anew after every change. */
class Receive {
  constructor(place, context) {
    this.place = place;
    this.context = context;
    this.id = context.account.id;
    this.answering = null;
    this.drawing = 0;
  }

  /** Read everything anew and show it; `said` is a notice of what was just done. */
  async draw(said = null) {
    const base = `/accounts/${this.id}`;
    this.drawing += 1;
    const mine = this.drawing;
    const told = await Promise.all([ask('GET', `${base}/receiving`), ask('GET', '/relay'), ask('GET', base)]);
    // Answers may overtake each other: the one that was asked for last is shown.
    if (mine !== this.drawing) return;
    [this.receiving, this.relay, this.account] = told;
    const focused = document.activeElement?.getAttribute('data-key');
    show(
      this.place,
      h('h1', {}, t('receive_title')),
      h('p', { class: 'hint' }, t('receive_lead')),
      said,
      this.present(),
      this.questions(),
      this.ways(),
      this.receiving.way !== null && section(t('receive_steps'), steps(this)),
    );
    if (said) {
      said.setAttribute('tabindex', '-1');
      said.focus();
    } else if (focused) this.place.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  /** Do something and show what it led to in `result`; a refusal is shown there, too. */
  async attempt(result, work) {
    show(result);
    try {
      await work();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.code === 'webhook_changed') await this.draw(problemNotice(problem));
      else show(result, problemNotice(problem), lineSaid(problem));
    }
  }

  /** The URL at LINE, where it leads, and how to test it or put the former one back. */
  present() {
    const { webhook, trouble, previous_url: previous } = this.receiving;
    const result = h('div', { class: 'result', 'aria-live': 'polite' });
    const again = button(t('receive_look_again'), () => this.draw(), { 'data-key': 'again' });
    if (webhook === null) {
      return section(t('receive_now'), notice('red', h('p', {}, trouble.text)), h('div', { class: 'actions' }, again));
    }
    const test = webhook.url !== null && button(t('receive_test'), () => this.test(result, {}), { 'data-key': 'test' });
    const restore = previous !== null && button(t('receive_restore'), () => this.attempt(result, () => this.restore()), { 'data-key': 'restore' });
    return section(
      t('receive_now'),
      path(stationsOf(this)),
      facts(
        [t('receive_url'), webhook.url ?? t('receive_url_unset')],
        webhook.url !== null && [t('receive_whose'), webhook.text],
        webhook.url !== null && [t('receive_active'), webhook.active ? t('receive_on') : t('receive_off')],
      ),
      webhook.url !== null && !webhook.active && switchedOff(),
      this.relay.trouble && notice('amber', h('p', {}, this.relay.trouble.text)),
      h('div', { class: 'actions' }, test, again, restore),
      result,
    );
  }

  /** Let LINE call the webhook URL (or another), and say what came of it. */
  async test(result, body) {
    await this.attempt(result, async () => {
      const tested = await ask('POST', `/accounts/${this.id}/webhook/test`, body);
      show(result, notice(tested.success ? 'good' : 'red', h('p', {}, tested.text)));
    });
  }

  async restore() {
    const { webhook, previous_url: previous } = this.receiving;
    const yes = await confirmed(
      t('receive_restore_title'),
      t('receive_restore'),
      fromTo(webhook, previous),
      h('p', {}, t('receive_restore_means')),
    );
    if (!yes) return;
    const done = await ask('POST', `/accounts/${this.id}/webhook/restore`, { seen: webhook.url });
    await this.draw(saying(t('receive_restored'), !done.confirmed && t('receive_unconfirmed')));
  }

  /** What only a person knows: asked once, then told, with a way to answer anew. */
  questions() {
    const { answers, verified } = this.receiving;
    const known = [t('receive_verified'), verified ? t('receive_verified_yes') : t('receive_verified_no')];
    this.answering ??= answers.tool === null || answers.always_on === null;
    if (!this.answering) {
      return section(
        t('receive_questions'),
        this.doubt(),
        facts(
          known,
          [t('receive_tool_fact'), answers.tool ? t('receive_tool_fact_yes') : t('receive_tool_fact_no')],
          [t('receive_always_fact'), answers.always_on ? t('receive_always_fact_yes') : t('receive_always_fact_no')],
        ),
        h('div', { class: 'actions' }, button(t('receive_answer_again'), () => this.answerAnew(), { 'data-key': 'answer' })),
      );
    }
    const result = h('div', { class: 'result', 'aria-live': 'polite' });
    return section(
      t('receive_questions'),
      this.doubt(),
      facts(known),
      h(
        'div',
        { class: 'asked' },
        this.question('tool', 'receive_tool_question', 'receive_tool_hint', result),
        this.question('always_on', 'receive_always_question', 'receive_always_hint', result),
      ),
      result,
    );
  }

  /** Who says that there is no other tool may not know that one holds LINE's URL. */
  doubt() {
    const { answers, webhook } = this.receiving;
    const doubtful = answers.tool === false && webhook !== null && isATools(webhook);
    return doubtful && notice('amber', h('p', {}, t('receive_tool_doubt', { tool: webhook.text })));
  }

  question(name, words, hint, result) {
    const choices = [
      [true, t('receive_yes')],
      [false, t('receive_no')],
      [null, t('receive_unknown')],
    ];
    const fieldset = choice(t(words), choices, this.receiving.answers[name], (value) =>
      this.attempt(result, async () => {
        this.answering = true;
        await ask('PUT', `/accounts/${this.id}/receiving`, { [name]: value });
        await this.draw();
      }),
    );
    fieldset.querySelector('legend').append(h('span', { class: 'hint' }, t(hint)));
    fieldset.querySelectorAll('input').forEach((input, number) => input.setAttribute('data-key', `${name}-${number}`));
    return fieldset;
  }

  async answerAnew() {
    this.answering = true;
    await this.draw();
    this.place.querySelector('[data-key="tool-0"]').focus();
  }

  /** The way that is chosen or recommended, and the others folded. */
  ways() {
    const { way: chosen, recommended, ways, why } = this.receiving;
    const first = chosen ?? recommended;
    const result = h('div', { class: 'result', 'aria-live': 'polite' });
    const others = ways.filter((each) => each.way !== first);
    const main = ways.find((each) => each.way === first);
    return section(
      t('receive_ways'),
      first === null && h('p', {}, why.text),
      main &&
        h(
          'div',
          { class: 'way main' },
          h('p', { class: 'badge' }, chosen === null ? t('receive_recommended') : t('receive_chosen')),
          h('h3', {}, main.name),
          chosen === null && h('p', {}, why.text),
          this.wayTold(main, result),
        ),
      result,
      chosen === null
        ? [main && h('h3', {}, t('receive_other_ways')), this.folded(others, result)]
        : h('details', { class: 'others' }, h('summary', { 'data-key': 'others' }, t('receive_other_ways')), this.folded(others, result)),
    );
  }

  folded(others, result) {
    return others.map((each) =>
      h(
        'details',
        { class: 'way' },
        h(
          'summary',
          { 'data-key': `way-${each.way}` },
          h('span', {}, each.name),
          each.way === this.receiving.recommended && h('span', { class: 'badge' }, t('receive_recommended')),
          !each.possible && h('span', { class: 'hint' }, t('receive_impossible')),
        ),
        this.wayTold(each, result),
      ),
    );
  }

  wayTold(each, result) {
    const { way: chosen, previous_way: previous } = this.receiving;
    const isChosen = each.way === chosen;
    const former = this.receiving.ways.find((one) => one.way === previous);
    return [
      h('p', {}, t(`receive_way_${each.way}`)),
      each.refused && notice(isChosen ? 'red' : 'calm', h('p', {}, each.refused.text)),
      each.caution && each.possible && notice('amber', h('p', {}, each.caution.text)),
      isChosen && usesTheTool(this.receiving) && this.silentTool(result),
      h(
        'div',
        { class: 'actions' },
        !isChosen && each.possible && button(t('receive_choose'), () => this.choose(each, result), { kind: chosen === null && each.way === this.receiving.recommended ? 'primary' : '', 'data-key': `choose-${each.way}`, 'aria-label': `${each.name}: ${t('receive_choose')}` }),
        isChosen && former?.possible && button(t('receive_back_to', { name: former.name }), () => this.choose(former, result), { 'data-key': 'back' }),
        isChosen && button(t('receive_unchoose'), () => this.unchoose(result), { 'data-key': 'unchoose' }),
      ),
    ];
  }

  /** Whether the tool answers follows: only an admin knows. */
  silentTool(result) {
    const box = h('input', {
      type: 'checkbox',
      'data-key': 'silent',
      checked: !this.receiving.other_tool_replies,
      onchange: () =>
        this.attempt(result, async () => {
          await ask('PUT', `/accounts/${this.id}/receiving`, { tool_replies: !box.checked });
          await this.draw();
        }),
    });
    return h('label', { class: 'tick' }, box, h('span', {}, t('receive_tool_silent'), h('span', { class: 'hint' }, t('receive_tool_silent_hint'))));
  }

  async choose(each, result) {
    const asked = await askToChoose(each, this.receiving);
    if (asked === null) return;
    await this.attempt(result, async () => {
      await ask('PUT', `/accounts/${this.id}/receiving`, { way: each.way, ...asked });
      this.answering = null;
      await this.draw(saying(t('receive_way_saved', { name: each.name }), each.way !== 'none' && t('receive_go_on')));
    });
  }

  async unchoose(result) {
    await this.attempt(result, async () => {
      await ask('PUT', `/accounts/${this.id}/receiving`, { way: null });
      await this.draw(saying(t('receive_undecided')));
    });
  }

  /** Test a URL of ours by LINE's own call; show present and new side by side; change it only after a yes. */
  async change(result, url) {
    await this.attempt(result, async () => {
      const base = `/accounts/${this.id}`;
      const tested = await ask('POST', `${base}/webhook/test`, { url });
      const told = notice(tested.success ? 'good' : 'red', h('p', {}, tested.text));
      if (!tested.success) return show(result, told, h('p', { class: 'hint' }, t('receive_nothing_changed')));
      const [{ webhook, trouble }, account] = await Promise.all([ask('GET', `${base}/receiving`), ask('GET', base)]);
      this.account = account;
      if (webhook === null) return show(result, notice('red', h('p', {}, trouble.text)));
      if (webhook.url === url) return show(result, told, notice('calm', h('p', {}, t('receive_already'))));
      const yes = await confirmed(t('receive_change_title'), t('receive_change_yes'), told, fromTo(webhook, url), this.whatTheToolLoses(webhook));
      if (!yes) return show(result, notice('calm', h('p', {}, t('receive_nothing_changed'))));
      const done = await ask('PUT', `${base}/webhook`, { url, seen: webhook.url });
      await this.draw(saying(t('receive_changed'), !done.confirmed && t('receive_unconfirmed')));
    });
  }

  whatTheToolLoses(webhook) {
    if (!isATools(webhook)) return null;
    const back = h('p', { class: 'hint' }, t('receive_can_go_back'));
    const tool = webhook.text;
    if (!['relay', 'in_front'].includes(this.receiving.way)) return [notice('red', h('p', {}, t('receive_cuts_off', { tool }))), back];
    const there = this.account.relay?.tool ?? null;
    if (there === null) return [notice('red', h('p', {}, t('receive_relay_no_tool', { tool }))), back];
    if (there !== webhook.host.replace(/:[0-9]+$/, '')) return [notice('amber', h('p', {}, t('receive_relay_other_tool', { relay: there, tool }))), back];
    return [notice('good', h('p', {}, t('receive_relay_serves', { tool }))), back];
  }
}

function switchedOff() {
  return notice(
    'amber',
    h('p', {}, t('receive_off_lead')),
    h('p', {}, t('receive_off_how')),
    h('p', {}, outside(t('receive_open_console'), CONSOLE)),
  );
}

function fromTo(webhook, url) {
  const now = webhook.url === null ? t('receive_url_unset') : [webhook.url, h('div', { class: 'hint' }, webhook.text)];
  return facts([t('receive_change_now'), now], [t('receive_change_new'), url]);
}

function lineSaid(problem) {
  const said = problem.body?.line_message;
  return said ? h('p', { class: 'hint' }, `LINE: ${said}`) : null;
}
