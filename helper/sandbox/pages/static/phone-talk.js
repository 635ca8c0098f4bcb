// One phone: the account's profile before the follow, then the talk as the friend sees it.
import { controls } from '/assets/controls.js';
import { language, words } from '/assets/phone-words.js';

const phoneTemplate = document.getElementById('phone');
const bubbleTemplate = document.getElementById('bubble');
const locale = language === 'en' ? 'en-GB' : 'ja-JP';
const hours = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Tokyo' });
const days = new Intl.DateTimeFormat(locale, {
  month: 'long',
  day: 'numeric',
  weekday: 'short',
  timeZone: 'Asia/Tokyo',
});

function note(className, text) {
  const element = document.createElement('p');
  element.className = className;
  element.textContent = text;
  return element;
}

/** What a message shows as text, and whether that is its own text or only its kind. */
function shown(item) {
  if (item.text != null) return { text: item.text, kind: 'text' };
  return { text: words.shows(words.kinds[item.type] ?? item.type), kind: 'other' };
}

export class Phone {
  #userId;
  #account = null;
  #person = null;
  #failed;
  #drawn = null; // what the talk shows now, one text per line: what stands there already is left alone

  constructor(userId, { failed, close }) {
    this.#userId = userId;
    this.#failed = failed;
    this.element = phoneTemplate.content.firstElementChild.cloneNode(true);
    this.#part('profile-follow').textContent = words.follow;
    this.#part('profile-late').textContent = words.followLate;
    this.#part('profile-text').textContent = words.profileText;
    this.#part('blocked-note').textContent = words.blockedNote;
    this.#part('answers').setAttribute('aria-label', words.answers);
    this.#part('write-text').placeholder = words.write;
    this.#part('write-text').setAttribute('aria-label', words.write);
    this.#part('write-send').setAttribute('aria-label', words.send);
    this.#part('phone-close').addEventListener('click', close);
    this.#part('profile-follow').addEventListener('click', () => this.#act('follow', 0));
    this.#part('profile-late').addEventListener('click', () => this.#act('follow', 7200));
    this.#part('phone-block').addEventListener('click', () =>
      this.#act(this.#person.blocked ? 'unblock' : 'block'),
    );
    this.#part('write').addEventListener('submit', (event) => this.#write(event));
    this.#part('write-text').addEventListener('keydown', (event) => {
      // Enter ends a conversion in Japanese input: only a plain Enter sends
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) this.#write(event);
    });
  }

  #part(name) {
    return this.element.querySelector(`.${name}`);
  }

  async #act(action, ...more) {
    try {
      await controls[action](this.#userId, this.#account.id, ...more);
      this.#failed(false);
    } catch {
      this.#failed(true);
    }
  }

  async #write(event) {
    event.preventDefault();
    const field = this.#part('write-text');
    const text = field.value;
    if (!text.trim()) return;
    field.value = '';
    await this.#act('write', text);
  }

  /** Draws the present state of `person` towards `account`. */
  async show(account, person) {
    this.#account = account;
    this.#person = person;
    const timeline = await controls.timeline(this.#userId, account.id);
    this.#drawFrame();
    this.#drawTalk(timeline.messages);
    this.#drawAnswers(person.following && !person.blocked ? timeline.quick_replies : []);
  }

  #drawFrame() {
    const { following, blocked, name } = this.#person;
    const met = following || blocked;
    this.element.setAttribute('aria-label', words.phoneOf(name));
    this.#part('phone-owner-name').textContent = words.phoneOf(name);
    this.#part('phone-close').setAttribute('aria-label', words.close(name));
    this.#face(this.#part('phone-owner').querySelector('.face'), `/faces/${this.#userId}.svg`);
    for (const owner of ['phone-bar', 'profile']) {
      this.#face(this.#part(owner).querySelector('.face'), this.#accountFace());
    }
    this.#part('phone-account-name').textContent = this.#account.name;
    this.#part('phone-account-id').textContent = this.#account.basic_id;
    this.#part('profile-name').textContent = this.#account.name;
    this.#part('profile-id').textContent = this.#account.basic_id;
    this.#part('phone-block').textContent = blocked ? words.unblock : words.block;
    this.#part('talk').setAttribute('aria-label', words.talkWith(this.#account.name));
    this.#part('phone-bar').hidden = !met;
    this.#part('profile').hidden = met;
    this.#part('talk').hidden = !met;
    this.#part('write').hidden = !following || blocked;
    this.#part('blocked-note').hidden = !blocked;
  }

  #face(element, address) {
    if (element.getAttribute('src') !== address) element.src = address;
  }

  #accountFace() {
    return `/faces/${encodeURIComponent(this.#account.id)}.svg`;
  }

  /** Adds what is new at the end; only a talk that changed in its middle is drawn anew. */
  #drawTalk(messages) {
    const talk = this.#part('talk');
    const wanted = messages.map((item) => JSON.stringify([item, this.#account.name]));
    const firstTime = this.#drawn === null;
    const grows = !firstTime && this.#drawn.every((line, index) => line === wanted[index]);
    if (grows && wanted.length === this.#drawn.length) return;
    const atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
    const start = grows ? this.#drawn.length : 0;
    let day = start > 0 ? days.format(new Date(messages[start - 1].at)) : '';
    const parts = [];
    for (const item of messages.slice(start)) {
      const at = new Date(item.at);
      if (days.format(at) !== day) {
        day = days.format(at);
        parts.push(note('talk-day', day));
      }
      parts.push(this.#item(item, at, grows));
    }
    if (wanted.length === 0) parts.push(note('talk-empty', words.empty));
    if (start === 0) talk.replaceChildren(...parts);
    else talk.append(...parts);
    this.#drawn = wanted;
    if (atEnd || firstTime) talk.scrollTop = talk.scrollHeight;
  }

  #item(item, at, fresh) {
    if (item.kind === 'event') return note('talk-note', words[item.type] ?? item.type);
    const bubble = bubbleTemplate.content.firstElementChild.cloneNode(true);
    const own = item.from === 'person';
    const { text, kind } = shown(item);
    bubble.querySelector('.said-text').textContent = text;
    bubble.querySelector('.said-text').dataset.kind = kind;
    const time = bubble.querySelector('.said-time');
    time.textContent = hours.format(at);
    time.dateTime = at.toISOString();
    bubble.toggleAttribute('data-own', own);
    bubble.toggleAttribute('data-fresh', fresh);
    if (own) {
      bubble.querySelector('.face').remove();
      bubble.querySelector('.said-sender').remove();
      return bubble;
    }
    const sender = item.sender_name;
    bubble.querySelector('.said-sender').textContent = sender
      ? words.from(sender, this.#account.name)
      : this.#account.name;
    bubble.querySelector('.face').src = item.sender_icon
      ? `/faces/sender.svg?name=${encodeURIComponent(sender ?? this.#account.name)}`
      : this.#accountFace();
    return bubble;
  }

  #drawAnswers(labels) {
    const box = this.#part('answers');
    if (box.dataset.labels === JSON.stringify(labels)) return;
    box.dataset.labels = JSON.stringify(labels);
    const hadFocus = box.contains(document.activeElement);
    box.replaceChildren(
      ...labels.map((label) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'answer';
        button.textContent = label;
        button.addEventListener('click', () => this.#tap(label));
        return button;
      }),
    );
    if (hadFocus) this.#part('write-text').focus();
    const talk = this.#part('talk');
    talk.scrollTop = talk.scrollHeight;
  }

  async #tap(label) {
    // one tap counts once: the answers are off until the sandbox has shown what became of it
    for (const button of this.#part('answers').children) button.disabled = true;
    try {
      await controls.tap(this.#userId, this.#account.id, label);
      this.#failed(false);
    } catch {
      this.#failed(true);
      for (const button of this.#part('answers').children) button.disabled = false;
    }
  }
}
