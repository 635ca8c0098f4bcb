/** Our own small drawings, 16 × 16, in the colour of the text. Decorative: the words beside them speak. */
import type { ComponentChildren } from 'preact';

function Drawing({ children, size = 16 }: { children: ComponentChildren; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

/** The mark: a speech bubble with 一 in it. */
export const Mark = ({ size = 18 }: { size?: number }) => (
  <Drawing size={size}>
    <path d="M3.5 2.5h9a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5H8l-3 2.5v-2.5H3.5A1.5 1.5 0 0 1 2 10V4a1.5 1.5 0 0 1 1.5-1.5Z" />
    <path d="M5 7h6" stroke-width="2" />
  </Drawing>
);
export const Collapse = () => (
  <Drawing>
    <path d="M6 3l5 5-5 5" />
  </Drawing>
);
export const Down = () => (
  <Drawing>
    <path d="M4 6l4 4 4-4" />
  </Drawing>
);
export const Search = () => (
  <Drawing>
    <circle cx="7" cy="7" r="4.2" />
    <path d="M10.2 10.2 14 14" />
  </Drawing>
);
export const More = () => (
  <Drawing>
    <path d="M3 8h.01M8 8h.01M13 8h.01" stroke-width="2.4" />
  </Drawing>
);
export const Check = () => (
  <Drawing>
    <path d="m3 8.5 3.2 3.2L13 5" />
  </Drawing>
);
export const Warning = () => (
  <Drawing>
    <path d="M8 2.2 14.5 13.5h-13Z" />
    <path d="M8 6.5v3M8 11.6h.01" />
  </Drawing>
);
export const Information = () => (
  <Drawing>
    <circle cx="8" cy="8" r="6" />
    <path d="M8 7.4v3.4M8 5.2h.01" />
  </Drawing>
);
export const Unplugged = () => (
  <Drawing>
    <path d="M9.5 3.5 12.5 6.5 9.7 9.3a2.8 2.8 0 0 1-4 0l0 0a2.8 2.8 0 0 1 0-4Z" />
    <path d="M8 2l1.5 1.5M14 8l-1.5-1.5M5.7 10.3 2 14" />
  </Drawing>
);
export const Chat = () => (
  <Drawing>
    <path d="M2.5 3.5h11v7.5H8l-3 2.5V11H2.5Z" />
  </Drawing>
);
export const Link = () => (
  <Drawing>
    <path d="M6.5 9.5l3-3M7 4.5l1.2-1.2a3.1 3.1 0 0 1 4.4 4.4L11.5 9M9 11.5l-1.2 1.2a3.1 3.1 0 0 1-4.4-4.4L4.5 7" />
  </Drawing>
);
export const Clock = () => (
  <Drawing size={14}>
    <circle cx="8" cy="8" r="6" />
    <path d="M8 4.8V8l2.2 1.6" />
  </Drawing>
);
export const Blocked = () => (
  <Drawing>
    <circle cx="8" cy="8" r="6" />
    <path d="m4 4 8 8" />
  </Drawing>
);

/** How much of the month is left, as a ring; `share` from 0 to 1. */
export function Ring({ share, low }: { share: number; low: boolean }) {
  const length = 2 * Math.PI * 5.5;
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" fill="none" aria-hidden="true" class={low ? 'ring low' : 'ring'}>
      <circle class="track" cx="8" cy="8" r="5.5" stroke-width="3" />
      <circle
        cx="8"
        cy="8"
        r="5.5"
        stroke="currentColor"
        stroke-width="3"
        stroke-dasharray={`${share * length} ${length}`}
        transform="rotate(-90 8 8)"
      />
    </svg>
  );
}
