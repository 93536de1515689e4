import * as vscode from 'vscode';
import type { Conversations } from '../conversation/conversations.ts';
import type { ThumbnailFiles } from '../images/thumbnailFiles.ts';
import type { Thumbnails } from '../images/thumbnails.ts';
import type { ConversationSummary } from '../storage/conversationSummary.ts';
import {
  automaticName,
  conversationDetail,
  conversationLabel,
  conversationName,
} from './conversationLabel.ts';
import { exportConversation, type Exporting } from './exportConversation.ts';
import {
  deleteConversations,
  renameConversation,
  showError,
  showFault,
  showFaultsOfList,
  type Named,
  type Renamed,
} from './historyActions.ts';

interface Item extends vscode.QuickPickItem {
  readonly id: string;
  readonly conversation: Named & Renamed;
  readonly thumbnailOf: string | undefined;
}

/** Pictures that are drawn together, between two looks at the list. */
const PICTURES_AT_ONCE = 8;

export interface HistoryServices extends Exporting {
  readonly conversations: Conversations;
  readonly thumbnails: Pick<Thumbnails, 'get'>;
  readonly thumbnailFiles: Pick<ThumbnailFiles, 'uri'>;
  readonly log: vscode.LogOutputChannel;
}

/**
 * Shows the conversations of the workspace, with a picture of each, to open one, and with buttons to
 * rename, save or delete one. Settles when it is closed; true when one was opened.
 */
export async function pickConversation(services: HistoryServices): Promise<boolean> {
  const { conversations } = services;
  const picker = new Picker(services);
  const id = await picker.run();
  if (id === undefined) {
    return false;
  }
  const shown = await conversations.show(id);
  if (!shown.ok) {
    await showFault(shown.error);
  }
  return shown.ok;
}

class Picker {
  readonly #services: HistoryServices;
  readonly #pick = vscode.window.createQuickPick<Item>();
  readonly #rename: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('edit'),
    tooltip: vscode.l10n.t('Rename'),
  };
  readonly #save: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('export'),
    tooltip: vscode.l10n.t('Export'),
  };
  readonly #delete: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('trash'),
    tooltip: vscode.l10n.t('Delete'),
  };

  constructor(services: HistoryServices) {
    this.#services = services;
    this.#pick.title = vscode.l10n.t('Conversations');
    this.#pick.placeholder = vscode.l10n.t('Search by image, title or words');
    this.#pick.matchOnDetail = true;
    this.#pick.matchOnDescription = true;
    this.#pick.keepScrollPosition = true;
  }

  /** The id of the conversation that was chosen. */
  async run(): Promise<string | undefined> {
    const pick = this.#pick;
    const closed = new Promise<string | undefined>((resolve) => {
      pick.onDidAccept(() => {
        resolve(pick.selectedItems[0]?.id);
        pick.hide();
      });
      pick.onDidHide(() => {
        // While a button asks something, it is hidden and comes back.
        if (!this.#asking) {
          resolve(undefined);
        }
      });
      pick.onDidTriggerItemButton(async ({ item, button }) => this.#act(item, button));
    });
    try {
      pick.show();
      void this.#fill();
      return await closed;
    } finally {
      this.#filling = undefined;
      pick.dispose();
    }
  }

  #asking = false;
  /** The filling that is under way or was last; another one takes its place. */
  #filling: symbol | undefined;

  async #act({ conversation }: Item, button: vscode.QuickInputButton): Promise<void> {
    const { archive, log } = this.#services;
    this.#asking = true;
    try {
      if (button === this.#rename) {
        await renameConversation(archive, conversation);
      } else if (button === this.#delete) {
        await deleteConversations(archive, [conversation]);
      } else {
        await exportConversation(this.#services, conversation.id);
      }
    } catch (error) {
      showError(log, error);
    } finally {
      this.#pick.show();
      this.#asking = false;
    }
    await this.#fill();
  }

  /** Never rejects. */
  async #fill(): Promise<void> {
    const filling = Symbol('filling');
    this.#filling = filling;
    const isWanted = (): boolean => this.#filling === filling;
    this.#pick.busy = true;
    try {
      await this.#list(isWanted);
    } catch (error) {
      showError(this.#services.log, error);
    } finally {
      if (isWanted()) {
        this.#pick.busy = false;
      }
    }
  }

  async #list(isWanted: () => boolean): Promise<void> {
    const pick = this.#pick;
    const { conversations, faults } = await this.#services.archive.list();
    void showFaultsOfList(faults);
    if (!isWanted()) {
      return;
    }
    const items = conversations.map((conversation) => this.#item(conversation));
    this.#show(items);
    if (items.length === 0) {
      pick.placeholder = vscode.l10n.t(
        'There is no conversation yet. Right-click an image to start one.',
      );
    }
    for (let from = 0; from < items.length && isWanted(); from += PICTURES_AT_ONCE) {
      const some = items.slice(from, from + PICTURES_AT_ONCE);
      const drawn = await Promise.all(some.map(async (item) => this.#withPicture(item)));
      items.splice(from, drawn.length, ...drawn);
      if (isWanted() && drawn.some((item, index) => item !== some[index])) {
        this.#show(items);
      }
    }
  }

  /** Shows other items, and keeps the user's place among them. */
  #show(items: readonly Item[]): void {
    const pick = this.#pick;
    const active = new Set(pick.activeItems.map(({ id }) => id));
    pick.items = items;
    const again = items.filter(({ id }) => active.has(id));
    if (again.length > 0) {
      pick.activeItems = again;
    }
  }

  #item(summary: ConversationSummary): Item {
    const { id, openElsewhere, images } = summary;
    return {
      id,
      conversation: {
        id,
        label: conversationName(summary),
        title: summary.title,
        automatic: automaticName(summary),
      },
      label: conversationLabel(summary),
      description: this.#whereOpen(id, openElsewhere),
      detail: conversationDetail(summary),
      iconPath: new vscode.ThemeIcon(images.length > 0 ? 'file-media' : 'comment'),
      buttons: [this.#rename, this.#save, this.#delete],
      thumbnailOf: images.find(({ sha256 }) => sha256 !== undefined)?.sha256,
    };
  }

  #whereOpen(id: string, openElsewhere: boolean): string {
    if (id === this.#services.conversations.current.state.id) {
      return vscode.l10n.t('current');
    }
    return openElsewhere ? vscode.l10n.t('open in another window') : '';
  }

  async #withPicture(item: Item): Promise<Item> {
    const { thumbnailOf } = item;
    if (thumbnailOf === undefined) {
      return item;
    }
    const { thumbnails, thumbnailFiles } = this.#services;
    await thumbnails.get(thumbnailOf);
    const picture = await thumbnailFiles.uri(thumbnailOf);
    return picture ? { ...item, iconPath: picture } : item;
  }
}
