import { describe, expect, it } from 'vitest';
import { dashboardOf } from '../../src/background/senders';
import { DASHBOARDS, dashboardAt } from '../../src/dashboards';
import { demoChatUrls } from '../../src/dashboards/demo-chat';
import { demoListUrls } from '../../src/dashboards/demo-list';
import { lmeUrls } from '../../src/dashboards/lme';
import { lstepUrls } from '../../src/dashboards/lstep';
import { managerUrls } from '../../src/dashboards/manager';
import { oachatUrls } from '../../src/dashboards/oachat';

const examples = {
  oachat: oachatUrls,
  manager: managerUrls,
  lstep: lstepUrls,
  lme: lmeUrls,
  'demo-chat': demoChatUrls,
  'demo-list': demoListUrls,
};

describe('which dashboard an address belongs to', () => {
  it.each(DASHBOARDS)('$slug: the background and the page agree', (dashboard) => {
    for (const address of examples[dashboard.slug as keyof typeof examples].yes) expect(dashboardOf(address)).toBe(dashboard.slug);
  });

  for (const dashboard of DASHBOARDS) {
    it.each(examples[dashboard.slug as keyof typeof examples].yes)(`${dashboard.slug} recognises %s`, (address) => {
      expect(dashboardAt(address)?.slug).toBe(dashboard.slug);
    });
    it.each(examples[dashboard.slug as keyof typeof examples].no)(`${dashboard.slug} stays silent on %s`, (address) => {
      expect(dashboardAt(address)?.slug).not.toBe(dashboard.slug);
    });
  }

  it('stays silent on something that is no address', () => {
    expect(dashboardAt('not an address')).toBeNull();
  });
});
