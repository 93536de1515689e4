import { l10n } from 'vscode';
import type { Notice } from '../../core/conversation/conversation.ts';
import type { NothingFound } from '../../core/conversation/protocol.ts';
import { LOCALE } from './imageLabels.ts';
import { formatMegabytes } from './locale.ts';

/** Some of the images that were to be described cannot be sent. */
export function unsentImagesNotice(ready: number, all: number): Notice {
  return {
    severity: 'warning',
    message: l10n.t(
      'Nothing was sent yet: {0} of {1} images can be. Send these, or add others in place of the rest.',
      ready,
      all,
    ),
    actions: [],
  };
}

/** The images would be too much for one request; nothing was sent, and they can still be removed. */
export function imagesTooLargeNotice(largest: string, base64Length: number, limit: number): Notice {
  return {
    severity: 'warning',
    message: l10n.t(
      'Nothing was sent: the images of this message come to {0} MB, and {1} MB can be sent. Remove {2}, the largest.',
      formatMegabytes(base64Length, LOCALE),
      formatMegabytes(limit, LOCALE),
      largest,
    ),
    actions: [],
  };
}

/** Something was to be asked for which no message is kept: it is asked for again by the user. */
export function keyNeededNotice(): Notice {
  return {
    severity: 'info',
    message: l10n.t('Claude needs your API key. Set it, then try again.'),
    actions: ['setApiKey', 'getApiKey'],
  };
}

/** A rejected image of an earlier turn, in the place of its details. */
export function rejectedImageNotice(): Notice {
  return { severity: 'warning', message: l10n.t('left out: refused by the API'), actions: [] };
}

/** An image of an earlier turn whose bytes are no longer on disk, in the place of its details. */
export function goneImageNotice(): Notice {
  return {
    severity: 'warning',
    message: l10n.t('left out: its picture is no longer on disk. Replace it, or go on without it.'),
    actions: [],
  };
}

/** An image of an earlier turn that made room, in the place of its details. */
export function leftOutImageNotice(): Notice {
  return { severity: 'info', message: l10n.t('left out, to make room'), actions: [] };
}

/** The original lies where VS Code cannot open it. */
export function notOpenableNotice(name: string): Notice {
  return {
    severity: 'warning',
    message: l10n.t('VS Code cannot open where {0} came from.', name),
    actions: [],
  };
}

/** The active editor shows no image to attach. */
export function noOpenImageNotice(): Notice {
  return {
    severity: 'info',
    message: l10n.t('No image is open in the active editor. Open one, then try again.'),
    actions: [],
  };
}

/** Why there was nothing to attach in what was dropped, pasted, or in the clipboard. */
export function nothingFoundNotice(reason: NothingFound): Notice {
  return { severity: 'info', message: nothingFoundMessage(reason), actions: [] };
}

function nothingFoundMessage(reason: NothingFound): string {
  switch (reason) {
    case 'dropHadNoImage':
      return l10n.t(
        'There was no image in what you dropped. Drop image files, folders of them, or an image of a web page.',
      );
    case 'pasteHadNoImage':
      return l10n.t(
        'There was no image in what you pasted. Copy an image or an image file, then paste again.',
      );
    case 'clipboardEmpty':
      return l10n.t(
        'There is no image in the clipboard. Copy an image or take a screenshot, then try again.',
      );
    case 'clipboardDenied':
      return l10n.t(
        'VS Code may not read the clipboard here. Click into the message box and paste instead.',
      );
  }
}
