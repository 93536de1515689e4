import * as vscode from 'vscode';
import { emptyConversation } from '../core/conversation/conversation.ts';
import { askForUrl } from './images/askForUrl.ts';
import type { Conversations } from './conversation/conversations.ts';
import type { ConversationView } from './panel/conversationView.ts';
import { expandFor } from './images/expandFor.ts';
import { COMMANDS } from './ids.ts';
import { hasImageExtension } from '../core/formats/imageExtensions.ts';
import { imagesMeant } from './images/imagesMeant.ts';
import { sourceOfUri, type ImageSource } from './images/imageSource.ts';
import { pickImages } from './images/pickImages.ts';
import { presets, promptChoices, promptText } from './settings/presets.ts';

/** The conversation that is yet to be started, as far as there is room in it. */
const EMPTY = emptyConversation('');

/** The commands that begin with images, and open the conversation about them. */
export function imageCommands(conversations: Conversations, view: ConversationView) {
  const asking = new ImageAsking(conversations, view);
  const preset =
    (id: string) =>
    (args: readonly unknown[]): Promise<void> =>
      asking.askPreset(id, args);
  return {
    [COMMANDS.describeImage]: async (args: readonly unknown[]) =>
      asking.ask(await imagesMeant(args), describePrompt),
    [COMMANDS.askAboutImage]: async (args: readonly unknown[]) =>
      asking.attachToNew(await imagesMeant(args)),
    [COMMANDS.addToConversation]: async (args: readonly unknown[]) =>
      asking.attachToCurrent(await imagesMeant(args)),
    [COMMANDS.describeImageFromUrl]: () => asking.describeFromUrl(),
    [COMMANDS.choosePrompt]: (args: readonly unknown[]) => asking.choosePrompt(args),
    [COMMANDS.generateAltText]: preset('altText'),
    [COMMANDS.extractText]: preset('extractText'),
    [COMMANDS.explainDiagram]: preset('explainDiagram'),
    [COMMANDS.recreateAsCode]: preset('recreateAsCode'),
    [COMMANDS.findUiProblems]: preset('findUiProblems'),
    [COMMANDS.compareImages]: preset('compareImages'),
    [COMMANDS.dataAsTable]: preset('dataAsTable'),
  };
}

/** Opens a conversation about images that were chosen outside of the panel. */
class ImageAsking {
  readonly #conversations: Conversations;
  readonly #view: ConversationView;

  constructor(conversations: Conversations, view: ConversationView) {
    this.#conversations = conversations;
    this.#view = view;
  }

  /** Nothing begins before the user has chosen images and agreed to folders. */
  async ask(
    uris: readonly vscode.Uri[],
    prompt: (images: readonly ImageSource[]) => string,
  ): Promise<void> {
    const images = await expandFor(EMPTY, uris);
    if (images.length > 0) {
      await this.#describe(images, prompt(images));
    }
  }

  async askPreset(preset: string, args: readonly unknown[]): Promise<void> {
    const uris = await imagesMeant(args);
    const text = presets().find(({ id }) => id === preset)?.text;
    if (text === undefined) {
      throw new Error(`There is no preset ${preset}.`);
    }
    await this.ask(preset === 'compareImages' ? await withAnother(uris) : uris, () => text);
  }

  async choosePrompt(args: readonly unknown[]): Promise<void> {
    const picked = await vscode.window.showQuickPick(
      promptChoices().map(({ id, label, text }) => ({ id, label, detail: text })),
      {
        title: vscode.l10n.t('Ask about Image'),
        placeHolder: vscode.l10n.t('What to ask'),
        matchOnDetail: true,
      },
    );
    const text = picked && promptText(picked.id);
    if (text !== undefined) {
      await this.ask(await imagesMeant(args), () => text);
    }
  }

  async describeFromUrl(): Promise<void> {
    const address = await askForUrl();
    if (address !== undefined) {
      const images = [sourceOfUri(address)];
      await this.#describe(images, describePrompt(images));
    }
  }

  async #describe(images: readonly ImageSource[], prompt: string): Promise<void> {
    const session = this.#conversations.startNew();
    await Promise.all([this.#view.reveal(), session.describe(images, prompt)]);
  }

  async attachToNew(uris: readonly vscode.Uri[]): Promise<void> {
    const images = await expandFor(EMPTY, uris);
    if (images.length > 0) {
      const session = this.#conversations.startNew();
      await Promise.all([this.#view.reveal(), session.attach(images)]);
    }
  }

  async attachToCurrent(uris: readonly vscode.Uri[]): Promise<void> {
    const session = this.#conversations.current;
    const images = await expandFor(session.state, uris);
    if (images.length > 0) {
      await Promise.all([this.#view.reveal(), session.attach(images)]);
    }
  }
}

function describePrompt(images: readonly ImageSource[]): string {
  return images.length === 1
    ? vscode.l10n.t('Describe this image.')
    : vscode.l10n.t('Describe each of these images.');
}

/** One image, which is no folder, is compared with others that the user chooses; none gives none. */
async function withAnother(uris: readonly vscode.Uri[]): Promise<readonly vscode.Uri[]> {
  const [only, ...more] = uris;
  if (!only || more.length > 0 || !hasImageExtension(only.path)) {
    return uris;
  }
  const others = await pickImages({ title: vscode.l10n.t('Choose Images to Compare It With') });
  return others.length > 0 ? [only, ...others] : [];
}
