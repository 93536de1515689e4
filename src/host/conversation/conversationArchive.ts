import { join } from 'node:path';
import {
  allImages,
  type AttachedImage,
  type Conversation,
} from '../../core/conversation/conversation.ts';
import { reduce } from '../../core/conversation/conversationEvent.ts';
import { picturesOf } from '../../core/conversation/pictures.ts';
import type { StorageFault } from '../../core/failure.ts';
import { failed, success, type Result } from '../../core/result.ts';
import type { BlobFiles } from '../storage/blobFiles.ts';
import type { ConversationFiles } from '../storage/conversationFiles.ts';
import {
  deleteWorkspace,
  otherWorkspaces,
  type OtherWorkspace,
} from '../storage/otherWorkspaces.ts';
import { writeFault } from '../storage/systemError.ts';
import type { Conversations } from './conversations.ts';
import type { UploadedImages } from './uploadedImages.ts';

const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** From when an image is prepared until its conversation is on disk passes far less than this. */
const FRESH_MS = 10 * MINUTE_MS;

/** What the archive needs of the extension. */
export interface ArchiveServices {
  /** Those that are open in this window. */
  readonly conversations: Conversations;
  readonly files: ConversationFiles;
  readonly blobFiles: BlobFiles;
  readonly uploadedImages: Pick<UploadedImages, 'deleteUnused' | 'recordsIn' | 'takeOver'>;
}

/** All conversations of the workspace, open or not, with what they take on disk and on servers. */
export class ConversationArchive {
  readonly #services: ArchiveServices;

  constructor(services: ArchiveServices) {
    this.#services = services;
  }

  /** The conversations of the workspace, the newest first, and what could not be read of them. */
  async list(): ReturnType<ConversationFiles['list']> {
    await this.#services.conversations.flush();
    return this.#services.files.list();
  }

  /** A conversation as it is, wherever it is open or lies. */
  async read(id: string): Promise<Result<Conversation, StorageFault>> {
    const known = this.#services.conversations.byId(id);
    if (known) {
      return success(known.state);
    }
    const opened = await this.#services.files.open(id);
    if (opened.ok) {
      opened.value.dispose();
    }
    const stored = opened.ok
      ? opened.value.stored
      : opened.error.kind === 'openElsewhere' && opened.error.stored;
    if (stored) {
      return success(stored.conversation);
    }
    return failed(opened.ok ? { kind: 'notFound', id } : opened.error);
  }

  /**
   * The hashes of the images that any conversation of the workspace may hold, in this window, in
   * another or on disk. Rejects when a file cannot be read: nothing may be given up then.
   */
  async usedImages(): Promise<ReadonlySet<string>> {
    const onDisk = await this.#services.files.usedBlobs();
    return new Set([...onDisk, ...this.#openImages().flatMap(hashOf)]);
  }

  /** The names of the images of all conversations that can be read, by their SHA-256. */
  async imageNames(): Promise<ReadonlyMap<string, string>> {
    const { conversations } = await this.list();
    const onDisk = conversations.flatMap(({ images }) => images);
    const open = this.#openImages().map(({ name, prepared }) => ({
      name,
      sha256: prepared?.sha256,
    }));
    return new Map(
      [...onDisk, ...open].flatMap(({ name, sha256 }): readonly (readonly [string, string])[] =>
        sha256 === undefined ? [] : [[sha256, name]],
      ),
    );
  }

  /** Bytes that all conversations of the workspace take, with their images and thumbnails. */
  async bytesOnDisk(): Promise<number> {
    const { blobFiles, files } = this.#services;
    return (await blobFiles.bytes()) + (await files.bytes());
  }

  /** What other workspaces keep, the largest first. Rejects with the error of the file system. */
  async others(): Promise<readonly OtherWorkspace[]> {
    return otherWorkspaces(this.#services.files.root);
  }

  /**
   * Deletes all that another workspace keeps. What servers keep of it is taken over by this one, whose
   * conversations hold none of it, and goes with the next collection. False when a window has it open.
   */
  async deleteOther(workspace: OtherWorkspace): Promise<boolean> {
    const { uploadedImages } = this.#services;
    const records = await uploadedImages.recordsIn(join(workspace.folder, 'uploads.json'));
    const deleted = await deleteWorkspace(workspace);
    if (deleted) {
      await uploadedImages.takeOver(records);
    }
    return deleted;
  }

  /**
   * Deletes bytes to which no conversation refers, of this window or another, and that have lain for
   * a day: another window may just be putting them there. Settles with the bytes that this has freed.
   * What servers keep of images that left their conversations is deleted while nobody waits for it.
   */
  async collectGarbage(): Promise<number> {
    void this.#services.uploadedImages.deleteUnused();
    return this.#services.blobFiles.collect(await this.usedImages(), DAY_MS);
  }

  /** Gives a conversation another title, also one that is not open here. */
  async rename(id: string, title: string): Promise<Result<void, StorageFault>> {
    const known = this.#services.conversations.byId(id);
    if (known) {
      known.rename(title);
      return success(undefined);
    }
    const opened = await this.#services.files.open(id);
    if (!opened.ok) {
      return opened;
    }
    const { stored } = opened.value;
    const conversation = stored && reduce(stored.conversation, { type: 'renamed', title });
    if (conversation) {
      opened.value.save({ ...stored, conversation }, { urgent: true });
    }
    const fault = await opened.value.flush();
    opened.value.dispose();
    return fault ? failed(fault) : success(undefined);
  }

  /** Deletes a conversation with the images that no other one has. Fails when another window has it. */
  async delete(id: string): Promise<Result<void, StorageFault>> {
    try {
      const deleted = await this.#delete(id);
      if (!deleted.ok) {
        return deleted;
      }
      await this.#forget(allImages(deleted.value));
      return success(undefined);
    } catch (error) {
      return failed(writeFault(error, id));
    }
  }

  /**
   * Deletes a conversation, wherever it is open or lies, and gives it as it was last. Rejects with the
   * error of the file system: then it is as it was.
   */
  async #delete(id: string): Promise<Result<Conversation, StorageFault>> {
    const { conversations, files } = this.#services;
    const deleted = await conversations.delete(id);
    if (deleted) {
      return success(deleted);
    }
    const opened = await files.open(id);
    if (!opened.ok) {
      return opened;
    }
    const { stored } = opened.value;
    try {
      // It is held, so that no other window has it.
      await files.delete(id);
    } finally {
      opened.value.dispose();
    }
    return stored ? success(stored.conversation) : failed({ kind: 'notFound', id });
  }

  /**
   * Deletes the bytes of images that no conversation holds any more, in this window or on disk, and
   * what servers keep of them. What was put just now is left to the collection: a conversation of
   * another window may be about to refer to it.
   */
  async #forget(images: readonly AttachedImage[]): Promise<void> {
    const { blobFiles, uploadedImages } = this.#services;
    const used = await this.usedImages();
    const unused = images.flatMap(hashOf).filter((hash) => !used.has(hash));
    await Promise.all(unused.map(async (sha256) => blobFiles.remove(sha256, FRESH_MS)));
    // Nobody waits for a server: what it cannot delete now is offered by the command.
    void uploadedImages.deleteUnused();
  }

  #openImages(): readonly AttachedImage[] {
    return this.#services.conversations.open.flatMap(({ state }) => allImages(state));
  }
}

function hashOf(image: AttachedImage): readonly string[] {
  return picturesOf(image).map(({ sha256 }) => sha256);
}
