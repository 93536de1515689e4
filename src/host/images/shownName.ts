/** Longest name of an image, as shown and as introduced to Claude: file systems take 255 bytes. */
const MAX_NAME = 200;
/** What stays of the end, where the extension is. */
const END = 20;

/** A name of bearable length: one that is longer, as of an address, loses its middle. */
export function shownName(name: string): string {
  if (name.length <= MAX_NAME) {
    return name;
  }
  const start = name.slice(0, MAX_NAME - END - 1);
  // A cut must not leave half of a character.
  return `${start.replace(/[\uD800-\uDBFF]$/, '')}…${name.slice(-END).replace(/^[\uDC00-\uDFFF]/, '')}`;
}
