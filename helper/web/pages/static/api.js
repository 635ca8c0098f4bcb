// Talks to the helper that served this page, and holds its token for this tab.

const TOKEN = 'ittsu-page-token';

/** What the helper refuses, as it told it. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? body.title ?? String(status));
    this.status = status;
    this.code = body.code ?? 'internal';
    this.title = body.title ?? '';
    this.detail = body.detail ?? '';
    this.body = body;
  }
}

let lost = () => {};

/** `work` is called when the token is worth nothing any more. */
export function onLost(work) {
  lost = work;
}

export function isPaired() {
  return sessionStorage.getItem(TOKEN) !== null;
}

/** Exchange the code of a one-time link for a token of twelve hours. Throws Problem. */
export async function pair(code) {
  const body = { code, client: { name: 'Ittsu 本体の設定', session: true } };
  const made = await request('POST', '/pairings', { json: body, token: null });
  sessionStorage.setItem(TOKEN, made.token);
}

/**
 * Ask the API: the JSON of its answer, null where there is none. `body` is sent as JSON; a Blob is sent as it is,
 * with its own media type. Throws Problem.
 */
export async function ask(method, path, body, headers = {}) {
  const token = sessionStorage.getItem(TOKEN);
  try {
    return await request(method, path, body instanceof Blob ? { blob: body, token, headers } : { json: body, token, headers });
  } catch (problem) {
    if (problem instanceof Problem && problem.code === 'unauthenticated') {
      sessionStorage.removeItem(TOKEN);
      lost();
    }
    throw problem;
  }
}

/** A file of the API's, as a Blob. Throws Problem. */
export async function askFile(path) {
  const answer = await reach('GET', path, { token: sessionStorage.getItem(TOKEN) });
  if (!answer.ok) throw await problemOf(answer);
  return answer.blob();
}

async function request(method, path, what) {
  const answer = await reach(method, path, what);
  if (!answer.ok) throw await problemOf(answer);
  return answer.status === 204 ? null : answer.json();
}

async function reach(method, path, { json, blob, token, headers = {} }) {
  const sent = { ...headers };
  if (token) sent.Authorization = `Bearer ${token}`;
  if (json !== undefined) sent['Content-Type'] = 'application/json';
  if (blob) sent['Content-Type'] = blob.type;
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      headers: sent,
      body: blob ?? (json === undefined ? undefined : JSON.stringify(json)),
      credentials: 'omit',
      cache: 'no-store',
    });
  } catch {
    throw new Problem(0, { code: 'offline' });
  }
}

async function problemOf(answer) {
  try {
    return new Problem(answer.status, await answer.json());
  } catch {
    return new Problem(answer.status, { code: 'internal' });
  }
}
