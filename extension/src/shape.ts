/**
 * Checks of everything that comes from outside: commands over a port (a page's process may be compromised), the
 * helper's answers, and what was stored. Nothing is taken unless every field is of the expected form.
 */
import { hostOfOwn } from './hosts';
import type { Dashboard, OwnDashboard } from './messages';
import { DASHBOARDS } from './messages';

/** Returns the checked value, or throws Malformed. */
export type Shape<Value> = (value: unknown) => Value;

export class Malformed extends Error {
  constructor() {
    super('malformed');
    this.name = 'Malformed';
  }
}

/** Text of `least` to `most` UTF-16 units, optionally of a pattern. */
export function text(most: number, pattern?: RegExp, least = 1): Shape<string> {
  return (value) => {
    if (typeof value !== 'string' || value.length < least || value.length > most) throw new Malformed();
    if (pattern && !pattern.test(value)) throw new Malformed();
    return value;
  };
}

export const yesOrNo: Shape<boolean> = (value) => {
  if (typeof value !== 'boolean') throw new Malformed();
  return value;
};

export function number(least: number, most: number): Shape<number> {
  return (value) => {
    if (typeof value !== 'number' || !(value >= least && value <= most)) throw new Malformed();
    return value;
  };
}

export function oneOf<const Value extends string | number>(...allowed: readonly Value[]): Shape<Value> {
  return (value) => {
    if (!allowed.includes(value as Value)) throw new Malformed();
    return value as Value;
  };
}

export function list<Item>(item: Shape<Item>, most: number, least = 0): Shape<Item[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) throw new Malformed();
    return value.map(item);
  };
}

export function dictionary<Value>(key: RegExp, item: Shape<Value>, most: number): Shape<Record<string, Value>> {
  return (value) => {
    const entries = Object.entries(plainObject(value));
    if (entries.length > most || entries.some(([name]) => !key.test(name))) throw new Malformed();
    return Object.fromEntries(entries.map(([name, content]) => [name, item(content)]));
  };
}

export const orNull =
  <Value>(shape: Shape<Value>): Shape<Value | null> =>
  (value) =>
    value === null ? null : shape(value);

const OPTIONAL = Symbol('optional');
type Optional<Value> = Shape<Value> & { [OPTIONAL]: true };

/** A field that may be missing; missing ones stay missing. */
export function optional<Value>(shape: Shape<Value>): Optional<Value> {
  return Object.assign((value: unknown) => shape(value), { [OPTIONAL]: true as const });
}

type Fields = Record<string, Shape<unknown>>;
type RequiredOf<F extends Fields> = { [K in keyof F as F[K] extends Optional<unknown> ? never : K]: ReturnType<F[K]> };
type OptionalOf<F extends Fields> = { [K in keyof F as F[K] extends Optional<unknown> ? K : never]?: ReturnType<F[K]> };

/** Exactly these fields. An unknown one is a mistake or an attempt, not something to drop quietly. */
export function fields<F extends Fields>(shape: F): Shape<RequiredOf<F> & OptionalOf<F>> {
  return (value) => {
    const given = plainObject(value);
    if (Object.keys(given).some((name) => !Object.hasOwn(shape, name))) throw new Malformed();
    const checked: Record<string, unknown> = {};
    for (const [name, check] of Object.entries(shape)) {
      if (given[name] === undefined) {
        if (!(OPTIONAL in check)) throw new Malformed();
        continue;
      }
      checked[name] = check(given[name]);
    }
    return checked as RequiredOf<F> & OptionalOf<F>;
  };
}

/** These fields, and whatever else there is: a newer helper may say more, and what we stored before may be less. */
export function known<F extends Fields>(shape: F): Shape<RequiredOf<F> & OptionalOf<F>> {
  return (value) => {
    const given = plainObject(value);
    const checked: Record<string, unknown> = { ...given };
    for (const [name, check] of Object.entries(shape)) {
      if (given[name] === undefined) {
        if (!(OPTIONAL in check)) throw new Malformed();
        continue;
      }
      checked[name] = check(given[name]);
    }
    return checked as RequiredOf<F> & OptionalOf<F>;
  };
}

/** A value of any form: for answers that decide nothing. */
export const anything: Shape<unknown> = (value) => value;

export function either<One, Other>(one: Shape<One>, other: Shape<Other>): Shape<One | Other> {
  return (value) => {
    try {
      return one(value);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      return other(value);
    }
  };
}

function plainObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed();
  return value as Record<string, unknown>;
}

// The words of the contract.
export const accountId = text(20, /^\d{1,20}$/);
export const userId = text(33, /^U[0-9a-f]{32}$/);
// They become segments of paths: `.` and `..` would be steps, also encoded.
export const id = text(80, /^(?!\.{1,2}$)[\w.~-]+$/);
export const memberId = text(100, /^(?!\.{1,2}$)/);
export const pageAccount = text(200, /^(?!\.{1,2}$)/);
export const idempotencyKey = text(100, /^[\w-]{8,100}$/);
const ownDashboard: Shape<OwnDashboard> = (value) => {
  const slug = text(60)(value);
  if (hostOfOwn(slug) === null) throw new Malformed();
  return slug as OwnDashboard;
};
export const dashboard: Shape<Dashboard> = either<Dashboard, Dashboard>(oneOf(...DASHBOARDS), ownDashboard);
export const time = text(40);
export const nothing = fields({});

/** UTF-16 units as JSON. Throws Malformed for what is no JSON, like something that holds itself. */
export function sizeOf(value: unknown): number {
  try {
    return (JSON.stringify(value) ?? '').length;
  } catch {
    throw new Malformed();
  }
}

/** LINE message objects: their inside is the helper's to judge; here only their size is limited. */
export const lineMessages = list(
  (value): { type: string; [property: string]: unknown } => {
    const message = plainObject(value);
    if (typeof message['type'] !== 'string' || sizeOf(message) > 60_000) throw new Malformed();
    return message as { type: string };
  },
  5,
  1,
);
export const tapReplies = list(text(200, undefined, 0), 13);
