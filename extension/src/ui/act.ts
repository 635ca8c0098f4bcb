/** The way from a click to an action: nothing acts that a person did not do on something they could see. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** Judges the event; calls the action only if it is a person's own, on our visible host. */
export type Act = (event: Event, action: () => void) => void;

const Acting = createContext<Act>(() => {});

export const ActProvider = Acting.Provider;

/** An `onClick` that is judged first. */
export function useAct(): (action: () => void) => (event: Event) => void {
  const act = useContext(Acting);
  return (action) => (event) => act(event, action);
}
