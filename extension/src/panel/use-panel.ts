/** The state of options and popup, and how they ask for changes. */
import { createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { CommandRefused, openChannel, type Channel } from '../channel';
import type { CommandArguments, CommandValue, PanelCommands, PanelState, Problem } from '../messages';
import { t } from '../platform';

export type Call = <Name extends keyof PanelCommands & string>(
  name: Name,
  args: CommandArguments<PanelCommands, Name>,
) => Promise<CommandValue<PanelCommands, Name>>;

export interface Panel {
  state: PanelState;
  call: Call;
}

/** Null until the background has told the first state. */
export function usePanel(): Panel | null {
  const [state, setState] = useState<PanelState | null>(null);
  const channel = useRef<Channel<'panel'> | null>(null);
  useEffect(() => {
    const opened = openChannel('panel', setState);
    channel.current = opened;
    return () => opened.close();
  }, []);
  const call: Call = (name, args) => {
    if (!channel.current) throw new Error('asked before the channel was opened');
    return channel.current.call(name, args);
  };
  return state && { state, call };
}

const PanelContext = createContext<Panel | null>(null);
export const PanelProvider = PanelContext.Provider;

/** Inside a PanelProvider. */
export function useKnownPanel(): Panel {
  const panel = useContext(PanelContext);
  if (!panel) throw new Error('used outside of a panel');
  return panel;
}

/** A problem in words; the helper's own words where it has some. */
export function wordsOf(problem: Problem): string {
  if (problem.code === 'offline' || problem.code === 'unpaired') return t('common_failed_offline');
  if (problem.code === 'answer_lost' || problem.code === 'interrupted') return t('common_failed_lost');
  return problem.detail || t('common_failed', { code: problem.code });
}

/** The problem of a refused command. Other errors are faults of ours and go on. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof CommandRefused) return error.problem;
  throw error;
}
