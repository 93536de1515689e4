import { createHash } from 'node:crypto';

// Thinking blocks come back with the next turn and must be unchanged: their signatures can be checked
// without remembering them, so that a conversation outlives a restart of the server.

/** The signature of the thinking block of that message. */
export function signatureOf(messageId: string): string {
  return `EqQB${Buffer.from(`${messageId}:${seal(messageId)}`).toString('base64')}`;
}

/** Whether a practice server made that signature. */
export function isOwnSignature(signature: string): boolean {
  if (!signature.startsWith('EqQB')) return false;
  const [messageId = '', sealed] = Buffer.from(signature.slice(4), 'base64').toString().split(':');
  return sealed === seal(messageId);
}

function seal(messageId: string): string {
  return createHash('sha256').update(`practice server ${messageId}`).digest('hex').slice(0, 32);
}
