/** Edge of the zone plate, in pixels. */
export const ZONE_PLATE = 2048;
/** Edge of what it is shrunk to. */
export const SMALL_ZONE_PLATE = ZONE_PLATE / 4;
/** Part above the new Nyquist frequency that a good filter may still let through. */
const TRANSITION = 1.25;
const GREY = 127.5;

/** Rings whose frequency grows with their radius, up to half a cycle a pixel at the edge. */
export function zonePlate(x: number, y: number): number {
  const centre = (ZONE_PLATE - 1) / 2;
  const squared = (x - centre) ** 2 + (y - centre) ** 2;
  return Math.round(GREY + GREY * Math.cos((Math.PI * squared) / ZONE_PLATE));
}

/**
 * What is left of the rings that are too fine for the smaller picture, where it should be flat grey:
 * the root of their mean square, in steps of 8 bits. 90 when nothing is filtered.
 */
export function aliasResidue(pixels: Uint8Array, channels: number): number {
  const centre = (SMALL_ZONE_PLATE - 1) / 2;
  const nyquist = SMALL_ZONE_PLATE / 8;
  let sum = 0;
  let count = 0;
  for (let y = 0; y < SMALL_ZONE_PLATE; y += 1) {
    for (let x = 0; x < SMALL_ZONE_PLATE; x += 1) {
      const radius = Math.hypot(x - centre, y - centre);
      if (radius > nyquist * TRANSITION && radius < SMALL_ZONE_PLATE / 2) {
        sum += ((pixels[(y * SMALL_ZONE_PLATE + x) * channels] ?? 0) - GREY) ** 2;
        count += 1;
      }
    }
  }
  return Math.sqrt(sum / count);
}
