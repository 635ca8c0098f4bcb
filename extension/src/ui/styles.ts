/** The styles as text, for shadow roots. */
import controls from './controls.css?inline';
import dark from './dark.css?inline';
import dock from './dock.css?inline';
import preview from './preview.css?inline';
import row from './row.css?inline';
import tokens from './tokens.css?inline';


/** Dark where the system is, and on pages that are dark themselves (the class is set by page/host.ts). */
const themes = [
  tokens,
  `@media (prefers-color-scheme: dark) { ${dark} }`,
  dark.replace('.ittsu', '.ittsu.dark, .ittsu.dark .ittsu'),
  '.ittsu.dark { color-scheme: dark; }',
].join('\n');

export const DOCK_STYLES = [themes, controls, preview, dock].join('\n');
export const ROW_STYLES = [themes, controls, preview, dock, row].join('\n');
