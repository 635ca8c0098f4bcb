/** All dashboards, and which of them an address belongs to. */
import type { Dashboard } from './dashboard';
import { demoChat } from './demo-chat';
import { demoList } from './demo-list';
import { lme } from './lme';
import { lstep } from './lstep';
import { manager } from './manager';
import { oachat } from './oachat';

export const DASHBOARDS: readonly Dashboard[] = [oachat, manager, lstep, lme, demoChat, demoList];

export function dashboardAt(address: string): Dashboard | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return DASHBOARDS.find((dashboard) => dashboard.recognises(url)) ?? null;
}

export type { AccountEvidence, Dashboard, PagePerson, Slug } from './dashboard';
