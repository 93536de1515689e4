import * as vscode from 'vscode';
import { mostImages } from '../core/imageShare.ts';
import { modelOf } from '../core/models.ts';
import { askForUrl } from './askForUrl.ts';
import { freePlaces } from './attachments.ts';
import type { Conversations } from './conversations.ts';
import type { ConversationView } from './conversationView.ts';
import { Disposable } from './disposable.ts';
import { expandUris } from './expandUris.ts';
import { COMMANDS } from './ids.ts';
import { hasImageExtension } from './imageFiles.ts';
import { imagesMeant } from './imagesMeant.ts';
import { sourceOfUri, type ImageSource } from './imageSource.ts';
import { pickImages } from './pickImages.ts';
import { presets, promptChoices, promptText } from './presets.ts';
import { readSettings } from './settings.ts';

/** The commands that ask with a preset, by the preset's id. */
const PRESET_COMMANDS = {
  altText: COMMANDS.generateAltText,
  extractText: COMMANDS.extractText,
  explainDiagram: COMMANDS.explainDiagram,
  recreateAsCode: COMMANDS.recreateAsCode,
  findUiProblems: COMMANDS.findUiProblems,
  compareImages: COMMANDS.compareImages,
  dataAsTable: COMMANDS.dataAsTable,
} as const;

/** The commands that begin with images, and open the conversation about them. */
export class ImageCommands extends Disposable {
  readonly #conversations: Conversations;
  readonly #view: ConversationView;

  constructor(conversations: Conversations, view: ConversationView) {
    super();
    this.#conversations = conversations;
    this.#view = view;
    this.#add(COMMANDS.describeImage, async (args) =>
      this.#ask(await imagesMeant(args), describePrompt),
    );
    this.#add(COMMANDS.askAboutImage, async (args) => this.#attachToNew(await imagesMeant(args)));
    this.#add(COMMANDS.addToConversation, async (args) =>
      this.#attachToCurrent(await imagesMeant(args)),
    );
    this.#add(COMMANDS.describeImageFromUrl, async () => this.#describeFromUrl());
    this.#add(COMMANDS.choosePrompt, async (args) => this.#choosePrompt(args));
    for (const [preset, command] of Object.entries(PRESET_COMMANDS)) {
      this.#add(command, async (args) => this.#askPreset(preset, args));
    }
  }

  #add(command: string, run: (args: readonly unknown[]) => Promise<void>): void {
    this.register(
      vscode.commands.registerCommand(command, (...args: readonly unknown[]) => run(args)),
    );
  }

  /** Nothing begins before the user has chosen images and agreed to folders. */
  async #ask(
    uris: readonly vscode.Uri[],
    prompt: (images: readonly ImageSource[]) => string,
  ): Promise<void> {
    const images = await expandUris(uris, roomInNew());
    if (images.length > 0) {
      await this.#describe(images, prompt(images));
    }
  }

  async #askPreset(preset: string, args: readonly unknown[]): Promise<void> {
    const uris = await imagesMeant(args);
    const text = presets().find(({ id }) => id === preset)?.text;
    if (text === undefined) {
      throw new Error(`There is no preset ${preset}.`);
    }
    await this.#ask(preset === 'compareImages' ? await withAnother(uris) : uris, () => text);
  }

  async #choosePrompt(args: readonly unknown[]): Promise<void> {
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
      await this.#ask(await imagesMeant(args), () => text);
    }
  }

  async #describeFromUrl(): Promise<void> {
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

  async #attachToNew(uris: readonly vscode.Uri[]): Promise<void> {
    const images = await expandUris(uris, roomInNew());
    if (images.length > 0) {
      const session = this.#conversations.startNew();
      await Promise.all([this.#view.reveal(), session.attach(images)]);
    }
  }

  async #attachToCurrent(uris: readonly vscode.Uri[]): Promise<void> {
    const session = this.#conversations.current;
    const images = await expandUris(uris, freePlaces(session.state, readSettings().model));
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

/** How many images an empty conversation takes. */
function roomInNew(): number {
  return mostImages(modelOf(readSettings().model));
}
