// The chat page: one document, the address changed by pushState, its elements re-used.
import { drawList, setName, setText } from '/assets/chat-nodes.js';
import { follow } from '/assets/controls.js';

const english = document.documentElement.lang === 'en';
const bot = document.body.dataset.bot;
const root = `/demo/chat/${bot}`;
const part = (id) => document.getElementById(id);
const rowTemplate = part('talk-row');
const messageTemplate = part('message');
const pageTitle = document.title;
const read = new Map(); // talk → time of the newest message seen in this tab
const locale = english ? 'en-GB' : 'ja-JP';
const hours = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Tokyo' });
const days = new Intl.DateTimeFormat(locale, { month: 'numeric', day: 'numeric', timeZone: 'Asia/Tokyo' });
let talks = [];

customElements.define(
  'textarea-ex',
  class extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      this.input = document.createElement('textarea');
      this.input.setAttribute('part', 'input');
      this.input.setAttribute('aria-label', this.dataset.label);
      this.input.placeholder = this.dataset.label;
      this.attachShadow({ mode: 'open' }).append(this.input);
    }
  },
);

function openTalk() {
  return location.pathname.match(/^\/demo\/chat\/[^/]+\/chat\/([^/]+)$/)?.[1] ?? null;
}

function when(milliseconds) {
  const at = new Date(milliseconds);
  return days.format(at) === days.format(new Date()) ? hours.format(at) : days.format(at);
}

function drawRow(row, talk) {
  const link = row.querySelector('a');
  const picture = row.querySelector('img');
  link.href = `${root}/chat/${talk.id}`;
  link.toggleAttribute('aria-current', talk.id === openTalk());
  if (picture.getAttribute('src') !== talk.face) picture.src = talk.face;
  setName(row.querySelector('h6'), talk.name);
  setText(row.querySelector('p'), talk.last_text);
  setText(row.querySelector('time'), when(talk.last_at));
  const unread = talk.waiting && talk.id !== openTalk() && (read.get(talk.id) ?? 0) < talk.last_at;
  row.querySelector('.chat-unread').hidden = !unread;
}

function drawTalks() {
  const sought = part('search').value.trim().toLowerCase();
  const found = talks.filter((talk) => talk.name.toLowerCase().includes(sought));
  drawList(part('talks'), rowTemplate, found, drawRow);
  part('talks-empty').hidden = talks.length > 0;
  part('talks-unmatched').hidden = talks.length === 0 || found.length > 0;
}

function drawMessage(item, message) {
  item.classList.toggle('chat-reverse', message.own);
  const sender = item.querySelector('.chat-item-sender');
  sender.hidden = !message.sender;
  setText(sender, message.sender ?? '');
  setText(item.querySelector('.chat-item-text'), message.text);
  setText(item.querySelector('time'), hours.format(new Date(message.at)));
}

async function ask(path, options) {
  const answer = await fetch(root + path, { cache: 'no-store', redirect: 'error', ...options });
  if (answer.status === 404) return null; // an address from before the sandbox was started anew
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

function showProblem(failed) {
  part('alert').hidden = !failed;
  part('alert').textContent = failed
    ? english
      ? 'That did not work. Check that Ittsu is running.'
      : 'うまくいきませんでした。Ittsuが動いているか確認してください。'
    : '';
}

async function drawTalk() {
  const id = openTalk();
  const talk = id && (await ask(`/talks/${id}`));
  if (openTalk() !== id) return; // the operator went on while the answer was on its way
  part('choose').hidden = Boolean(talk);
  part('open').hidden = !talk;
  part('profile').hidden = !talk;
  document.title = talk ? `${talk.name} – ${pageTitle}` : pageTitle;
  if (!talk) return;
  const body = part('messages');
  const other = body.dataset.talk !== id;
  const atEnd = body.scrollHeight - body.scrollTop - body.clientHeight < 80;
  body.dataset.talk = id;
  setName(part('open-name'), talk.name);
  setName(part('profile-name'), talk.name);
  setText(part('profile-followed'), talk.followed_at);
  for (const face of [part('open-face'), part('profile-face')]) {
    if (face.getAttribute('src') !== talk.face) face.src = talk.face;
  }
  drawList(body, messageTemplate, talk.messages, drawMessage);
  if (other || atEnd) body.scrollTop = body.scrollHeight;
  read.set(id, talk.messages.at(-1)?.at ?? 0);
}

async function load() {
  try {
    talks = (await ask('/talks'))?.talks ?? [];
    await drawTalk();
    drawTalks();
    showProblem(false);
  } catch {
    showProblem(true);
  }
}

part('talks').addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.pathname !== location.pathname) history.pushState(null, '', link.pathname);
  refresh();
});

part('write').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { input } = part('editor');
  const id = openTalk();
  const text = input.value;
  if (!id || !text.trim()) return;
  try {
    await ask(`/talks/${id}/messages`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ text }),
    });
    input.value = '';
    showProblem(false);
  } catch {
    showProblem(true);
  }
  refresh();
});

part('manager').addEventListener('click', (event) => {
  event.preventDefault(); // the practice account has no page there
  part('manager-closed').textContent = event.currentTarget.dataset.closed;
});

part('search').addEventListener('input', drawTalks);
window.addEventListener('popstate', () => refresh());
const refresh = follow(load);
