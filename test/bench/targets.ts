import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ImageTarget } from '../../src/core/plan/plan.ts';
import { projectRoot } from '../host/paths.js';

/** A model of the standard tier: 12 megapixels become 1269x952. */
export const STANDARD: ImageTarget = { model: 'claude-haiku-4-5', imagesInRequest: 1 };

/** The model of an extension that was just installed. */
export async function defaultTarget(): Promise<ImageTarget> {
  const manifest = await readFile(path.join(projectRoot, 'package.json'), 'utf8');
  const { contributes } = JSON.parse(manifest) as {
    contributes: {
      configuration: { properties: { 'visionForClaude.model': { default: string } } };
    };
  };
  const model = contributes.configuration.properties['visionForClaude.model'].default;
  return { model, imagesInRequest: 1 };
}
