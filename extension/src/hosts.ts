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
