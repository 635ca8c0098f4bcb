/** The styles as text, for shadow roots. */
import controls from './controls.css?inline';
import dock from './dock.css?inline';
import preview from './preview.css?inline';
import row from './row.css?inline';
import tokens from './tokens.css?inline';

export const DOCK_STYLES = [tokens, controls, preview, dock].join('\n');
export const ROW_STYLES = [tokens, controls, preview, dock, row].join('\n');
