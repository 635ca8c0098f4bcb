/** One HTTP call to the helper, with its answer as a value or one of two errors. */
import type { Problem } from '../messages';

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** No answer came: refused, cut off, or too slow. Whether the request arrived is not known. */
export class NoAnswer extends Error {
  constructor(cause?: unknown) {
    super('the helper did not answer', { cause });
    this.name = 'NoAnswer';
  }
}

/** The helper answered, and the answer is no. */
export class HelperRefused extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status} ${problem.code}`);
    this.name = 'HelperRefused';
  }
}

/** Something answers at the address that is not the helper. */
export class NotTheHelper extends Error {
  constructor(cause?: unknown) {
    super('something other than the helper answered', { cause });
    this.name = 'NotTheHelper';
  }
}

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  /** Sent as JSON; a file is sent as it is, by its own type. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Milliseconds until the call counts as unanswered. */
  timeout: number;
}

/**
 * Makes the call. Never cached, and never redirected: a redirect could carry the token elsewhere.
 * Returns the parsed body, or null where there is none (204).
 */
export async function request(fetch: Fetch, call: Call): Promise<unknown> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), call.timeout);
  try {
    const response = await fetch(call.url, {
      method: call.method,
      cache: 'no-store',
      redirect: 'error',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: controller.signal,
      headers: {
        ...(call.body === undefined ? {} : { 'Content-Type': call.body instanceof Blob ? call.body.type : 'application/json' }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: call.body instanceof Blob ? call.body : JSON.stringify(call.body) }),
    });
    const text = await response.text();
    if (response.ok) return text === '' ? null : parse(text);
    throw new HelperRefused(readProblem(response.status, text));
  } catch (error) {
    if (error instanceof HelperRefused || error instanceof NotTheHelper) throw error;
    throw new NoAnswer(error);
  } finally {
    clearTimeout(timer);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new NotTheHelper(error);
  }
}

/** RFC 9457 problem details. Whatever isn't of that form becomes the code `http_STATUS`. */
function readProblem(status: number, text: string): Problem {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Not JSON: some other server's error page. The status says all there is to say.
    body = null;
  }
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const { type: _type, title, status: _status, detail, code, ...extra } = fields;
  return {
    code: typeof code === 'string' ? code : `http_${status}`,
    status,
    detail: typeof detail === 'string' ? detail : typeof title === 'string' ? title : '',
    extra,
  };
}
