/** The addresses this extension may touch. One list, so that manifest, content script and checks cannot disagree. */

/** Pages that get a dock. No port in the local patterns: Firefox never matches a pattern that has one. */
export const DASHBOARD_MATCHES = [
  'https://chat.line.biz/*',
  'https://manager.line.biz/*',
  'https://manager.linestep.net/*',
  'https://step.lme.jp/*',
  'http://127.0.0.1/demo/chat/*',
  'http://127.0.0.1/demo/list/*',
  'http://localhost/demo/chat/*',
  'http://localhost/demo/list/*',
] as const;

/** The helper, on any local port, and the built-in dashboards. */
export const HOST_PERMISSIONS = [
  'http://127.0.0.1/*',
  'http://localhost/*',
  'https://chat.line.biz/*',
  'https://manager.line.biz/*',
  'https://manager.linestep.net/*',
  'https://step.lme.jp/*',
] as const;

/** Hosts that belong to a built-in dashboard or to the helper: no site of the operator's own. */
const BUILT_IN_HOSTS: ReadonlySet<string> = new Set(HOST_PERMISSIONS.map((pattern) => new URL(pattern.replace('*', '')).host));

/** Whether an operator may add this host as a site of their own: a full name of at most 56 characters (the helper takes
 * 60 with `own-`), no port, no wildcard, not this computer. */
export function isOwnHost(host: string): boolean {
  return (
    /^(?=.{4,56}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/u.test(host) &&
    !/^[\d.]+$/u.test(host) &&
    !host.endsWith('.localhost') &&
    !BUILT_IN_HOSTS.has(host)
  );
}

/** The host in the slug of a site that the operator added; null for every other slug. */
export function hostOfOwn(slug: string): string | null {
  const host = slug.startsWith('own-') ? slug.slice('own-'.length) : '';
  return isOwnHost(host) ? host : null;
}
