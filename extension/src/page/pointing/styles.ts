/** The styles of pointing, as text for its shadow root. */
import controls from '../../ui/controls.css?inline';
import tokens from '../../ui/tokens.css?inline';
import pointing from './pointing.css?inline';

export const POINTING_STYLES = [tokens, controls, pointing].join('\n');
