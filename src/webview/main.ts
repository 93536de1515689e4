import * as l10n from '@vscode/l10n';
import { allImages, isAnswering } from '../core/conversation/conversation.ts';
import { isHostMessage } from '../core/conversation/protocol.ts';
import type { HostMessage, PanelOptions } from '../core/conversation/protocol.ts';
import { Announcer } from './announcer.ts';
import { Clipboard } from './clipboard.ts';
import { Composer } from './composer.ts';
import { confirmCopy } from './copying.ts';
import { DropZone } from './dropZone.ts';
import { Gradual } from './gradual.ts';
import { connectHost } from './hostPort.ts';
import { Intake } from './intake.ts';
import { codeAction } from './markdown/decorate.ts';
import { OfferedFiles } from './offeredFiles.ts';
import { createFrame } from './page.ts';
import { StickyScroll } from './stickyScroll.ts';
import { ConversationStore } from './store.ts';
import { Thumbnails } from './thumbnails.ts';
import { editLastQuestion } from './userTurn.ts';
import type { View } from './view.ts';

/** What a frame has the time to draw of a conversation that is opened. */
const TURNS_A_FRAME = 4;

const host = connectHost();
const store = new ConversationStore();
const frame = createFrame(document.body);
const announcer = new Announcer(frame.announcements);
const scroll = new StickyScroll(frame.log, frame.turns, redraw);
const thumbnails = new Thumbnails((sha256) => host.post({ type: 'needThumbnail', sha256 }));
const composer = new Composer({
  send: (text) => host.post({ type: 'send', text }),
  stop: () => host.post({ type: 'stop' }),
  draftChanged: tellView,
  redraw,
});
const growing = new Gradual(TURNS_A_FRAME, redraw);
const offered = new OfferedFiles(host);
const intake = new Intake(host, offered);
const clipboard = new Clipboard(intake, () =>
  allImages(store.conversation).map(({ name }) => name),
);
let options: PanelOptions = {
  models: [],
  model: '',
  prompts: [],
  hasKey: undefined,
  costHint: '',
  problems: [],
};
const view: View = {
  get options() {
    return options;
  },
  thumbnails,
  attach: () => host.post({ type: 'attach' }),
  attachOpenImage: () => host.post({ type: 'attachOpenImage' }),
  attachUrl: () => host.post({ type: 'attachUrl' }),
  attachClipboard: () => void clipboard.attach(),
  openSentImage: (imageId) => host.post({ type: 'openSentImage', imageId }),
  showSight: (imageId) => host.post({ type: 'showSight', imageId }),
  replaceImage: (imageId) => host.post({ type: 'replaceImage', imageId }),
  editMessage: (turnId, text) => {
    host.post({ type: 'editMessage', turnId, text });
    composer.focus();
  },
  deleteExchange: (turnId) => {
    host.post({ type: 'deleteExchange', turnId });
    composer.focus();
  },
  fork: (turnId) => host.post({ type: 'fork', turnId }),
  setModel: (model) => host.post({ type: 'setModel', model }),
  copyConversation: () => host.post({ type: 'copyConversation' }),
  openImage: (imageId) => host.post({ type: 'openImage', imageId }),
  removeImage: (imageId) => {
    host.post({ type: 'removeImage', imageId });
    // The button goes away with its image, and would take the keyboard's place with it.
    composer.focus();
  },
  noticeAction: (action, turnId) => {
    if (action === 'editQuestion') {
      editLastQuestion(frame.turns);
      return;
    }
    host.post({ type: 'noticeAction', action, ...(turnId !== undefined && { turnId }) });
    composer.focus();
  },
  copy,
  scrollToEnd: () => {
    scroll.toEnd();
    composer.focus();
  },
};

let drawing = false;

new DropZone(document.body, intake, () => composer.focus()).listen();

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (isHostMessage(data)) {
    receive(data);
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.isComposing && isAnswering(store.conversation)) {
    event.preventDefault();
    host.post({ type: 'stop' });
  }
});
frame.log.addEventListener('click', ({ target }) => {
  const action = codeAction(target);
  switch (action?.kind) {
    case 'copy':
      copy(action.code, action.button);
      break;
    case 'insert':
      host.post({ type: 'insertCode', code: action.code });
      break;
    case 'newFile':
      host.post({ type: 'newFile', code: action.code, language: action.language });
      break;
    case undefined:
      break;
  }
});
frame.log.addEventListener('scrollend', tellView);
host.post({ type: 'ready' });

function receive(message: HostMessage): void {
  switch (message.type) {
    case 'snapshot':
      begin(message);
      break;
    case 'event':
      if (!store.apply(message.conversationId, message.event)) {
        return;
      }
      if (message.event.type === 'messageSent') {
        composer.taken(message.event.text);
        scroll.toEnd();
      } else if (
        message.event.type === 'noticeShown' &&
        message.event.notice.severity !== 'error'
      ) {
        announcer.say(message.event.notice.message);
      }
      if (message.event.type !== 'answerDelta') {
        thumbnails.retain(store.conversation);
      }
      break;
    case 'options':
      ({ options } = message);
      break;
    case 'sendPiece':
      void offered.hand(message.fileId, message.from);
      return;
    case 'readClipboard':
      void clipboard.attach();
      return;
    case 'draft':
      composer.fill(message.text);
      break;
    case 'sendDraft':
      // One that was meant for the page before this one may come ahead of the conversation.
      if (store.connected) {
        composer.send(store.conversation);
      }
      break;
    case 'focusMessage':
      composer.focus();
      break;
    case 'thumbnail':
      thumbnails.receive(message.sha256, message.mediaType, message.bytes);
      break;
  }
  redraw();
}

function begin(message: HostMessage & { type: 'snapshot' }): void {
  const { conversation, view: kept, l10n: contents } = message;
  ({ options } = message);
  if (contents) {
    l10n.config({ contents });
  }
  const known = store.conversation.id;
  store.replace(conversation);
  announcer.begin(conversation);
  thumbnails.retain(conversation);
  if (known !== conversation.id) {
    composer.replace(kept.draft);
    // Whoever comes back to a place needs all that is above it.
    growing.restart(kept.scrollTop !== undefined);
    if (kept.scrollTop === undefined) {
      scroll.toEnd();
    } else {
      scroll.restore(kept.scrollTop);
    }
  }
}

/** Draws at the next frame, once, however much happens until then. */
function redraw(): void {
  if (drawing || !store.connected) {
    return;
  }
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    frame.draw({
      conversation: store.conversation,
      composer,
      growing,
      view,
      atEnd: scroll.following,
    });
    composer.drawn();
    announcer.follow(store.conversation);
  });
}

function tellView(): void {
  const { following, scrollTop } = scroll;
  host.post({
    type: 'viewChanged',
    conversationId: store.conversation.id,
    view: { draft: composer.draft, ...(!following && { scrollTop }) },
  });
}

function copy(text: string, button: EventTarget | null): void {
  host.post({ type: 'copy', text });
  confirmCopy(button);
  announcer.say(l10n.t('Copied'));
}
