import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { type Panel, startAnew } from './panel.ts';
import { usePractice } from './practice.ts';

/** An image can carry instructions, so an answer can say anything. */
const attacks = (pixel: string): string => `First words.

<script>globalThis.attacked = 'script'</script>
<img src="${pixel}?html" onerror="globalThis.attacked = 'onerror'">
<svg onload="globalThis.attacked = 'onload'"><use href="${pixel}?svg"/></svg>
<iframe src="${pixel}?frame" srcdoc="<script>top.attacked = 'srcdoc'</script>"></iframe>
<style>body { background: url(${pixel}?style); display: none }</style>
<link rel="stylesheet" href="${pixel}?link"><meta http-equiv="refresh" content="0; url=${pixel}?meta">
<form action="${pixel}?form"><button>Send</button></form>
<a href="command:workbench.action.files.newUntitledFile">html command</a>

![a picture](${pixel}?markdown "title") ![data](data:image/svg+xml;base64,PHN2Zy8+)
![by reference][pixel]

[pixel]: ${pixel}?reference

- [javascript link](javascript:globalThis.attacked='link')
- [spelled link](JaVaScRiPt&#58;globalThis.attacked='entity')
- [command link](command:workbench.action.files.newUntitledFile)
- [encoded command](command:visionForClaude.newConversation?%5B%5D)
- [vscode link](vscode://file/etc/passwd)
- [data link](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)
- [file link](file:///etc/passwd)
- <javascript:globalThis.attacked='auto'>
- [normal link](https://example.com/normal?a=1)

\`\`\`html"><img src=x onerror="globalThis.attacked='fence'">
<img src="${pixel}?code" onerror="globalThis.attacked = 'code'">
\`\`\`

Last words.`;

/** What loads or runs something, or leads elsewhere than to a page of the web. */
const DANGEROUS =
  'img, svg, iframe, script, style, link, meta, form, object, embed, video, audio, base, a[href]:not([href^="https:"], [href^="http:"])';

describe('an answer full of attacks', () => {
  const practice = usePractice();
  const shared = practice.share({ files: { 'notes.txt': 'The end.' } });
  let panel: Panel;

  beforeEach(async () => {
    panel = await startAnew(shared.window.workbench);
  });

  it('runs nothing, loads nothing, and opens a normal link only after a question', async () => {
    const { page, workbench } = shared.window;
    const { server } = practice;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const pixel = `${server.url}/pixel.png`;
    server.script({ kind: 'answer', text: attacks(pixel), chunkChars: 7 });
    await panel.send('Describe it');
    const answer = panel.answers.first();
    await answer.getByText('Last words.').waitFor();
    await panel.within(answer, 'Copy').waitFor();
    await workbench.screenshot('attacks');

    assert.deepEqual(
      await answer.locator(DANGEROUS).evaluateAll((all) => all.map((one) => one.outerHTML)),
      [],
    );
    for (const name of ['javascript link', 'command link', 'encoded command', 'vscode link']) {
      await answer.getByText(name).first().click();
    }

    // What was clicked before has had its time when this has been asked.
    await answer.getByRole('link', { name: 'normal link' }).click();
    const question = page.getByText('https://example.com/normal?a=1');
    await question.waitFor();
    await workbench.screenshot('link-question');
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });

    assert.equal(await page.getByRole('tab').and(page.locator('.tab')).count(), 0);
    assert.equal(await panel.questions.count(), 1, 'the conversation goes on');
    assert.equal(page.context().pages().length, 1);
    for (const frame of page.frames()) {
      assert.equal(await frame.evaluate(() => 'attacked' in globalThis), false, frame.url());
    }
    assert.deepEqual(
      server.requests.map(({ method, path }) => `${method} ${path}`),
      ['POST /v1/messages'],
    );
    const own = new URL(page.url()).host;
    assert.deepEqual(
      asked.filter((url) => !url.startsWith('blob:') && new URL(url).host !== own),
      [],
    );
  });
});
