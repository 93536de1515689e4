import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { ATTACKS } from '../support/attacks.ts';
import { PageHarness } from './harness.ts';
import { answer, conversation, SCENES, userTurn } from './scenes.ts';

/** More of something than anybody writes, and a text that stands at its end. */
const EXCESSES: Readonly<Record<string, string>> = {
  'a table of 10,000 rows': `| a | b |\n| - | - |\n${'| 1 | <b>2</b> |\n'.repeat(10_000)}`,
  'a table of 1,000 columns': `|${' a |'.repeat(1000)}\n|${' - |'.repeat(1000)}\n${`|${' 1 |'.repeat(1000)}\n`.repeat(20)}`,
  'a list of 10,000 items': '- item\n'.repeat(10_000),
  'quotes in 1,000 quotes': `${'> '.repeat(1000)}deep`,
  'lists in 1,000 lists': `${'- '.repeat(1000)}deep`,
  'lists indented ever further': Array.from(
    { length: 300 },
    (_, depth) => `${'  '.repeat(depth)}- ${depth}`,
  ).join('\n'),
  '10,000 brackets': `${'['.repeat(10_000)}a${']'.repeat(10_000)}`,
  '10,000 signs of emphasis': '*_'.repeat(10_000),
  'backticks in ever growing number': Array.from({ length: 140 }, (_, count) =>
    '`'.repeat(count + 1),
  ).join(' '),
  'a word of a million characters': 'x'.repeat(1_000_000),
  'a line of 400,000 characters': 'word **bold** `code` '.repeat(20_000),
  'a fence that is not closed, of 5,000 lines': `\`\`\`js\n${'let a = "<b>";\n'.repeat(5000)}`,
  'code of a single line of 500,000 characters': `\`\`\`js\n${'a=1;'.repeat(125_000)}\n\`\`\``,
  '500 blocks of code': '```js\nlet a;\n```\n\n'.repeat(500),
  '3,000 link definitions': Array.from(
    { length: 3000 },
    (_, index) => `[${index}]: https://example.com/${index}`,
  ).join('\n'),
  'a million line ends': '\n'.repeat(1_000_000),
};

declare global {
  interface Window {
    /** Durations of the page's long tasks, in milliseconds. */
    longTasks: number[];
  }
}

/** Runs in the browser: notes the page's long tasks. */
function watchTasks(): void {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    window.longTasks.push(...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: 'longtask' });
}

/** Longer than this, in milliseconds, no task may take, on a machine that does much else besides. */
const PATIENCE_MS = 1500;

describe('Markdown on the page', function () {
  this.timeout(60_000);
  let harness: PageHarness;

  before(async () => {
    harness = await PageHarness.start();
  });
  afterEach(() => harness.closePages());
  after(() => harness.stop());

  it('shows attacks as text: nothing runs, nothing is fetched, no link but to the web', async () => {
    const { page, show } = await harness.open();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.evaluate(() => document.fonts.load('16px codicon'));
    requests.length = 0;
    await show(
      conversation({
        turns: ATTACKS.flatMap((text, index) => [
          userTurn({ id: `u${index}` }),
          answer(text, { id: `a${index}` }),
        ]),
      }),
    );
    await page
      .getByRole('article', { name: 'Claude' })
      .nth(ATTACKS.length - 1)
      .waitFor();

    const found = await page.evaluate(() => {
      const elements = [...document.querySelectorAll('vision-markdown *')];
      return {
        names: [...new Set(elements.map((element) => element.localName))],
        attributes: [...new Set(elements.flatMap((element) => element.getAttributeNames()))],
        addresses: elements.flatMap((element) => element.getAttribute('href') ?? []),
        hit: 'hit' in window,
        violations: window.harness.violations,
      };
    });
    const allowed = 'div h1 p code pre span button a table thead tbody tr th td ul li input'.split(
      ' ',
    );
    assert.deepEqual(
      found.names.filter((name) => !allowed.includes(name)),
      [],
    );
    const known =
      'class tabindex href title aria-label aria-hidden role type disabled checked'.split(' ');
    assert.deepEqual(
      found.attributes.filter((name) => !known.includes(name)),
      [],
    );
    assert.deepEqual(
      [...new Set(found.addresses)].filter((address) => !address.startsWith('https://example.com')),
      [],
    );
    assert.equal(found.hit, false);
    assert.deepEqual(found.violations, []);
    assert.deepEqual(requests, []);
  });

  for (const [name, text] of Object.entries(EXCESSES)) {
    it(`answers keys all the while it shows ${name}`, async () => {
      const { page, show } = await harness.open();
      await show(SCENES['waiting'] ?? assert.fail());
      await page.evaluate(watchTasks);
      const turns = [userTurn(), answer(`${text}\n\n# The end`)];
      await show(conversation({ id: 'c2', turns }));
      await page.getByRole('textbox', { name: 'Message Claude' }).fill('still here');
      await page.locator('vision-markdown').getByText('The end').waitFor({ state: 'attached' });

      const longest = Math.max(0, ...(await page.evaluate(() => window.longTasks)));
      assert.ok(longest < PATIENCE_MS, `a task of ${longest} ms`);
    });
  }

  it('colours code once its fence is closed, and nothing while it grows', async () => {
    const { page, show, event } = await harness.open();
    await show(SCENES['waiting'] ?? assert.fail());
    const words = page.locator('pre .hljs-keyword');

    await event({ type: 'answerDelta', turnId: 'a1', text: '```ts\nconst a = "<b>";\n' });
    await event({ type: 'answerDelta', turnId: 'a1', text: 'let b;\n' });
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    assert.equal(await words.count(), 0);

    await event({ type: 'answerDelta', turnId: 'a1', text: '```\n\nThat is all.\n' });
    await words.nth(1).waitFor();
    assert.deepEqual(await words.allTextContents(), ['const', 'let']);
    assert.equal(await page.locator('pre').textContent(), 'const a = "<b>";\nlet b;\n');
    assert.deepEqual(await page.evaluate(() => window.harness.violations), []);
  });

  it('colours the code at the end of an answer when the answer has ended', async () => {
    const { page, show, event } = await harness.open();
    await show(SCENES['waiting'] ?? assert.fail());
    await event({ type: 'answerDelta', turnId: 'a1', text: '```css\na { color: red }\n```' });

    await event({ type: 'answerEnded', turnId: 'a1', status: 'complete' });

    await page.locator('pre .hljs-attribute', { hasText: 'color' }).waitFor();
  });

  it('leaves code plain that is long, or in a language that is not known', async () => {
    const { page, show } = await harness.open();
    const text = `\`\`\`js\n${'let a;\n'.repeat(4000)}\`\`\`\n\n\`\`\`nonsense\nlet a;\n\`\`\`\n\n\`\`\`js\nlet last;\n\`\`\``;
    await show(conversation({ turns: [userTurn(), answer(text)] }));

    // Blocks are coloured in their order.
    await page.locator('pre').nth(2).locator('.hljs-keyword').waitFor();

    assert.equal(await page.locator('.hljs-keyword').count(), 1);
  });

  it('ticks the tasks of a list', async () => {
    const { page, show } = await harness.open();
    await show(SCENES['rich'] ?? assert.fail());

    await page.getByRole('checkbox', { name: 'Done', checked: true, disabled: true }).waitFor();
    assert.equal(await page.getByRole('checkbox', { name: 'To do', checked: false }).count(), 2);
  });

  it('makes a link of an image from the web', async () => {
    const { page, show } = await harness.open();
    await show(SCENES['rich'] ?? assert.fail());

    const link = page.getByRole('link', { name: 'The design' });
    assert.equal(await link.getAttribute('href'), 'https://example.com/design.png');
  });

  it('breaks no rule of the security policy in any state', async () => {
    const { page, show } = await harness.open();
    for (const [name, state] of Object.entries(SCENES)) {
      await show({ ...state, id: name });
    }

    assert.deepEqual(await page.evaluate(() => window.harness.violations), []);
  });

  it('shows a fence as code before it is closed', async () => {
    const { page, show, event } = await harness.open();
    await show(SCENES['waiting'] ?? assert.fail());

    await event({ type: 'answerDelta', turnId: 'a1', text: 'See:\n\n```js\nlet a;\n# no heading' });
    assert.equal(await page.locator('pre code').textContent(), 'let a;\n# no heading');

    await event({ type: 'answerDelta', turnId: 'a1', text: '\n```\n\nDone' });
    assert.equal(await page.locator('pre code').textContent(), 'let a;\n# no heading\n');
    await page.getByText('Done', { exact: true }).waitFor();
  });

  it('comes to the same page whether an answer streams in or is there at once', async () => {
    const rows = Array.from({ length: 70 }, (_, index) => `| ${index} | x |`).join('\n');
    const items = Array.from({ length: 70 }, (_, index) => `${index + 1}. item`).join('\n');
    const code = `\`\`\`\n${'let a;\n'.repeat(70)}\`\`\``;
    const text = `Intro\n\n| a | b |\n| - | -: |\n${rows}\n\n${items}\n\n${code}\n\nEnd **bold**`;
    const { page, show, event } = await harness.open();
    const html = () => page.locator('vision-markdown').evaluate((element) => element.innerHTML);
    const shape = async () =>
      (await html()).replaceAll(/<!--.*?-->|<\/?span>/g, '').replaceAll(/\n+/g, '\n');

    await show(SCENES['waiting'] ?? assert.fail());
    for (let at = 0; at < text.length; at += 97) {
      await event({ type: 'answerDelta', turnId: 'a1', text: text.slice(at, at + 97) });
    }
    await page.getByText('End bold').waitFor();
    const streamed = await shape();
    await show(conversation({ id: 'c2', turns: [userTurn(), answer(text, { id: 'a2' })] }));
    await page.getByText('End bold').waitFor();

    assert.equal(await shape(), streamed);
    assert.equal(await page.locator('tbody tr').count(), 70);
    assert.equal(await page.locator('ol').count(), 1);
    assert.equal(await page.locator('ol > li').count(), 70);
    assert.equal(await page.locator('pre').textContent(), 'let a;\n'.repeat(70));
  });

  it('keeps a selection in a block that still grows', async () => {
    const { page, show, event } = await harness.open();
    await show(SCENES['waiting'] ?? assert.fail());
    await event({ type: 'answerDelta', turnId: 'a1', text: 'A ridge at sun' });
    await page.locator('vision-markdown p').evaluate((paragraph) => {
      getSelection()?.setBaseAndExtent(
        paragraph.firstChild ?? paragraph,
        2,
        paragraph.firstChild ?? paragraph,
        7,
      );
    });

    await event({ type: 'answerDelta', turnId: 'a1', text: 'rise, with **snow**.' });

    assert.equal(await page.evaluate(() => getSelection()?.toString()), 'ridge');
  });

  it('lets wide tables and code scroll within themselves, and wraps long words', async () => {
    const { page, show } = await harness.open({ width: 240 });
    const text = `| ${'wide '.repeat(20)} | ${'b'.repeat(60)} |\n| - | - |\n\n\`\`\`\n${'x'.repeat(300)}\n\`\`\`\n\n/home/${'path/'.repeat(40)} https://example.com/${'y'.repeat(200)}`;
    await show(conversation({ turns: [userTurn({ text: 'z'.repeat(300) }), answer(text)] }));

    const overflow = await page
      .getByRole('log')
      .evaluate((log) => log.scrollWidth - log.clientWidth);

    assert.equal(overflow, 0);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 240);
  });
});
