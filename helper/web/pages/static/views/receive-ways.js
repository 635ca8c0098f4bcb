// Choosing a way: what it means is said before it is done.
import { confirmed, h, notice } from '../parts.js';
import { language, t } from '../words.js';

/** Whether the chosen way has another tool beside us. */
export function usesTheTool(receiving) {
  return withTool(receiving.way, receiving.answers.tool);
}

function withTool(way, tool) {
  return ['behind', 'in_front'].includes(way) || (way === 'relay' && tool !== false);
}

/** Ask whether a way is to be taken: null for no, else what is stated with it. */
export async function askToChoose(each, receiving) {
  const tool = withTool(each.way, receiving.answers.tool);
  const box = h('input', { type: 'checkbox' });
  const silent =
    tool &&
    h('label', { class: 'tick' }, box, h('span', {}, t('receive_tool_silent'), h('span', { class: 'hint' }, t('receive_tool_silent_hint'))));
  const yes = await confirmed(
    t('receive_choose_title', { name: each.name }),
    t('receive_choose'),
    each.caution && notice('amber', h('p', {}, each.caution.text)),
    tool && h('p', {}, t('receive_choose_replies')),
    silent,
    each.way === 'none' && receiving.verified && h('p', {}, t('receive_choose_import')),
    each.way !== 'none' && h('p', { class: 'hint' }, t('receive_choose_line_stays')),
  );
  if (!yes) return null;
  return tool && box.checked ? { tool_replies: false } : {};
}

/** The notice of something done. */
export function saying(...sentences) {
  return notice('good', h('p', {}, sentences.filter(Boolean).join(language === 'en' ? ' ' : '')));
}
