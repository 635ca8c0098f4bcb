/** What the script in a page of the operator's own can ask while somebody points. */
import type { CommandArguments, SiteCommands } from '../messages';
import { sitePageForm } from '../rules/site';
import * as shape from '../shape';
import type { Shape } from '../shape';
import type { OwnSites } from './own-sites';

type Command<Name extends keyof SiteCommands> = {
  shape: Shape<CommandArguments<SiteCommands, Name>>;
  run(args: CommandArguments<SiteCommands, Name>, sites: OwnSites, host: string, tabId: number | null): Promise<void>;
};

export const SITE_COMMANDS: { [Name in keyof SiteCommands]: Command<Name> } = {
  pointed: {
    shape: shape.fields({ page: sitePageForm }),
    run: ({ page }, sites, host, tabId) => sites.pointed(host, tabId, page),
  },
  stopPointing: { shape: shape.nothing, run: (_, sites, host, tabId) => sites.stopPointing(host, tabId) },
};

/** `host` and `tabId` are the browser's word on who asks. Throws Malformed and NotAllowed. */
export async function runSiteCommand(
  name: string,
  args: unknown,
  sites: OwnSites,
  { host, tabId }: { host: string; tabId: number | null },
): Promise<void> {
  if (!Object.hasOwn(SITE_COMMANDS, name)) throw new shape.Malformed();
  const command = SITE_COMMANDS[name as keyof SiteCommands] as unknown as {
    shape: Shape<object>;
    run(args: object, sites: OwnSites, host: string, tabId: number | null): Promise<void>;
  };
  await command.run(command.shape(args), sites, host, tabId);
}
