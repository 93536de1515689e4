import type { ReceivedImage } from '../server/inspectImages.ts';
import type { ReceivedRequest } from '../server/received.ts';
import type { ScriptedStep } from '../server/script.ts';

/** Answers of a server that refuses a conversation for as long as it holds something. */
export type Rule = (request: ReceivedRequest) => ScriptedStep | undefined;

export interface LastingFault {
  readonly name: string;
  readonly begin: () => Rule;
}

/** What keeps a conversation from going on until something about it is changed. */
export const LASTING: readonly LastingFault[] = [
  {
    name: 'bytes of an image that are refused by its place',
    begin: () =>
      refuseOne(
        ({ sha256 }) => sha256,
        ({ path }) => `${path}.image.source.base64: no`,
      ),
  },
  {
    name: 'bytes of an image that are refused without a place',
    begin: () =>
      refuseOne(
        ({ sha256 }) => sha256,
        () => 'Could not process image',
      ),
  },
  {
    name: 'an image that is refused in any form',
    begin: () => refuseOne(nameOf, ({ path }) => `${path}: Could not process image`),
  },
  {
    name: 'an image that is refused in any form without its place',
    begin: () => refuseOne(nameOf, () => 'Could not process image'),
  },
  {
    name: 'short edges only',
    begin:
      () =>
      ({ images }) => {
        const long = images.find(({ width, height }) => Math.max(width, height) > 700);
        return (
          long &&
          refusal(
            `${long.path}.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 700 pixels`,
          )
        );
      },
  },
  {
    name: 'few images only',
    begin:
      () =>
      ({ images }) =>
        images.length > 2
          ? refusal(`Too much media: 0 document pages + ${images.length} images > 2`)
          : undefined,
  },
  {
    name: 'a short prompt only',
    begin:
      () =>
      ({ images }) => {
        const tokens = images.reduce((sum, image) => sum + image.tokens, 0);
        return tokens > 2000
          ? refusal(`prompt is too long: ${tokens} tokens > 2000 maximum`)
          : undefined;
      },
  },
  {
    name: 'a short prompt only, without figures',
    begin:
      () =>
      ({ images }) =>
        images.reduce((sum, image) => sum + image.tokens, 0) > 2500
          ? { kind: 'contextWindowExceeded', text: '' }
          : undefined,
  },
  {
    name: 'small requests only',
    begin:
      () =>
      ({ images }) =>
        images.reduce((sum, { bytes }) => sum + bytes, 0) > 60_000
          ? { kind: 'error', status: 413, html: '<h1>Too Large</h1>' }
          : undefined,
  },
  {
    name: 'no question of a certain wording',
    begin:
      () =>
      ({ body }) =>
        JSON.stringify(body).includes('"Question 2"')
          ? refusal('messages: something nobody has heard of')
          : undefined,
  },
];

/** Refuses what is the same as the newest image of the first request that comes. */
function refuseOne(
  whatOf: (image: ReceivedImage) => string,
  message: (image: ReceivedImage) => string,
): Rule {
  let bad: string | undefined;
  return ({ images }) => {
    const newest = images.at(-1);
    bad ??= newest && whatOf(newest);
    const offender = images.find((image) => whatOf(image) === bad);
    return offender && refusal(message(offender));
  };
}

function nameOf({ label, path }: ReceivedImage): string {
  return label ?? path;
}

function refusal(message: string): ScriptedStep {
  return { kind: 'error', status: 400, message };
}
