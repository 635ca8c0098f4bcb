// The list of people and the shelf of their phones. Texts go in by textContent only.
import { controls, follow } from '/assets/controls.js';
import { Phone } from '/assets/phone-talk.js';
import { words } from '/assets/phone-words.js';

const MOST_PHONES = 3;
const people = document.getElementById('people');
const shelf = document.getElementById('shelf');
const accountChoice = document.getElementById('account-choice');
const accountSelect = document.getElementById('account');
const problem = document.getElementById('problem');
const rowTemplate = document.getElementById('person-row');
const phones = new Map(); // user_id → Phone, in the order on the shelf
const rows = new Map(); // user_id → list item
let accounts = [];
let persons = [];
let accountId = null;
let first = true;

export function face(person) {
  return `/faces/${encodeURIComponent(person.user_id)}.svg`;
}

function stateWords(person) {
  if (person.blocked) return words.blocked;
  return person.following ? words.friend : words.notFriend;
}

function account() {
  return accounts.find((each) => each.id === accountId);
}

/** Puts a person's phone on the shelf: instead of the others, or beside them. */
function open(userId, beside) {
  if (!phones.has(userId)) {
    if (!beside) closeAll();
    while (phones.size >= MOST_PHONES) close(phones.keys().next().value);
    const phone = new Phone(userId, {
      failed: showProblem,
      close: () => {
        close(userId);
        rows.get(userId)?.querySelector('.person-open').focus();
      },
    });
    phones.set(userId, phone);
    shelf.append(phone.element);
  } else if (!beside) {
    for (const other of [...phones.keys()]) if (other !== userId) close(other);
  }
  refresh();
}

function close(userId) {
  phones.get(userId)?.element.remove();
  phones.delete(userId);
  drawPeople();
}

function closeAll() {
  for (const userId of [...phones.keys()]) close(userId);
}

function showProblem(failed) {
  problem.hidden = !failed;
  problem.textContent = failed ? words.failed : '';
}

function makeRow(userId) {
  const row = rowTemplate.content.firstElementChild.cloneNode(true);
  row.querySelector('.person-open').addEventListener('click', () => open(userId, false));
  row.querySelector('.person-beside').addEventListener('click', () => open(userId, true));
  rows.set(userId, row);
  return row;
}

function drawPeople() {
  const here = persons.filter((person) => person.account_id === accountId);
  const known = new Set(here.map((person) => person.user_id));
  for (const [userId, row] of rows) {
    if (!known.has(userId)) {
      row.remove();
      rows.delete(userId);
    }
  }
  here.forEach((person, index) => {
    const row = rows.get(person.user_id) ?? makeRow(person.user_id);
    const opener = row.querySelector('.person-open');
    const beside = row.querySelector('.person-beside');
    const picture = row.querySelector('.face');
    if (picture.getAttribute('src') !== face(person)) picture.src = face(person);
    row.querySelector('.person-name').textContent = person.name;
    row.querySelector('.person-state').textContent = stateWords(person);
    row.toggleAttribute('data-open', phones.has(person.user_id));
    opener.setAttribute('aria-pressed', String(phones.has(person.user_id)));
    opener.title = words.open(person.name);
    beside.title = words.beside(person.name);
    beside.setAttribute('aria-label', words.beside(person.name));
    beside.hidden = phones.size === 0 || phones.has(person.user_id);
    if (people.children[index] !== row) people.insertBefore(row, people.children[index] ?? null);
  });
  drawEmptyShelf();
  drawIdeas(here);
}

function drawEmptyShelf() {
  const shown = shelf.querySelector('.shelf-empty');
  if (phones.size > 0) shown?.remove();
  else if (!shown) {
    const note = document.createElement('p');
    note.className = 'shelf-empty';
    note.textContent = words.chooseOne;
    shelf.replaceChildren(note);
  }
}

function drawIdeas(here) {
  const box = document.getElementById('ideas');
  const taken = new Set(here.map((person) => person.name));
  const names = words.ideas.filter((name) => !taken.has(name));
  if (box.dataset.names === names.join('\n')) return;
  box.dataset.names = names.join('\n');
  box.replaceChildren(
    ...names.map((name) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'idea';
      button.textContent = name;
      button.title = words.addNamed(name);
      button.addEventListener('click', () => create(name));
      return button;
    }),
  );
}

function drawAccounts() {
  accountChoice.hidden = accounts.length < 2;
  const names = accounts.map((each) => `${each.id}\n${each.name}`).join('\n');
  if (accountSelect.dataset.names === names) return;
  accountSelect.dataset.names = names;
  accountSelect.replaceChildren(
    ...accounts.map((each) => new Option(`${each.name} ${each.basic_id}`, each.id, false, each.id === accountId)),
  );
}

async function create(name) {
  try {
    const made = await controls.create(accountId, name);
    showProblem(false);
    open(made.user_id, false);
  } catch {
    showProblem(true);
  }
}

async function load() {
  try {
    const state = await controls.state();
    accounts = state.accounts;
    persons = state.people;
    if (!account()) accountId = accounts[0]?.id ?? null;
    const here = persons.filter((person) => person.account_id === accountId);
    if (first && here.length > 0 && phones.size === 0) {
      first = false;
      open(here[0].user_id, false);
    }
    first = false;
    drawAccounts();
    drawPeople();
    await Promise.all(
      here
        .filter((person) => phones.has(person.user_id))
        .map((person) => phones.get(person.user_id).show(account(), person)),
    );
    showProblem(false);
  } catch {
    showProblem(true);
  }
}

document.getElementById('create').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = document.getElementById('new-name');
  const name = field.value.trim();
  if (!name) return;
  field.value = '';
  create(name);
});

accountSelect.addEventListener('change', () => {
  accountId = accountSelect.value;
  closeAll();
  refresh();
});

const refresh = follow(load);
