/** Pixel data that is cut off or breaks the rules of its format. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly truncated: boolean;

  constructor(message: string, options: ErrorOptions & { readonly truncated: boolean }) {
    super(message, options);
    this.truncated = options.truncated;
  }
}
