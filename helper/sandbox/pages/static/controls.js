// The practice controls: what the phone can do, and what it shows. Only this file knows their shape.

const ROOT = '/sandbox/api';

async function ask(path, options) {
  const answer = await fetch(ROOT + path, { cache: 'no-store', redirect: 'error', ...options });
  if (!answer.ok) throw new Error(`${path.split('?')[0]} answered ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

function tell(path, body = {}) {
  return ask(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const person = (userId, action) => `/people/${encodeURIComponent(userId)}/${action}`;

export const controls = {
  state: () => ask('/state'),
  timeline: (userId, accountId) =>
    ask(`${person(userId, 'timeline')}?account_id=${encodeURIComponent(accountId)}`),
  create: (accountId, name) => tell('/people', { account_id: accountId, name }),
  follow: (userId, accountId, secondsAgo) =>
    tell(person(userId, 'follow'), { account_id: accountId, seconds_ago: secondsAgo }),
  block: (userId, accountId) => tell(person(userId, 'block'), { account_id: accountId }),
  unblock: (userId, accountId) => tell(person(userId, 'unblock'), { account_id: accountId }),
  write: (userId, accountId, text) => tell(person(userId, 'messages'), { account_id: accountId, text }),
  tap: (userId, accountId, label) => tell(person(userId, 'tap'), { account_id: accountId, label }),
};

/**
 * Calls `refresh` now, after every change in the sandbox, and after the connection was lost and is back.
 * Several changes while a refresh runs cause one more, not many. A page in the background lets go of
 * its connection: a browser keeps only six to one address.
 */
export function follow(refresh) {
  let running = false;
  let again = false;
  let stream = null;

  async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      await refresh();
    } while (again);
    running = false;
  }

  function listen() {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else if (!stream) {
      stream = new EventSource(`${ROOT}/stream`);
      stream.addEventListener('open', run);
      stream.addEventListener('changed', run);
      stream.addEventListener('message', run);
    }
  }

  document.addEventListener('visibilitychange', listen);
  listen();
  run();
  return run;
}
