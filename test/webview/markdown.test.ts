import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { PageHarness } from './harness.ts';
import { answer, conversation, SCENES, userTurn } from './scenes.ts';

/** Answers that try to do more than to be read. */
const ATTACKS: readonly string[] = [
  '<script>window.hit = 1</script>',
  '<img src=x onerror="window.hit = 1">',
  '<svg><script>window.hit = 1</script></svg>',
  '<iframe src="https://example.com"></iframe>',
  '<style>* { display: none }</style>',
  '<a href="javascript:window.hit = 1">a</a>',
  '[a](javascript:window.hit=1)',
  '[a](JAVASCRIPT:window.hit=1)',
  '[a](java\tscript:window.hit=1)',
  '[a](&#106;avascript:window.hit=1)',
  '[a](data:text/html,<script>window.hit=1</script>)',
  '[a](command:workbench.action.terminal.new)',
  '[a](vscode://settings)',
  '<javascript:window.hit=1>',
  '![pixel](https://example.com/p.png?data=secret)',
  '![x" onerror="window.hit=1](https://example.com/p.png)',
  '[![alt](https://example.com/p.png)](javascript:window.hit=1)',
  '![a][b]\n\n[b]: https://example.com/p.png',
  '```html" onmouseover="window.hit=1\n<img src=x onerror=window.hit=1>\n```',
  '`<img src=x onerror=window.hit=1>`',
  '| <img src=x onerror=window.hit=1> |\n| - |\n| <b>x</b> |',
  '# <details open ontoggle=window.hit=1>',
  '[a](https://example.com "><img src=x onerror=window.hit=1>")',
  '<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1>',
  '&lt;img src=x onerror=window.hit=1&gt;',
  '<form action=https://example.com><button>Send</button></form>',
];

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
    const allowed = 'div h1 p code pre span button a table thead tbody tr th td'.split(' ');
    assert.deepEqual(
      found.names.filter((name) => !allowed.includes(name)),
      [],
    );
    const known = 'class tabindex href title aria-label aria-hidden role type'.split(' ');
    assert.deepEqual(
      found.attributes.filter((name) => !known.includes(name)),
      [],
    );
    assert.deepEqual([...new Set(found.addresses)], ['https://example.com']);
    assert.equal(found.hit, false);
    assert.deepEqual(found.violations, []);
    assert.deepEqual(requests, []);
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
