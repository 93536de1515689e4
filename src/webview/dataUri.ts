const IMAGE_DATA = /^data:image\/([\w.+-]+)((?:;[^,;]*)*),/i;

/** Longer ones are no picture that somebody has dragged: the page would stand still over them. */
const MAX_LENGTH = 50_000_000;

/** The image that a `data:` address holds; `undefined` for any other address, or a broken one. */
export function fileOfDataUri(address: string): File | undefined {
  const [head, subtype = '', parameters = ''] = IMAGE_DATA.exec(address) ?? [];
  if (head === undefined || address.length > MAX_LENGTH) {
    return undefined;
  }
  try {
    const data = decodeURIComponent(address.slice(head.length));
    const bytes = /;base64$/i.test(parameters)
      ? Uint8Array.from(atob(data), (one) => one.charCodeAt(0))
      : new TextEncoder().encode(data);
    const type = `image/${subtype.toLowerCase()}`;
    return new File([bytes], `image.${extensionOf(type)}`, { type });
  } catch (error) {
    // Neither percent-encoding nor base64.
    if (error instanceof URIError || error instanceof DOMException) {
      return undefined;
    }
    throw error;
  }
}

/** How the name of a file of that media type ends; what it really is, the host finds out. */
export function extensionOf(mediaType: string): string {
  const subtype = mediaType.replace(/^image\/(?:x-|vnd\.)?/, '').replace(/\+.*$/, '');
  return subtype === 'jpeg' ? 'jpg' : subtype;
}
