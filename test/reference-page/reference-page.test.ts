import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { readConfig, startServer } from '@holdfast/server';
import type { RunningServer } from '@holdfast/server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { describeInBrowser, launchChromium } from '../dashboard/chromium.ts';

const screenshots = resolve(import.meta.dirname, '../../.screenshots');
const testKey = `hf_test_${'7'.repeat(43)}`;
const windows = { wide: { width: 1_280, height: 860 }, phone: { width: 360, height: 740 } };

type BrowserOptions = Parameters<Browser['newContext']>[0];

async function findViolations(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

describeInBrowser('the reference page', () => {
  let browser: Browser;
  let server: RunningServer;
  beforeAll(async () => {
    browser = await launchChromium();
    const env = {
      PORT: '0',
      HOLDFAST_STORE: 'memory',
      HOLDFAST_BOOTSTRAP_API_KEY: testKey,
      HOLDFAST_LOG_LEVEL: 'warn',
    };
    server = await startServer({ config: readConfig(env) });
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  /** A page on which nothing went wrong by the end of the test, and which asked nobody but the server. */
  async function openPage(options: BrowserOptions = {}, hash = ''): Promise<Page> {
    const context = await browser.newContext({ viewport: windows.wide, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(0);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!/^(?:data:|blob:)/u.test(request.url()) && !request.url().startsWith(server.url))
        complaints.push(request.url());
    });
    await page.goto(`${server.url}/docs${hash}`);
    onTestFinished(async () => {
      await context.close();
      expect(complaints).toEqual([]);
    });
    return page;
  }

  const article = (page: Page, operationId: string) => page.locator(`article#${operationId}`);

  async function tryWith(page: Page, operationId: string, key: string) {
    await article(page, operationId).getByRole('button', { name: 'Try it' }).click();
    const form = page.getByRole('form', { name: `Try ${operationId}` });
    await form.getByLabel('Key of the test environment').fill(key);
    return form;
  }

  test('has nothing that axe finds, in all its length', async () => {
    const page = await openPage();
    expect(await findViolations(page)).toEqual([]);
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    // What axe takes long for is left out by a search, which leaves something of each kind.
    test.each(Object.entries(windows))('has nothing that axe finds, on a %s screen', async (size, viewport) => {
      const page = await openPage({ colorScheme, viewport });
      const picture = async (name: string) => {
        await mkdir(screenshots, { recursive: true });
        await page.screenshot({ path: join(screenshots, `reference-${name}-${colorScheme}-${size}.png`) });
      };
      await picture('top');
      await page.getByRole('searchbox').fill('definition');
      if (size === 'phone') await page.getByText('All operations').click();
      await picture('search');
      if (size === 'phone') await page.getByText('All operations').click();
      await page.evaluate("for (const details of document.querySelectorAll('main details')) details.open = true");
      const form = await tryWith(page, 'registerResources', testKey);
      await picture('operation');
      await form.getByRole('button', { name: 'Send POST' }).click();
      await form.locator('pre').waitFor();
      await form.getByRole('status').scrollIntoViewIfNeeded();
      await picture('answer');
      expect(await findViolations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    });
  });

  test('finds operations, parameters, schemas and events by their names, from the keyboard alone', async () => {
    const page = await openPage();
    const shown = async () =>
      await page.locator('main article:visible').evaluateAll((articles) => articles.map(({ id }) => id));
    await page.keyboard.press('/');
    await page.keyboard.type('releaseTok');
    expect(await shown()).toEqual(expect.arrayContaining(['reserve', 'unreserve', 'renew']));
    expect(await shown()).not.toContain('createHold');
    expect(await page.getByRole('navigation').getByRole('link', { name: 'Create a tenant' }).isVisible()).toBe(false);
    expect(await page.getByRole('heading', { name: 'Tenants' }).isVisible()).toBe(false);
    await page.keyboard.press('Escape');
    expect(await shown()).toContain('createHold');
    await page.keyboard.type('credits.overage');
    expect(await shown()).toContain('onCreditsOverage');
    await page.getByRole('searchbox').fill('apikey create');
    expect(await shown()).toContain('createApiKey');
    await page.getByRole('searchbox').fill('LedgerEvent');
    expect(await shown()).toContain('schema-LedgerEvent');
    await page.getByRole('searchbox').fill('createHold');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/docs#createHold');
    await page.getByRole('searchbox').fill('xylophone');
    await page.getByText('Nothing found').waitFor();
  });

  test('shows what is linked to, even if the search had left it out', async () => {
    const page = await openPage();
    await page.getByRole('searchbox').fill('createHold');
    await article(page, 'createHold').locator('a[href="#answer-CreditsNotFound"]').click();
    await page.locator('#answer-CreditsNotFound').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
  });

  test('copies examples with the address of the server, in curl and in TypeScript', async () => {
    const page = await openPage({ permissions: ['clipboard-read', 'clipboard-write'] });
    const copied = async (name: string) => {
      const button = article(page, 'forceRelease').getByRole('button', { name: `Copy the ${name} example` });
      await button.click();
      await button.filter({ hasText: 'Copied' }).waitFor();
      return page.evaluate<string>('navigator.clipboard.readText()');
    };
    expect(await copied('curl')).toContain(`curl -s -X POST "${server.url}/api/v1/Reservation/forceRelease"`);
    expect(await copied('TypeScript')).toContain("holdfast.resources.forceRelease('order-42', { reason: ");
  });

  test('sends a request with a key of the test environment, and shows what came back', async () => {
    const page = await openPage();
    const form = await tryWith(page, 'getReservation', testKey);
    await form.getByLabel('resource').fill('any/name');
    await form.getByRole('button', { name: 'Send GET' }).click();
    await form.getByText('"any/name"').waitFor();
    expect(await form.getByRole('status').textContent()).toMatch(/^200 /u);
    expect(await form.locator('dl').textContent()).toMatch(/Content-Typeapplication\/json.*X-Request-Id/u);
    // The key is there for the next one, and only as long as the page is.
    await article(page, 'createHold').getByRole('button', { name: 'Try it' }).click();
    const next = page.getByRole('form', { name: 'Try createHold' });
    await next.getByLabel('Body').fill('{}');
    await next.getByRole('button', { name: 'Send POST' }).click();
    await next.getByText('"validation-failed"').or(next.getByText('/errors/')).first().waitFor();
    expect(await next.getByRole('status').textContent()).toMatch(/^400 /u);
    await page.reload();
    await article(page, 'createHold').getByRole('button', { name: 'Try it' }).click();
    expect(await next.getByLabel('Key of the test environment').inputValue()).toBe('');
    expect(await page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length')).toBe(0);
  });

  test('reads a stream as it comes, until it is stopped', async () => {
    const page = await openPage();
    const form = await tryWith(page, 'streamEvents', testKey);
    await form.getByRole('button', { name: 'Send GET' }).click();
    await form.getByText('connected').waitFor();
    await form.getByRole('button', { name: 'Stop' }).click();
    await form.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
  });

  test('takes no key of the live environment, and no request without a key', async () => {
    const page = await openPage();
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.url()));
    const form = await tryWith(page, 'reserve', `hf_live_${'7'.repeat(43)}`);
    expect(await form.getByRole('alert').textContent()).toContain('This is a key of the live environment');
    await form.getByRole('button', { name: 'Send POST' }).click();
    await form.getByLabel('Key of the test environment').fill('');
    await form.getByRole('button', { name: 'Send POST' }).click();
    expect(await form.getByRole('alert').textContent()).toContain('Give a key of the test environment');
    expect(sent).toEqual([]);
  });

  test('has a link past the navigation, which folds away on a phone', async () => {
    const page = await openPage({ viewport: windows.phone });
    await page.keyboard.press('Tab');
    await page.getByRole('link', { name: 'Skip to the content' }).press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    const link = page.getByRole('navigation').getByRole('link', { name: 'Create a tenant' });
    expect(await link.isVisible()).toBe(false);
    await page.getByText('All operations').click();
    await link.click();
    await link.waitFor({ state: 'hidden' });
    expect(await article(page, 'createTenant').getByRole('heading', { level: 3 }).isVisible()).toBe(true);
  });

  test('scrolls wide code with the keyboard, and makes no stop at what fits', async () => {
    const page = await openPage({ viewport: windows.phone });
    const wide = article(page, 'reserve').locator('pre').first();
    await wide.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => wide.evaluate(({ scrollLeft }) => scrollLeft)).toBeGreaterThan(0);
    const fits = await page
      .locator('pre:visible')
      .evaluateAll((all) =>
        all.filter(({ scrollWidth, clientWidth, tabIndex }) => scrollWidth <= clientWidth && tabIndex === 0),
      );
    expect(fits).toEqual([]);
  });

  test('can be read without its script', async () => {
    const page = await openPage({ javaScriptEnabled: false }, '#reserve');
    expect(await article(page, 'reserve').getByText('holdfast.resources.reserve').isVisible()).toBe(true);
    expect(await page.getByRole('navigation').getByRole('link', { name: 'Create a tenant' }).isVisible()).toBe(true);
    expect(await page.getByRole('searchbox').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Try it' }).count()).toBe(0);
  });
});
