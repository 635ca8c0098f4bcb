/** What a person types on the helper's computer: the helper cannot say how it was installed while it does not run. */
export interface Typed {
  /** Where it was installed from a release. */
  installed: string;
  /** In the folder of its sources. */
  inFolder: string;
}

export const START: Typed = { installed: 'ittsu serve', inFolder: 'python3 scripts/start.py' };
export const PAIR: Typed = { installed: 'ittsu pair', inFolder: 'python3 scripts/start.py pair' };
