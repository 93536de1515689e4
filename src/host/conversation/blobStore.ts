/** The bytes of prepared images by their SHA-256, so that a picture is kept once. */
export class BlobStore {
  readonly #blobs = new Map<string, Uint8Array>();

  put(sha256: string, bytes: Uint8Array): void {
    this.#blobs.set(sha256, bytes);
  }

  get(sha256: string): Uint8Array | undefined {
    return this.#blobs.get(sha256);
  }

  /** Gives up all others. */
  retain(hashes: ReadonlySet<string>): void {
    for (const sha256 of this.#blobs.keys()) {
      if (!hashes.has(sha256)) {
        this.#blobs.delete(sha256);
      }
    }
  }

  /** @throws {Error} when the blob was never put: a turn refers to it, so that is a fault here. */
  base64(sha256: string): string {
    const bytes = this.#blobs.get(sha256);
    if (!bytes) {
      throw new Error(`No bytes are stored for the image ${sha256}.`);
    }
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  }
}
