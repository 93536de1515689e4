import * as vscode from 'vscode';
import type { NoticeAction } from '../../core/conversation/conversation.ts';
import type { ConversationSession } from '../conversation/conversationSession.ts';
import { COMMANDS, SETTINGS_SECTION } from '../ids.ts';

/** Where keys are made and paid for. */
const KEY_PAGE = 'https://platform.claude.com/settings/keys';

/** Does what a button of a notice says; `turnId` is the answer that the notice is about. */
export async function actOnNotice(
  session: ConversationSession,
  action: NoticeAction,
  turnId: string | undefined,
): Promise<void> {
  switch (action) {
    case 'retry':
      if (turnId !== undefined) {
        await session.retry(turnId);
      }
      break;
    case 'stop':
      session.stop();
      break;
    case 'continue':
      if (turnId !== undefined) {
        await session.continueAnswer(turnId, vscode.l10n.t('Continue exactly where you stopped.'));
      }
      break;
    case 'getApiKey':
      await vscode.env.openExternal(vscode.Uri.parse(KEY_PAGE));
      break;
    case 'setApiKey':
      await vscode.commands.executeCommand(COMMANDS.setApiKey);
      break;
    case 'newConversation':
      await vscode.commands.executeCommand(COMMANDS.newConversation);
      break;
    case 'openSettings':
      await vscode.commands.executeCommand('workbench.action.openSettings', SETTINGS_SECTION);
      break;
    case 'saveAgain':
      await session.saveAgain();
      break;
    case 'manageStorage':
      await vscode.commands.executeCommand(COMMANDS.manageStorage);
      break;
    case 'selectModel':
      await vscode.commands.executeCommand(COMMANDS.selectModel);
      break;
    case 'editQuestion':
      // The page does it itself: nothing happens before the new words are sent.
      break;
    case 'reencodeAndRetry':
    case 'removeAndRetry':
    case 'goOnWithout':
    case 'sendImagesSmaller':
    case 'leaveOutOldestImages':
    case 'leaveOutOldestTurns':
    case 'leaveOutQuestion':
      if (turnId !== undefined) {
        await session.goOn(action, turnId);
      }
      break;
    case 'showLog':
      await vscode.commands.executeCommand(COMMANDS.showLog);
      break;
  }
}
