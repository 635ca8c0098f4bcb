/** The browser's leave to be on other people's pages: asked for by its own prompt, and looked at again whenever it changes. */
import { useEffect, useState } from 'preact/hooks';
import { browser } from '../platform';
import { originPattern } from '../rules/site';

/** Asks the person for one site, by the browser's own prompt; nothing if the leave is there. Right after a click only. */
export const askPermission = (host: string): Promise<boolean> =>
  browser.permissions.request({ origins: [originPattern(host)] });

/** Whether the leave for a site is there; null until the browser has said so. */
export const useAllowed = (host: string): boolean | null => useGranted([originPattern(host)]);

/** Whether the leave for all these patterns is there; null until the browser has said so. */
export function useGranted(origins: readonly string[]): boolean | null {
  const [granted, setGranted] = useState<boolean | null>(null);
  useEffect(() => {
    const look = (): void => void browser.permissions.contains({ origins: [...origins] }).then(setGranted);
    look();
    browser.permissions.onAdded.addListener(look);
    browser.permissions.onRemoved.addListener(look);
    return () => {
      browser.permissions.onAdded.removeListener(look);
      browser.permissions.onRemoved.removeListener(look);
    };
  }, [origins.join()]);
  return granted;
}
