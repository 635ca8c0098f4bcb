/** How a page is built, for whoever repairs its dashboard's file: tags, names of attributes, kinds of ids, counts.
 * Never a text, a name or a value of the page: a report may be pasted into a public issue. */
import type { Dashboard, PagePerson } from './dashboard';
import { parseUrl } from './reading';

/** Lines of a report; pages can be endless. */
const MOST_LINES = 120;
const DEEPEST = 12;
/** Children looked at per element: lists have thousands of rows of the same form. */
const MOST_CHILDREN = 400;
/** Words of addresses that are the product's own. Everything else may be somebody's name. */
const ROUTE_WORDS = new Set(
  'line show detail visual basic friendlist my_page chat-v3 chat hidden user-block block overview account list demo page member friend_id talk'.split(' '),
);
/** Attributes that say how a page is built. Others are named only if they look like `data-…` or `aria-…`. */
const KNOWN_ATTRIBUTES = new Set('id class href src alt role type name title colspan rowspan scope for tabindex contenteditable part slot'.split(' '));
const LEFT_OUT = new Set(['script', 'style', 'template', 'noscript', 'svg', 'link', 'meta']);

/** The report, to be pasted into an issue. */
export function describePage(page: Document, url: URL, dashboard: Dashboard, people: readonly PagePerson[]): string {
  const roots = [...page.querySelectorAll('table, [role="table"], [role="grid"], dl')].filter(
    (element) => !element.parentElement?.closest('table, [role="table"], [role="grid"], dl'),
  );
  const lines = [
    `${dashboard.slug} ${pathKind(url)}`,
    `people ${people.length}, tables ${count(page, 'table')}, rows ${count(page, 'tr, [role="row"]')}, ` +
      `links ${count(page, 'a[href]')}, frames ${count(page, 'iframe, frame')}, headings ${count(page, 'h1,h2,h3,h4,h5,h6,[role="heading"]')}`,
    ...(roots.length > 0 ? roots : [page.body ?? page.documentElement]).flatMap((root) => outline(root, 0)),
  ];
  return lines.slice(0, MOST_LINES).join('\n');
}

const count = (page: Document, selector: string): number => page.querySelectorAll(selector).length;

/** One line for each element; neighbours of one form are one line with their number. */
function outline(element: Element, depth: number): string[] {
  const head = `${'  '.repeat(depth)}${form(element, depth === 0)}`;
  const children = [...element.children]
    .slice(0, MOST_CHILDREN)
    .filter(({ localName }) => !LEFT_OUT.has(localName) && !localName.startsWith('ittsu-'));
  if (children.length === 0 || depth >= DEEPEST) return [head];
  const parts: { lines: string[]; times: number }[] = [];
  for (const child of children) {
    const lines = outline(child, depth + 1);
    const last = parts.at(-1);
    if (last && last.lines.join('\n') === lines.join('\n')) last.times += 1;
    else parts.push({ lines, times: 1 });
  }
  return [head, ...parts.flatMap(({ lines: [first, ...rest], times }) => [`${first}${times > 1 ? ` ×${times}` : ''}`, ...rest])];
}

/** The element's tag and its attributes, values as kinds only. */
function form(element: Element, isRoot: boolean): string {
  const attributes = [...element.attributes].flatMap(({ name, value }) => {
    if (!KNOWN_ATTRIBUTES.has(name) && !/^(?:data|aria)-[a-z-]{1,40}$/u.test(name)) return [];
    if (name === 'class') return [`class×${value.split(/\s+/u).filter(Boolean).length}`];
    if (name === 'href') return [`href=${addressKind(value, element.baseURI)}`];
    if (name === 'role' || name === 'type' || name === 'scope') return [`${name}=${/^[a-z]{1,20}$/u.test(value) ? value : 'other'}`];
    return [`${name}=${kindOf(value)}`];
  });
  const words = [...element.childNodes].some((node) => node.nodeType === 3 && (node.nodeValue ?? '').trim());
  const root = element.getRootNode() !== element.ownerDocument && isRoot ? ' (shadow)' : '';
  return `${tagOf(element)}${attributes.length > 0 ? `[${attributes.join(' ')}]` : ''}${words ? ' text' : ''}${root}`;
}

const tagOf = ({ localName }: Element): string => (/^[a-z][a-z0-9-]{0,30}$/u.test(localName) ? localName : 'element');

/** What a value looks like: `<digits:9>`, `<hex:32>`, never the value. */
function kindOf(value: string): string {
  if (value === '') return '<empty>';
  if (/^\d+$/u.test(value)) return `<digits:${value.length}>`;
  if (/^[UCR][0-9a-f]{32}$/u.test(value)) return '<line-like id>';
  if (/^[0-9a-f-]{16,}$/iu.test(value)) return `<hex:${value.length}>`;
  return '<text>';
}

function addressKind(address: string, base: string): string {
  const target = URL.canParse(base) ? parseUrl(address, new URL(base)) : parseUrl(address);
  if (!target) return '<no address>';
  if (target.protocol !== 'https:' && target.protocol !== 'http:') return '<other>';
  return `${URL.canParse(base) && target.origin === new URL(base).origin ? '' : '<elsewhere>'}${pathKind(target)}`;
}

function pathKind(url: URL): string {
  const path = url.pathname.split('/').map((part) => (part === '' || ROUTE_WORDS.has(part) ? part : kindOf(part)));
  const query = [...url.searchParams].map(([name, value]) => `${ROUTE_WORDS.has(name) ? name : '<text>'}=${kindOf(value)}`);
  return `${path.join('/')}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}
