/** The browser's leave to be on one site: asked for that host alone, and looked at again whenever it changes. */
import { useEffect, useState } from 'preact/hooks';
import { browser } from '../platform';
import { originPattern } from '../rules/site';

/** Asks the person, by the browser's own prompt; nothing if the leave is there. Right after a click only. */
export const askPermission = (host: string): Promise<boolean> =>
  browser.permissions.request({ origins: [originPattern(host)] });

/** Whether the leave is there; null until the browser has said so. */
export function useAllowed(host: string): boolean | null {
  const [allowed, setAllowed] = useState<boolean | null>(null);
  useEffect(() => {
    const look = (): void => void browser.permissions.contains({ origins: [originPattern(host)] }).then(setAllowed);
    look();
    browser.permissions.onAdded.addListener(look);
    browser.permissions.onRemoved.addListener(look);
    return () => {
      browser.permissions.onAdded.removeListener(look);
      browser.permissions.onRemoved.removeListener(look);
    };
  }, [host]);
  return allowed;
}
