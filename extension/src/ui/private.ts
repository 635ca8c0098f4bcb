/**
 * Names for our custom properties that a page cannot guess. A page that knows such a name can register it with a type
 * that our values are not of (`CSS.registerProperty`), in shadow roots too: our colours would be void, and the dock
 * see-through above a bait.
 */

/** Another one in every page. */
const SUFFIX = crypto.randomUUID().slice(0, 8);

/** The custom property of this name, as it is called here. */
export const property = (name: string): `--${string}` => `--${name}-${SUFFIX}`;

/** A style sheet whose custom properties are called so. */
export const privately = (styles: string): string =>
  styles.replace(/(?<![\w-])--([a-z][a-z0-9-]*)/gu, (_, name: string) => property(name));
