import { planImage, type ImageTarget } from '../../src/core/plan/plan.ts';
import { probeWhole } from '../../src/core/formats/probe.ts';
import { runAlone } from './preparerProcess.ts';
import type { Wanted } from './preparerTasks.ts';

/** What we make of a file, so that others make the same of it: size, format and quality. */
export async function wantedOutput(
  file: string,
  bytes: Uint8Array,
  target: ImageTarget,
): Promise<Wanted> {
  const probed = probeWhole(bytes);
  const plan = probed.ok ? planImage(probed.value, bytes.length, target) : undefined;
  if (plan?.kind !== 'transcode') {
    throw new Error(`${file} is not to be transcoded`);
  }
  const [{ size }] = plan.steps;
  const quality = plan.steps.find((step) => step.kind === 'lossy')?.quality ?? 100;
  // Only the pixels tell whether it is a photograph.
  const asPlanned: Wanted = { size, quality, mediaType: 'image/png' };
  const prepared = await runAlone({
    kind: 'prepare',
    preparer: 'ours',
    file,
    target,
    wanted: asPlanned,
  });
  return { ...asPlanned, mediaType: prepared.mediaType };
}
