import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { greyPng } from '../support/pngFile.ts';
import { bodyOf } from '../support/received.ts';
import { Panel, tidyUp } from './panel.ts';
import { usePractice } from './practice.ts';

const MODEL = 'claude-sonnet-5-5';

describe('what Claude is asked, and how', () => {
  const practice = usePractice();
  const pictures = {
    'ant.png': greyPng(20, 20, () => 10),
    'bee.png': greyPng(20, 20, () => 60),
    'cat.png': greyPng(20, 20, () => 110),
    'dog.png': greyPng(20, 20, () => 160),
  };
  type Name = keyof typeof pictures;
  const shared = practice.share({ files: pictures });
  let panel: Panel;

  beforeEach(async () => {
    const { workbench } = shared.window;
    await tidyUp(workbench);
    panel = await Panel.of(workbench);
    // The settings of the test before are taken back a moment later.
    await panel.model(MODEL).waitFor();
  });

  describe('by the settings', () => {
    it('is a prompt chosen in the panel, below what is written', async () => {
      await panel.choice('Prompt').selectOption('Extract text');
      assert.match(await panel.message.inputValue(), /^Copy out all text in this image/);
      await panel.choice('Prompt').selectOption('Alt text');
      assert.match(await panel.message.inputValue(), /^Write alt text for this image/);

      await panel.message.fill('It is for a shop.');
      await panel.choice('Prompt').selectOption('Alt text');
      assert.match(await panel.message.inputValue(), /^It is for a shop\.\nWrite alt text/);
      await panel.message.fill('');
    });

    it("is a prompt of the user's own; one without a text is named and not offered", async () => {
      practice.vscode.updateUserSettings({
        'visionForClaude.prompts': { Colors: 'List the main colors.', Nothing: ' ' },
        'visionForClaude.maxTokens': 'many',
      });
      await panel.text('The prompt "Nothing" in the settings has no text').waitFor();
      await panel.text('The setting visionForClaude.maxTokens is not a whole number').waitFor();
      await panel.choice('Prompt').selectOption('Colors');
      assert.equal(await panel.message.inputValue(), 'List the main colors.');
      const offered = await panel.choice('Prompt').getByRole('option').allInnerTexts();
      assert.ok(!offered.includes('Nothing'), offered.join(', '));
      await shared.window.workbench.screenshot('settings-problems');

      await panel.message.press('Enter');
      assert.equal(bodyOf(await practice.server.waitForRequest()).max_tokens, 8192);
      await panel.answer(0);
    });

    it('goes to the model that is chosen in the panel, from the next question on', async () => {
      await panel.send('Hello');
      await panel.answer(0);
      await panel.choice('Model').selectOption('claude-haiku-5-5');
      await panel.model('claude-haiku-5-5').waitFor();
      await panel.send('And you?');
      await panel.answer(1);
      // Back by hand: VS Code misses a change of the file that follows on one of its own.
      await panel.choice('Model').selectOption(MODEL);
      await panel.model(MODEL).waitFor();
      await panel.send('And you again?');
      await panel.answer(2);
      assert.deepEqual(
        practice.server.requests.map((request) => bodyOf(request).model),
        [MODEL, 'claude-haiku-5-5', MODEL],
      );
    });
  });

  describe("in the examples of Anthropic's guide", () => {
    const text = (words: string) => ({ type: 'text', text: words });
    const image = (name: Name) => ({
      type: 'image',
      source: {
        type: 'base64',
        media_type: 'image/png',
        data: pictures[name].toString('base64'),
      },
    });
    const common = {
      model: MODEL,
      max_tokens: 8192,
      output_config: { effort: 'low' },
      stream: true,
    };
    const different = {
      role: 'user',
      content: [
        text('Image 1: ant.png'),
        image('ant.png'),
        text('Image 2: bee.png'),
        image('bee.png'),
        text('How are these images different?'),
      ],
    };

    const ask = async (names: readonly Name[], question: string, index = 0): Promise<void> => {
      const { workbench } = shared.window;
      await workbench.selectNothing();
      await workbench.chooseInExplorer(names, 'Ask Claude', 'Add to Claude Conversation');
      await panel.chips(names.length);
      await panel.send(question);
      await panel.answer(index);
    };
    const received = (index = 0): unknown => practice.server.requests[index]?.body;

    it('is one image', async () => {
      await ask(['ant.png'], 'Describe this image.');
      assert.deepEqual(received(), {
        ...common,
        messages: [{ role: 'user', content: [image('ant.png'), text('Describe this image.')] }],
      });
    });

    it('is two images, and what they are told before them', async () => {
      practice.vscode.updateUserSettings({
        'visionForClaude.answerLanguage': 'Spanish',
        'visionForClaude.systemPrompt': 'You write for a shop.',
        // Shown in the panel: the others hold when this does.
        'visionForClaude.model': 'claude-haiku-5-5',
      });
      await panel.model('claude-haiku-5-5').waitFor();
      await ask(['ant.png', 'bee.png'], 'How are these images different?');
      const { system, messages } = bodyOf(practice.server.requests[0]);
      assert.equal(system, 'You write for a shop.\n\nRespond only in Spanish.');
      assert.deepEqual(messages, [different]);
    });

    it('is four images over two turns', async () => {
      const { server } = practice;
      server.script({ kind: 'answer', text: 'One is an ant, the other a bee.' });
      await ask(['ant.png', 'bee.png'], 'How are these images different?');
      await ask(['cat.png', 'dog.png'], 'Are these images similar to the first two?', 1);
      assert.deepEqual(received(), { ...common, messages: [different] });
      assert.deepEqual(received(1), {
        ...common,
        messages: [
          different,
          { role: 'assistant', content: [text('One is an ant, the other a bee.')] },
          {
            role: 'user',
            content: [
              text('Image 3: cat.png'),
              image('cat.png'),
              text('Image 4: dog.png'),
              image('dog.png'),
              text('Are these images similar to the first two?'),
            ],
          },
        ],
      });
    });
  });
});
