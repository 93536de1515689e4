import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { PanelOptions } from '../../src/core/conversation/protocol.ts';
import { ApiKeys } from '../../src/host/apiKeys.ts';
import { SETTINGS, SETTINGS_SECTION } from '../../src/host/ids.ts';
import { PanelOptionsSource } from '../../src/host/panel/panelOptions.ts';
import { presets, promptText } from '../../src/host/settings/presets.ts';
import { selectModel } from '../../src/host/settings/selectModel.ts';
import { readSettings } from '../../src/host/settings/settings.ts';
import { settings } from './sessionSetup.ts';

const { Global, Workspace } = vscode.ConfigurationTarget;
const DEFAULT_MODEL = 'claude-sonnet-5-5';

/** What the panel is told, as its options are now. */
function panelOptions(): PanelOptions {
  const log = vscode.window.createOutputChannel('Settings tests', { log: true });
  const secrets: vscode.SecretStorage = {
    keys: () => Promise.resolve([]),
    get: () => Promise.resolve(undefined),
    store: () => Promise.resolve(),
    delete: () => Promise.resolve(),
    onDidChange: () => new vscode.Disposable(() => undefined),
  };
  const keys = new ApiKeys(secrets, () => assert.fail('no key is checked'), log);
  const source = new PanelOptionsSource(keys);
  try {
    return source.current;
  } finally {
    vscode.Disposable.from(source, keys, log).dispose();
  }
}

describe('the settings of this VS Code', () => {
  afterEach(async () => {
    for (const key of Object.values(SETTINGS)) {
      const written = settings().inspect(key);
      if (written?.globalValue !== undefined) {
        await settings().update(key, undefined, Global);
      }
      if (written?.workspaceValue !== undefined) {
        await settings().update(key, undefined, Workspace);
      }
    }
  });

  it('have no problems as they come', () => {
    assert.deepEqual(panelOptions().problems, []);
    assert.deepEqual(readSettings(), {
      model: DEFAULT_MODEL,
      effort: 'low',
      detail: 'native',
      maxTokens: 8192,
      baseUrl: 'https://api.anthropic.com',
      upload: 'inline',
      systemPrompt: '',
      answerLanguage: '',
      prompts: [],
    });
  });

  it('of a wrong type are told in the panel, and the defaults hold', async () => {
    await settings().update('systemPrompt', 5, Global);
    await settings().update('detail', 'huge', Global);
    const { problems } = panelOptions();
    assert.deepEqual(
      problems.map(({ severity, message, actions }) => [severity, message, actions]),
      [
        [
          'warning',
          `The setting ${SETTINGS_SECTION}.detail is none of "native", "standard", and "low". The default is used instead.`,
          ['openSettings'],
        ],
        [
          'warning',
          `The setting ${SETTINGS_SECTION}.systemPrompt is not a text. The default is used instead.`,
          ['openSettings'],
        ],
      ],
    );
    assert.deepEqual([readSettings().systemPrompt, readSettings().detail], ['', 'native']);
  });

  it("offer the user's prompts after the presets, those of the workspace among them", async () => {
    await settings().update('prompts', { Colors: 'Which colors?', Empty: ' ' }, Global);
    await settings().update('prompts', { Fonts: 'Which fonts?' }, Workspace);
    const { prompts, problems } = panelOptions();
    assert.deepEqual(
      prompts.slice(0, presets().length).map(({ id }) => id),
      presets().map(({ id }) => id),
    );
    assert.deepEqual(
      prompts.slice(presets().length).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      [
        { id: 'user:Colors', label: 'Colors', text: 'Which colors?' },
        { id: 'user:Fonts', label: 'Fonts', text: 'Which fonts?' },
      ],
    );
    assert.equal(promptText('user:Fonts'), 'Which fonts?');
    assert.equal(promptText('user:Empty'), undefined);
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? '', /"Empty"/);
  });

  it('offer no prompts when those are of a wrong type', async () => {
    await settings().update('prompts', ['Which colors?'], Global);
    const { prompts, problems } = panelOptions();
    assert.equal(prompts.length, presets().length);
    assert.match(problems[0]?.message ?? '', /is not a list of names with a text each/);
  });

  describe('selectModel', () => {
    it('sets the model for the user', async () => {
      await selectModel(' claude-haiku-5-5 ');
      const written = settings().inspect('model');
      assert.deepEqual(
        [written?.globalValue, written?.workspaceValue],
        ['claude-haiku-5-5', undefined],
      );
      assert.equal(panelOptions().model, 'claude-haiku-5-5');
    });

    it('sets it for the workspace where that has one of its own', async () => {
      await settings().update('model', 'claude-opus-5', Workspace);
      await selectModel('claude-haiku-5-5');
      const written = settings().inspect('model');
      assert.deepEqual(
        [written?.globalValue, written?.workspaceValue],
        [undefined, 'claude-haiku-5-5'],
      );
    });

    it('sets nothing for a blank id', async () => {
      await selectModel(' ');
      assert.equal(readSettings().model, DEFAULT_MODEL);
      assert.equal(settings().inspect('model')?.globalValue, undefined);
    });

    describe('without a model', () => {
      const { showQuickPick, showInputBox } = vscode.window;
      let offered: readonly vscode.QuickPickItem[];
      let choose: (items: readonly vscode.QuickPickItem[]) => unknown;

      before(() => {
        // No test can see what a quick pick shows.
        vscode.window.showQuickPick = (items: unknown) => {
          offered = items as readonly vscode.QuickPickItem[];
          return Promise.resolve(choose(offered) as never);
        };
        vscode.window.showInputBox = (options?: vscode.InputBoxOptions) => {
          assert.equal(options?.value, DEFAULT_MODEL);
          assert.ok(options.validateInput?.('two words'));
          assert.equal(options.validateInput?.('claude-of-my-own'), undefined);
          return Promise.resolve('claude-of-my-own');
        };
      });
      after(() => Object.assign(vscode.window, { showQuickPick, showInputBox }));

      it('offers those that are known, with what they cost', async () => {
        choose = (items) => items.find(({ label }) => label === 'Claude Haiku 5.5');
        await selectModel();
        assert.equal(settings().inspect('model')?.globalValue, 'claude-haiku-5-5');
        const current = offered.find(({ label }) => label === 'Claude Sonnet 5.5');
        assert.equal(current?.description, 'claude-sonnet-5-5 (current)');
        assert.match(current.detail ?? '', /^\$2 in, \$10 out per million tokens · /);
      });

      it('asks for the id of another', async () => {
        choose = (items) => items.at(-1);
        await selectModel();
        assert.equal(settings().inspect('model')?.globalValue, 'claude-of-my-own');
      });

      it('sets nothing when none is chosen', async () => {
        choose = () => undefined;
        await selectModel();
        assert.equal(settings().inspect('model')?.globalValue, undefined);
      });
    });
  });
});

describe('the presets', () => {
  it('are those of the panel and the menu, each with a name and a text', () => {
    assert.deepEqual(
      presets().map(({ id }) => id),
      [
        'describe',
        'altText',
        'extractText',
        'explainDiagram',
        'recreateAsCode',
        'findUiProblems',
        'compareImages',
        'dataAsTable',
      ],
    );
    assert.ok(presets().every(({ label, text }) => label !== '' && text.length > 100));
    assert.match(promptText('altText') ?? '', /125 characters/);
    assert.equal(promptText('none'), undefined);
  });
});
