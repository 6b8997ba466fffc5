import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { Holdfast } from '@holdfast/sdk';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';

import { launchChromium } from './chromium.ts';
import { apiKeys, startDashboardServer } from './dashboard-server.ts';
import type { DashboardServer } from './dashboard-server.ts';

const screenshots = resolve(import.meta.dirname, '../../.screenshots');

/** A wide window, and the narrowest phone. */
const windows = { wide: { width: 1_280, height: 860 }, phone: { width: 360, height: 740 } };

type Environment = keyof typeof apiKeys;

/** What a view's test needs: a page that shows the view, and a client of what it shows. */
interface OpenView {
  readonly page: Page;
  readonly holdfast: Holdfast;
  readonly url: string;
  /** Checks how the view is now, and keeps pictures of it. */
  check(name: string): Promise<void>;
}

/** The browser of a test file. */
export interface Dashboard {
  /** Opens a view of the default tenant on a server of its own: `resources`, `credits/acme?tab=ledger`. */
  open(view: string, environment?: Environment): Promise<OpenView>;
  /** Opens a page for somebody who comes to a new server for the first time. */
  arrive(): Promise<Pick<OpenView, 'page' | 'check'> & Pick<DashboardServer, 'url' | 'makeStartUrl'>>;
}

/** To be called once in a test file, inside of `describeInBrowser`. */
export function openDashboard(): Dashboard {
  let browser: Browser;
  beforeAll(async () => void (browser = await launchChromium()));
  afterAll(() => browser.close());
  return {
    async open(view, environment = 'live') {
      const server = await startDashboardServer();
      onTestFinished(() => server.stop());
      const { page, check } = await openPage(browser, await server.signIn());
      const holdfast = new Holdfast({ baseUrl: server.url, apiKey: apiKeys[environment] });
      await page.goto(`${server.url}/dashboard/default/${environment}/${view}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      return { page, holdfast, url: server.url, check };
    },
    async arrive() {
      const server = await startDashboardServer({ isNew: true });
      onTestFinished(() => server.stop());
      return { ...server, ...(await openPage(browser)) };
    },
  };
}

type Cookie = Awaited<ReturnType<DashboardServer['signIn']>>;

async function openPage(browser: Browser, ...cookies: readonly Cookie[]): Promise<Pick<OpenView, 'page' | 'check'>> {
  const context = await browser.newContext({ viewport: windows.wide, reducedMotion: 'reduce' });
  onTestFinished(() => context.close());
  await context.addCookies(cookies);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints = noteComplaints(page);
  return { page, check: (name) => checkView(page, name, complaints) };
}

/** What the browser has complained of: errors of the page, and what its policy forbids. */
function noteComplaints(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/u.test(message.text())) complaints.push(message.text());
  });
  return complaints;
}

/**
 * Holds for a view, in light and dark and on the narrowest phone: axe finds nothing, nothing breaks the policy, and
 * nothing reaches beyond the window's side. Keeps a picture of each.
 */
async function checkView(page: Page, name: string, complaints: readonly string[]): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // Colours change a frame later.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    for (const [size, viewport] of Object.entries(windows)) {
      await page.setViewportSize(viewport);
      await page.screenshot({ path: join(screenshots, `${name}-${colorScheme}-${size}.png`) });
      // There are no frames, for which it would open a page of its own each time.
      const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
      const { violations } = await axe.analyze();
      expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    }
  }
  await page.setViewportSize(windows.wide);
  expect(complaints).toEqual([]);
}
