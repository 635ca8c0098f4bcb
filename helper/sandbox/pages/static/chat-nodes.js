// Elements that are kept and given other texts, as the real chat does: whoever reads this page from
// outside must notice a changed text in an element that stays.

const graphemes = new Intl.Segmenter('ja', { granularity: 'grapheme' });
const pictographic = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
const ownNodes = new WeakMap(); // element → the nodes that setName put there

/** "ゆい🌸" → [{text: 'ゆい'}, {emoji: '🌸'}] */
function pieces(name) {
  const found = [];
  for (const { segment } of graphemes.segment(name)) {
    if (pictographic.test(segment)) found.push({ emoji: segment });
    else if (found.at(-1)?.text) found.at(-1).text += segment;
    else found.push({ text: segment });
  }
  return found;
}

function emojiAddress(emoji) {
  return `/demo/emoji/${[...emoji].map((character) => character.codePointAt(0).toString(16)).join('-')}.svg`;
}

function makePicture() {
  const picture = document.createElement('img');
  picture.className = 'emoji';
  return picture;
}

/** Shows `name` in `element`, emoji as images whose text is in `alt`; keeps the nodes that fit. */
export function setName(element, name) {
  const before = ownNodes.get(element) ?? [];
  const after = pieces(name).map((piece, index) => {
    const kept = before[index];
    if (piece.emoji) {
      const picture = kept instanceof HTMLImageElement ? kept : makePicture();
      if (picture.alt !== piece.emoji) {
        picture.alt = piece.emoji;
        picture.src = emojiAddress(piece.emoji);
      }
      return picture;
    }
    const text = kept instanceof Text ? kept : document.createTextNode('');
    if (text.nodeValue !== piece.text) text.nodeValue = piece.text;
    return text;
  });
  if (after.some((node, index) => node !== before[index])) {
    for (const node of before) node.remove();
    element.prepend(...after);
  } else {
    for (const node of before.slice(after.length)) node.remove();
  }
  ownNodes.set(element, after);
}

/** Shows `text` in the one text node of `element`, which is kept. */
export function setText(element, text) {
  if (!(element.firstChild instanceof Text)) element.prepend(document.createTextNode(''));
  if (element.firstChild.nodeValue !== text) element.firstChild.nodeValue = text;
}

/** As many clones of `template` in `container` as there are `items`; the n-th shows the n-th item. */
export function drawList(container, template, items, draw) {
  while (container.children.length > items.length) container.lastElementChild.remove();
  while (container.children.length < items.length) {
    container.append(template.content.firstElementChild.cloneNode(true));
  }
  items.forEach((item, index) => draw(container.children[index], item));
}
