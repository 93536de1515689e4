import type { OriginalImage } from '../../core/conversation/conversation.ts';
import { FORMAT_NAMES } from '../../core/formats/formats.ts';
import { probeWhole } from '../../core/formats/probe.ts';

/** What a file is, to show it and to tell later whether it has changed; `undefined` for no image. */
export async function originalImage(bytes: Uint8Array): Promise<OriginalImage | undefined> {
  const probed = probeWhole(bytes);
  if (!probed.ok) {
    return undefined;
  }
  const { format, size } = probed.value;
  return {
    format: FORMAT_NAMES[format],
    ...size,
    byteLength: bytes.length,
    sha256: await sha256Of(bytes),
  };
}

/** Lower-case hex SHA-256 of a file. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  // Away from this thread: a hundred megabytes are a fifth of a second.
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(bytes));
  return Buffer.from(digest).toString('hex');
}
