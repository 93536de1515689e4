/** Names of devices on Windows, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Characters of up to four bytes each: file systems take 255 bytes. */
const MOST_CHARACTERS = 50;
const LONGEST_EXTENSION = 10;

/**
 * A name under which a file can be kept in any file system, as near to the given one as it may be:
 * without folders, control and invisible characters, and what is reserved.
 */
export function safeFileName(name: string): string {
  const plain = name
    .slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
    .replace(/[\p{C}<>:"|?*\u2028\u2029]/gu, '_')
    .trim()
    .replace(/^\.+|[. ]+$/g, '');
  const dot = plain.lastIndexOf('.');
  const hasExtension = dot > 0 && plain.length - dot <= LONGEST_EXTENSION;
  const stem = Array.from(hasExtension ? plain.slice(0, dot) : plain)
    .slice(0, MOST_CHARACTERS)
    .join('');
  const safe = `${stem.replace(/[. ]+$/, '') || 'image'}${hasExtension ? plain.slice(dot) : ''}`;
  return DEVICE.test(safe) ? `_${safe}` : safe;
}
