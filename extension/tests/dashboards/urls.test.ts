import { describe, expect, it } from 'vitest';
import { DASHBOARDS, dashboardAt } from '../../src/dashboards';
import { demoChatUrls } from '../../src/dashboards/demo-chat';
import { demoListUrls } from '../../src/dashboards/demo-list';
import { lstepUrls } from '../../src/dashboards/lstep';
import { managerUrls } from '../../src/dashboards/manager';
import { oachatUrls } from '../../src/dashboards/oachat';

const examples = {
  oachat: oachatUrls,
  manager: managerUrls,
  lstep: lstepUrls,
  'demo-chat': demoChatUrls,
  'demo-list': demoListUrls,
};

describe('which dashboard an address belongs to', () => {
  for (const dashboard of DASHBOARDS) {
    it.each(examples[dashboard.slug].yes)(`${dashboard.slug} recognises %s`, (address) => {
      expect(dashboardAt(address)?.slug).toBe(dashboard.slug);
    });
    it.each(examples[dashboard.slug].no)(`${dashboard.slug} stays silent on %s`, (address) => {
      expect(dashboardAt(address)?.slug).not.toBe(dashboard.slug);
    });
  }

  it('stays silent on something that is no address', () => {
    expect(dashboardAt('not an address')).toBeNull();
  });
});
