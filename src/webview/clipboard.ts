import { extensionOf } from './dataUri.ts';
import type { Intake } from './intake.ts';
import { CODE_URI_LIST, parseJson, readTransfer, uriList } from './transfer.ts';

/** How VS Code in a browser writes the files that were copied in its Explorer. */
const CODE_RESOURCES = 'web application/vnd.code.resources';

/** What browsers call a picture that has no name. */
const NAMELESS = /^image\.\w+$/;

/** Pastes into the page, and the clipboard when it is asked for. */
export class Clipboard {
  readonly #intake: Intake;
  readonly #names: () => readonly string[];
  #pasted = 0;

  /** `names` are those of the images in the conversation. */
  constructor(intake: Intake, names: () => readonly string[]) {
    this.#intake = intake;
    this.#names = names;
    document.addEventListener('paste', (event) => this.#paste(event));
  }

  /** Attaches the images in the clipboard. */
  async attach(): Promise<void> {
    // A page that does not have the keyboard may not read.
    window.focus();
    try {
      const items = await navigator.clipboard.read();
      const uris = (await Promise.all(items.map(copiedUris))).flat();
      const images = (await Promise.all(items.map(imageIn))).filter((blob) => blob !== undefined);
      await this.#intake.take(
        { uris, entries: images.map((image) => this.#named(image)) },
        'clipboardEmpty',
      );
    } catch (error) {
      if (!(error instanceof DOMException)) {
        throw error;
      }
      this.#intake.nothing(error.name === 'NotAllowedError' ? 'clipboardDenied' : 'clipboardEmpty');
    }
  }

  #paste(event: ClipboardEvent): void {
    const { clipboardData } = event;
    if (!clipboardData || isText(clipboardData)) {
      return;
    }
    event.preventDefault();
    const { uris, entries } = readTransfer(clipboardData);
    const named = entries.map((entry) =>
      entry instanceof File && NAMELESS.test(entry.name) ? this.#named(entry) : entry,
    );
    void this.#intake.take({ uris, entries: named }, 'pasteHadNoImage');
  }

  /** Under a name that no other image of the conversation has. */
  #named(image: Blob): File {
    const taken = this.#names().map((name) => Number(/^pasted-(\d+)\./.exec(name)?.[1] ?? 0));
    this.#pasted = Math.max(this.#pasted, ...taken) + 1;
    const name = `pasted-${this.#pasted}.${extensionOf(image.type)}`;
    return new File([image], name, { type: image.type });
  }
}

/**
 * Whether a paste is text, to be pasted as such. Copied links are; so is what an office program
 * copies, which comes with a picture of itself beside the text.
 */
function isText(data: DataTransfer): boolean {
  const { types } = data;
  if (types.includes(CODE_URI_LIST)) {
    return false;
  }
  if (types.includes('Files')) {
    return types.includes('text/html') && data.getData('text/plain').trim() !== '';
  }
  const uris = uriList(data.getData('text/uri-list'));
  return types.includes('text/plain') && !(uris.length > 0 && uris.every(isFileUri));
}

function isFileUri(uri: string): boolean {
  return /^(?:file|vscode-[\w-]+):/i.test(uri);
}

async function imageIn(item: ClipboardItem): Promise<Blob | undefined> {
  const type = item.types.find((one) => one.startsWith('image/'));
  return type === undefined ? undefined : item.getType(type);
}

async function copiedUris(item: ClipboardItem): Promise<readonly string[]> {
  if (!item.types.includes(CODE_RESOURCES)) {
    return [];
  }
  const blob = await item.getType(CODE_RESOURCES);
  const resources = parseJson(await blob.text());
  return Array.isArray(resources) ? resources.flatMap(uriOf) : [];
}

/** The address of a `vscode.Uri` that was written as JSON. */
function uriOf(value: unknown): readonly string[] {
  const { scheme, authority, path }: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value !== null ? { ...value } : {};
  if (typeof scheme !== 'string' || typeof path !== 'string') {
    return [];
  }
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return [`${scheme}://${typeof authority === 'string' ? authority : ''}${encoded}`];
}
