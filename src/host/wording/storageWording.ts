import { l10n } from 'vscode';
import type { Notice } from '../../core/conversation/conversation.ts';
import type { StorageFault } from '../../core/failure.ts';

/** An answer that nothing more comes to: its window was closed, or it is another window's. */
export function interruptedNotice(anyText: boolean): Notice {
  return {
    severity: 'warning',
    message: anyText
      ? l10n.t('This answer was interrupted. What had come is kept.')
      : l10n.t('This answer was interrupted before any of it came.'),
    actions: anyText ? ['continue', 'retry'] : ['retry'],
  };
}

/** The conversation belongs to another window, so that this one goes on with a copy. */
export function copiedNotice(): Notice {
  return {
    severity: 'info',
    message: l10n.t(
      'This conversation is open in another window. You go on here with a copy of it.',
    ),
    actions: [],
  };
}

/** The conversations of the workspace take so much that they had better be looked through. */
export function muchStorageNotice(size: string): Notice {
  return {
    severity: 'warning',
    message: l10n.t(
      'The conversations of this workspace take {0} on disk. New images are kept all the same; delete conversations that you do not need.',
      size,
    ),
    actions: ['manageStorage'],
  };
}

/** A conversation that cannot be kept on disk, or could not be read from it. */
export function storageNotice(fault: StorageFault): Notice {
  const actions = ['showLog'] as const;
  switch (fault.kind) {
    case 'diskFull':
      return {
        severity: 'error',
        message: l10n.t(
          'The disk is full: this conversation is kept in this window only. Free some space, then save it again.',
        ),
        actions: ['saveAgain', 'manageStorage'],
      };
    case 'readOnly':
      return {
        severity: 'error',
        message: l10n.t(
          'VS Code may not write to {0}: this conversation is kept in this window only. Allow it, then save it again.',
          fault.file,
        ),
        actions: ['saveAgain', 'showLog'],
      };
    case 'unwritable':
      return {
        severity: 'error',
        message: l10n.t(
          'This conversation cannot be written to {0} ({1}), and is kept in this window only.',
          fault.file,
          fault.code,
        ),
        actions: ['saveAgain', 'showLog'],
      };
    case 'damaged':
      return {
        severity: 'error',
        message: l10n.t(
          'A conversation could not be read, because its file is damaged: {0}. The file is kept for you; delete it when you do not need it.',
          fault.file,
        ),
        actions,
      };
    case 'newerVersion':
      return {
        severity: 'warning',
        message: l10n.t(
          'A conversation was written by a newer version of Vision for Claude and is left as it is ({0}). Update the extension to open it.',
          fault.file,
        ),
        actions,
      };
    case 'notFound':
      return {
        severity: 'warning',
        message: l10n.t('This conversation was deleted.'),
        actions: [],
      };
    case 'openElsewhere':
      return copiedNotice();
    case 'unreadable':
      return {
        severity: 'error',
        message: l10n.t(
          'A conversation cannot be read ({0}): {1}. Open it again when that is mended.',
          fault.code,
          fault.file,
        ),
        actions,
      };
  }
}
