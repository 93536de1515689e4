import type { ErrorStep, Step } from '../server/script.ts';

/** Something that goes wrong with the next request, or with the user's network or settings. */
export interface Fault {
  readonly name: string;
  /** What the server answers; absent for what is no answer of it. */
  readonly steps?: readonly Step[];
  /** What happens around the request. */
  readonly around?: 'unreachable' | 'retiredModel';
}

const NOW = { retryAfter: 0 } as const;
const IMAGE = 'messages.0.content.0.image.source.base64';
const LABELLED = 'messages.0.content.1.image.source.base64';
const PARTLY = { text: 'The first half and the second half.', chunkChars: 10 } as const;

type Status = Omit<ErrorStep, 'kind'> & { readonly times?: number };

/** Every status and type of the API's errors. */
const BY_STATUS: Readonly<Record<string, Status>> = {
  '400': { status: 400, message: 'messages.0: something nobody has heard of' },
  '400, credit': { status: 400, message: 'Your credit balance is too low.' },
  '401': { status: 401 },
  '402': { status: 402 },
  '403': { status: 403 },
  '404': { status: 404 },
  '404 of a proxy': { status: 404, html: '<h1>Not Found</h1>' },
  '408': { status: 408, ...NOW },
  '409': { status: 409, ...NOW },
  '413': { status: 413 },
  '413 of a proxy': { status: 413, html: '<h1>Too Large</h1>' },
  '429': { status: 429, ...NOW },
  '429 without a wait': { status: 429 },
  '429 with a long wait': { status: 429, retryAfter: 3600 },
  '429, spend limit': { status: 429, errorCode: 'enforced_spend_limit_reached' },
  '500': { status: 500, ...NOW },
  '500, six times': { status: 500, ...NOW, times: 6 },
  '502 of a proxy': { status: 502, html: '<h1>Bad Gateway</h1>', ...NOW },
  '504': { status: 504, ...NOW },
  '529': { status: 529, ...NOW },
  '529, six times': { status: 529, ...NOW, times: 6 },
};
const STATUSES = Object.entries(BY_STATUS).map(([name, step]) =>
  fault(name, { kind: 'error', ...step }),
);

/** The messages that real users got about images, and those about what is too much. */
const MESSAGES: readonly Fault[] = [
  `${LABELLED}: image exceeds 5 MB maximum: 15908784 bytes > 5242880 bytes`,
  `${IMAGE}.data: At least one of the image dimensions exceed max allowed size: 8000 pixels`,
  `${IMAGE}.data: At least one of the image dimensions exceed max allowed size: 900 pixels`,
  `${LABELLED}.data: At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels`,
  'Could not process image',
  `${IMAGE}: Could not process image`,
  `${IMAGE}: The image was specified using the image/jpeg media type, but the image appears to be a image/png image`,
  `${LABELLED}.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`,
  'messages: text content blocks must be non-empty',
  'Too much media: 0 document pages + 102 images > 100',
  'Too much media: 0 document pages + 3 images > 1',
  'prompt is too long: 210000 tokens > 200000 maximum',
  'input length and `max_tokens` exceed context limit: 195000 + 8192 > 200000',
].map((message) => fault(`400: ${message}`, { kind: 'error', status: 400, message }));

const DIMENSIONS = fault('400 with details of dimensions', {
  kind: 'error',
  status: 400,
  errorCode: 'image_dimensions_too_large',
  details: {
    max_side_length_pixels: 1000,
    paths: ['messages.0.content.0', 'messages.0.content.1'],
  },
  message: 'too large',
});

const STREAMS: readonly Fault[] = [
  ...['overloaded_error', 'api_error', 'timeout_error', 'invalid_request_error'].flatMap((type) =>
    [0, 2].map((afterDeltas) =>
      fault(`${type} after ${afterDeltas} pieces`, {
        kind: 'errorEvent',
        type,
        message: 'no',
        afterDeltas,
        ...PARTLY,
      }),
    ),
  ),
  fault('a cut before the headers, for good', { kind: 'cut', times: 3 }),
  fault('a cut before the first word', { kind: 'cut', afterDeltas: 0, ...PARTLY }),
  fault('a cut in the middle', { kind: 'cut', afterDeltas: 2, ...PARTLY }),
  fault('a clean cut in the middle', { kind: 'cut', afterDeltas: 2, clean: true, ...PARTLY }),
];

const ENDS: readonly Fault[] = [
  fault('a refusal', { kind: 'refusal', category: 'bio', explanation: 'It is harmful.' }),
  fault('a refusal in the middle', {
    kind: 'refusal',
    category: null,
    explanation: null,
    afterDeltas: 2,
    ...PARTLY,
  }),
  fault('max_tokens', { kind: 'maxTokens', text: 'Half an answer' }),
  fault('max_tokens spent on thinking', { kind: 'maxTokens' }),
  fault('the end of the context window', { kind: 'contextWindowExceeded', text: 'So far' }),
  fault('the end of the context window at once', { kind: 'contextWindowExceeded', text: '' }),
  fault('an empty answer', { kind: 'empty' }),
];

/** Everything that can go wrong with a request. */
export const FAULTS: readonly Fault[] = [
  ...STATUSES,
  ...MESSAGES,
  DIMENSIONS,
  ...STREAMS,
  ...ENDS,
  { name: 'no network', around: 'unreachable' },
  { name: 'a retired model', around: 'retiredModel' },
];

function fault(name: string, ...steps: readonly Step[]): Fault {
  return { name, steps };
}
