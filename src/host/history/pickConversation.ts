import * as vscode from 'vscode';
import type { Conversations } from '../conversation/conversations.ts';
import type { ThumbnailFiles } from '../images/thumbnailFiles.ts';
import type { ConversationSummary } from '../storage/conversationSummary.ts';
import { conversationDetail, conversationLabel } from './conversationLabel.ts';
import { exportConversation, type Exporting } from './exportConversation.ts';
import { deleteConversations, renameConversation, showFault } from './historyActions.ts';

interface Item extends vscode.QuickPickItem {
  readonly id: string;
  readonly thumbnailOf: string | undefined;
}

export interface HistoryServices extends Exporting {
  readonly conversations: Conversations;
  readonly thumbnailFiles: Pick<ThumbnailFiles, 'get'>;
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
      await this.#fill();
      return await closed;
    } finally {
      pick.dispose();
    }
  }

  #asking = false;

  async #act(item: Item, button: vscode.QuickInputButton): Promise<void> {
    const { archive } = this.#services;
    this.#asking = true;
    try {
      if (button === this.#rename) {
        await renameConversation(archive, item);
      } else if (button === this.#delete) {
        await deleteConversations(archive, [item]);
      } else {
        await exportConversation(this.#services, item.id);
      }
    } finally {
      this.#pick.show();
      this.#asking = false;
    }
    await this.#fill();
  }

  async #fill(): Promise<void> {
    const pick = this.#pick;
    pick.busy = true;
    const { conversations, faults } = await this.#services.archive.list();
    pick.items = conversations.map((conversation) => this.#item(conversation));
    if (conversations.length === 0) {
      pick.placeholder = vscode.l10n.t(
        'There is no conversation yet. Right-click an image to start one.',
      );
    }
    for (const fault of faults) {
      void showFault(fault);
    }
    pick.items = await Promise.all(pick.items.map(async (item) => this.#withPicture(item)));
    pick.busy = false;
  }

  #item(summary: ConversationSummary): Item {
    const { id, openElsewhere, images } = summary;
    return {
      id,
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
    const picture = thumbnailOf && (await this.#services.thumbnailFiles.get(thumbnailOf));
    return picture ? { ...item, iconPath: picture } : item;
  }
}
