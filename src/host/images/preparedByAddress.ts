import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { isKeepable } from '../../core/formats/formats.ts';
import { modelOf } from '../../core/plan/models.ts';
import type { ImageTarget } from '../../core/plan/plan.ts';
import { sourceNotes } from '../../core/plan/preparationNotes.ts';
import type { PreparedImageBytes } from '../../core/plan/preparedImage.ts';
import { probeWhole } from '../../core/formats/probe.ts';
import { sendableByAddress } from '../../core/plan/sendByAddress.ts';
import { stripMetadata } from '../../core/formats/strip.ts';
import { imageTokens } from '../../core/plan/visualTokens.ts';

/**
 * An image that the API is to fetch from its address itself; its bytes are for the thumbnail only.
 * `undefined` when its bytes are to be prepared and sent instead, also when they are damaged.
 */
export function preparedByAddress(
  bytes: Uint8Array,
  url: string,
  target: ImageTarget,
): PreparedImageBytes | undefined {
  const probed = probeWhole(bytes);
  const mediaType = probed.ok ? sendableByAddress(probed.value, bytes.length, target) : undefined;
  if (!probed.ok || !mediaType || !isKeepable(probed.value.format)) {
    return undefined;
  }
  const { format, size } = probed.value;
  // Nothing is stripped of what lies on the internet, but the walk finds what is cut off.
  if (!stripMetadata(bytes, format, crc32).ok) {
    return undefined;
  }
  return {
    image: {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      mediaType,
      ...size,
      byteLength: bytes.length,
      tokens: imageTokens(size, modelOf(target.model)),
      url,
      notes: [{ kind: 'sentByAddress' }, ...sourceNotes(probed.value, size)],
    },
    bytes,
  };
}
