import * as l10n from '@vscode/l10n';
import type { Intake } from './intake.ts';
import { mayHoldImages, readTransfer } from './transfer.ts';

/** How long "Hold Shift" stays when nothing else happens to the page. */
const HINT_MS = 5000;

/** A drag that says nothing for so long is over, or no longer the page's: it speaks all the time. */
const SILENCE_MS = 3000;

/** Marks what is dragged out of the page itself, such as a thumbnail: it is attached already. */
const OWN = 'application/vnd.vision-for-claude.own';

/** A drag that ends this close to the edge, in pixels, has left the page by itself. */
const EDGE = 2;

/**
 * Drops anywhere in the page. VS Code takes drags away from its web views by making them blind to
 * the mouse as long as Shift is not held: drags that begin in VS Code at once, drags from elsewhere
 * as soon as they touch the workbench, or when a web view leaves them to it. The page does not leave
 * them, so that what reaches it can be dropped with and without Shift; and it says "Hold Shift" when
 * a drag is taken away from under it, which is the first moment that it can know of it.
 */
export class DropZone {
  readonly #intake: Intake;
  readonly #dropped: () => void;
  readonly #overlay = document.createElement('div');
  readonly #text = document.createElement('span');
  #hiding: ReturnType<typeof setTimeout> | undefined;

  /** `dropped` is called when something was dropped, to be attached or not. */
  constructor(root: HTMLElement, intake: Intake, dropped: () => void) {
    this.#intake = intake;
    this.#dropped = dropped;
    this.#overlay.className = 'drop-overlay';
    this.#overlay.hidden = true;
    // For those who drag: everybody else has the attach menu.
    this.#overlay.ariaHidden = 'true';
    this.#text.className = 'drop-text';
    this.#overlay.append(this.#text);
    root.append(this.#overlay);
  }

  listen(): void {
    document.addEventListener('dragstart', ({ dataTransfer }) => dataTransfer?.setData(OWN, ''));
    document.addEventListener('dragenter', (event) => this.#over(event));
    document.addEventListener('dragover', (event) => this.#over(event));
    document.addEventListener('dragleave', (event) => this.#left(event));
    document.addEventListener('drop', (event) => this.#drop(event));
  }

  #over(event: DragEvent): void {
    const { dataTransfer } = event;
    if (!dataTransfer || dataTransfer.types.includes(OWN) || staysText(event)) {
      return;
    }
    event.preventDefault();
    // VS Code's listener on the window would take the drag away.
    event.stopPropagation();
    dataTransfer.dropEffect = 'copy';
    if (mayHoldImages(dataTransfer.types)) {
      this.#show(l10n.t('Drop to attach'), SILENCE_MS);
    }
  }

  #left({ relatedTarget, clientX, clientY }: DragEvent): void {
    if (relatedTarget !== null || this.#overlay.hidden) {
      return;
    }
    const within =
      clientX > EDGE &&
      clientY > EDGE &&
      clientX < window.innerWidth - EDGE &&
      clientY < window.innerHeight - EDGE;
    if (!within) {
      this.#hide();
      return;
    }
    this.#show(l10n.t('Hold Shift to drop here'), HINT_MS);
    // The mouse is the page's again when the drag is over.
    document.addEventListener('pointermove', () => this.#hide(), { once: true });
  }

  #drop(event: DragEvent): void {
    this.#hide();
    const { dataTransfer } = event;
    if (!dataTransfer || staysText(event)) {
      return;
    }
    event.preventDefault();
    if (!dataTransfer.types.includes(OWN)) {
      void this.#intake.take(readTransfer(dataTransfer), 'dropHadNoImage');
      this.#dropped();
    }
  }

  #show(text: string, forMs: number): void {
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => this.#hide(), forMs);
    this.#text.textContent = text;
    this.#overlay.hidden = false;
  }

  #hide(): void {
    clearTimeout(this.#hiding);
    this.#overlay.hidden = true;
  }
}

/** Text that is dragged into a text box is the browser's to insert. */
function staysText({ dataTransfer, target }: DragEvent): boolean {
  return (
    target instanceof HTMLTextAreaElement &&
    dataTransfer !== null &&
    !mayHoldImages(dataTransfer.types)
  );
}
