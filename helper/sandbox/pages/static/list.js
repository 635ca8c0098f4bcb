// The friend list: pages are fetched and their rows put into the rows that stand here already, as the
// real list does. Cells are changed only where the server's text changed, so that what somebody else
// added to a row stays.

const REFRESH_MILLISECONDS = 2000;
const rows = document.getElementById('rows');
let asked = 0;

/** Makes `shown` say what `wanted` says, touching only the page's own nodes. */
function adopt(shown, wanted) {
  if (shown.dataset.itemId !== wanted.dataset.itemId) shown.dataset.itemId = wanted.dataset.itemId;
  const [name, time, tags, mark] = shown.cells;
  const [newName, newTime, newTags, newMark] = wanted.cells;
  const picture = name.querySelector(':scope > img');
  const newPicture = newName.querySelector('img');
  if (picture.getAttribute('src') !== newPicture.getAttribute('src')) {
    picture.setAttribute('src', newPicture.getAttribute('src'));
  }
  const link = name.querySelector(':scope > a');
  const newLink = newName.querySelector('a');
  if (link.getAttribute('href') !== newLink.getAttribute('href')) {
    link.setAttribute('href', newLink.getAttribute('href'));
  }
  if (link.textContent !== newLink.textContent) link.textContent = newLink.textContent;
  for (const [cell, newCell] of [[time, newTime], [tags, newTags], [mark, newMark]]) {
    if (cell.textContent !== newCell.textContent) {
      cell.replaceChildren(...[...newCell.childNodes].map((node) => document.importNode(node, true)));
    }
  }
}

async function swap(address) {
  const mine = (asked += 1);
  const answer = await fetch(address, { cache: 'no-store', redirect: 'error' });
  if (!answer.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (mine !== asked) return;
  const wanted = [...page.getElementById('rows').rows];
  while (rows.rows.length > wanted.length) rows.rows[rows.rows.length - 1].remove();
  wanted.forEach((row, index) => {
    if (rows.rows[index]) adopt(rows.rows[index], row);
    else rows.append(document.importNode(row, true));
  });
  document.getElementById('count').textContent = page.getElementById('count').textContent;
  document.getElementById('none').hidden = page.getElementById('none').hidden;
  const pages = document.getElementById('pages');
  const newPages = page.getElementById('pages');
  if (pages.textContent !== newPages.textContent || answer.url !== pages.dataset.address) {
    pages.dataset.address = answer.url;
    pages.replaceChildren(...[...newPages.childNodes].map((node) => document.importNode(node, true)));
  }
}

document.querySelector('nav[aria-label="Pagination"]').addEventListener('click', async (event) => {
  const link = event.target.closest('a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  await swap(link.href);
  document.querySelector('nav[aria-label="Pagination"] a[aria-current]')?.focus();
});

window.addEventListener('popstate', () => swap(location.href));

async function refresh() {
  try {
    if (!document.hidden) await swap(location.href);
  } catch {
    // the helper is being restarted: the list stays readable and is tried again
  }
  setTimeout(refresh, REFRESH_MILLISECONDS);
}

setTimeout(refresh, REFRESH_MILLISECONDS);
