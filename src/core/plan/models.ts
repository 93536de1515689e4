/**
 * Models as data: prices, limits and how each counts images. As of 2026-11-20.
 * Sources: Claude docs, "Models overview", "Pricing", "Vision", "Prompt caching"; prices marked 3P are
 * not published there and come from a third party.
 */

/** How a model counts the visual tokens of an image. */
export type TokenRule =
  /** One token for each patch of 28 x 28 px: every current model. */
  | 'patch'
  /** `width * height / 750`, the estimate of the guide to the Claude 3.x generation. */
  | 'area';

/** The largest image that a model looks at without shrinking it first. */
export interface VisionTier {
  /** Pixels. */
  readonly longEdge: number;
  /** Patches of 28 x 28 px. */
  readonly maxPatches: number;
}

/** Dollars per million tokens. */
export interface Prices {
  /** The largest prompt, in tokens, that these prices are for; absent when there is no limit. */
  readonly upToPromptTokens?: number;
  readonly input: number;
  readonly output: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h?: number;
  readonly cacheRead: number;
}

export interface Model {
  readonly id: string;
  readonly displayName: string;
  /** Tokens; absent when it is not published. */
  readonly contextWindow?: number;
  /** Tokens; absent when it is not published. */
  readonly maxOutputTokens?: number;
  /** Steps by the size of the prompt, smallest first; absent when the price is not known. */
  readonly prices?: readonly Prices[];
  readonly tier: VisionTier;
  readonly tokenRule: TokenRule;
  /** In one request, images of resent turns included. */
  readonly maxImages: number;
  /** Whether `output_config.effort` is accepted. */
  readonly knowsEffort: boolean;
  /** Tokens of the shortest prompt that the API caches; a shorter one is silently not cached. */
  readonly leastCacheable: number;
}

/** Claude docs, "Vision": Claude 4.7 and later. */
export const HIGH_RESOLUTION_TIER: VisionTier = { longEdge: 2576, maxPatches: 4784 };
/** Claude docs, "Vision": every other model. */
export const STANDARD_TIER: VisionTier = { longEdge: 1568, maxPatches: 1568 };

const MILLION = 1_000_000;
const LARGE = { contextWindow: MILLION, maxOutputTokens: 128_000, maxImages: 600 } as const;
/** Models with a context window of 200k take fewer images. */
const SMALL = { contextWindow: 200_000, maxImages: 100 } as const;
const HIGH = { tier: HIGH_RESOLUTION_TIER, tokenRule: 'patch' } as const;
const STANDARD = { tier: STANDARD_TIER, tokenRule: 'patch' } as const;

/** Claude docs, "Prompt caching": the largest that any model has, for those of which it is not known. */
const LARGEST_LEAST_CACHEABLE = 4096;

const OPUS_PRICES: readonly Prices[] = [
  { input: 5, output: 25, cacheWrite5m: 6.25, cacheWrite1h: 10, cacheRead: 0.5 },
];
const SONNET_4_PRICES: readonly Prices[] = [
  { input: 3, output: 15, cacheWrite5m: 3.75, cacheWrite1h: 6, cacheRead: 0.3 },
];

export const MODELS: readonly Model[] = [
  {
    id: 'claude-fable-5-2',
    displayName: 'Claude Fable 5.2',
    ...LARGE,
    ...HIGH,
    // 3P: input, output and cache read.
    prices: [{ input: 8, output: 40, cacheWrite5m: 10, cacheRead: 0.2 }],
    knowsEffort: true,
    leastCacheable: 512,
  },
  {
    id: 'claude-fable-5-1',
    displayName: 'Claude Fable 5.1',
    ...LARGE,
    ...HIGH,
    prices: [{ input: 10, output: 50, cacheWrite5m: 12.5, cacheWrite1h: 20, cacheRead: 0.25 }],
    knowsEffort: true,
    leastCacheable: 512,
  },
  {
    id: 'claude-fable-5',
    displayName: 'Claude Fable 5',
    ...LARGE,
    ...HIGH,
    prices: [{ input: 10, output: 50, cacheWrite5m: 12.5, cacheWrite1h: 20, cacheRead: 1 }],
    knowsEffort: true,
    leastCacheable: 512,
  },
  // Mythos needs a verified account; neither its prices nor its windows are published, and 3P is what
  // is least cacheable.
  {
    id: 'claude-mythos-5-2',
    displayName: 'Claude Mythos 5.2',
    ...HIGH,
    maxImages: 600,
    knowsEffort: true,
    leastCacheable: 512,
  },
  {
    id: 'claude-mythos-5-1',
    displayName: 'Claude Mythos 5.1',
    ...HIGH,
    maxImages: 600,
    knowsEffort: true,
    leastCacheable: 512,
  },
  {
    id: 'claude-mythos-5',
    displayName: 'Claude Mythos 5',
    ...HIGH,
    maxImages: 600,
    knowsEffort: true,
    leastCacheable: 512,
  },
  {
    id: 'claude-opus-5-5',
    displayName: 'Claude Opus 5.5',
    ...LARGE,
    ...HIGH,
    prices: [{ input: 4, output: 20, cacheWrite5m: 5, cacheWrite1h: 8, cacheRead: 0.2 }],
    knowsEffort: true,
    leastCacheable: 512,
  },
  {
    id: 'claude-opus-5',
    displayName: 'Claude Opus 5',
    ...LARGE,
    ...HIGH,
    prices: OPUS_PRICES,
    knowsEffort: true,
    leastCacheable: 512,
  },
  {
    id: 'claude-opus-4-8',
    displayName: 'Claude Opus 4.8',
    ...LARGE,
    ...HIGH,
    prices: OPUS_PRICES,
    knowsEffort: true,
    leastCacheable: 1024,
  },
  {
    id: 'claude-opus-4-7',
    displayName: 'Claude Opus 4.7',
    ...LARGE,
    ...HIGH,
    prices: OPUS_PRICES,
    knowsEffort: true,
    leastCacheable: 2048,
  },
  {
    id: 'claude-opus-4-6',
    displayName: 'Claude Opus 4.6',
    ...LARGE,
    ...STANDARD,
    prices: OPUS_PRICES,
    knowsEffort: true,
    leastCacheable: 4096,
  },
  {
    id: 'claude-opus-4-5',
    displayName: 'Claude Opus 4.5',
    ...SMALL,
    ...STANDARD,
    prices: OPUS_PRICES,
    knowsEffort: true,
    leastCacheable: 4096,
  },
  {
    id: 'claude-sonnet-5-5',
    displayName: 'Claude Sonnet 5.5',
    ...LARGE,
    ...HIGH,
    prices: [{ input: 2, output: 10, cacheWrite5m: 2.5, cacheWrite1h: 4, cacheRead: 0.1 }],
    knowsEffort: true,
    leastCacheable: 512,
  },
  {
    id: 'claude-sonnet-5',
    displayName: 'Claude Sonnet 5',
    ...LARGE,
    ...HIGH,
    prices: [{ input: 2, output: 10, cacheWrite5m: 2.5, cacheWrite1h: 4, cacheRead: 0.2 }],
    knowsEffort: true,
    leastCacheable: 1024,
  },
  {
    id: 'claude-sonnet-4-6',
    displayName: 'Claude Sonnet 4.6',
    ...LARGE,
    ...STANDARD,
    prices: SONNET_4_PRICES,
    knowsEffort: true,
    leastCacheable: 1024,
  },
  {
    id: 'claude-sonnet-4-5',
    displayName: 'Claude Sonnet 4.5',
    ...SMALL,
    ...STANDARD,
    prices: SONNET_4_PRICES,
    knowsEffort: false,
    leastCacheable: 1024,
  },
  {
    id: 'claude-haiku-5-5',
    displayName: 'Claude Haiku 5.5',
    ...LARGE,
    ...HIGH,
    prices: [
      {
        upToPromptTokens: 100_000,
        input: 0.1,
        output: 0.5,
        cacheWrite5m: 0.125,
        cacheWrite1h: 0.2,
        cacheRead: 0.01,
      },
      { input: 0.5, output: 2.5, cacheWrite5m: 0.625, cacheWrite1h: 1, cacheRead: 0.05 },
    ],
    knowsEffort: true,
    leastCacheable: 512,
  },
  {
    id: 'claude-haiku-4-5',
    displayName: 'Claude Haiku 4.5',
    ...SMALL,
    maxOutputTokens: 64_000,
    ...STANDARD,
    prices: [{ input: 1, output: 5, cacheWrite5m: 1.25, cacheWrite1h: 2, cacheRead: 0.1 }],
    knowsEffort: false,
    leastCacheable: 4096,
  },
  // Retired; kept because the guide's own table of tokens and prices is given for it.
  {
    id: 'claude-3-7-sonnet',
    displayName: 'Claude Sonnet 3.7',
    ...SMALL,
    tier: STANDARD_TIER,
    tokenRule: 'area',
    prices: SONNET_4_PRICES,
    knowsEffort: false,
    leastCacheable: LARGEST_LEAST_CACHEABLE,
  },
];

/**
 * What is known of a model id. A snapshot (`-20251001` or `-latest` at the end) is its model. An
 * unknown id gets the newest tier's limits and no price rather than a wrong one; `claude-3...` ids
 * keep the rule of their generation.
 */
export function modelOf(id: string): Model {
  const baseId = id.replace(/-(?:\d{8}|latest)$/, '');
  const known = MODELS.find((model) => model.id === baseId);
  if (known) {
    return { ...known, id };
  }
  const unknown = {
    id,
    displayName: id,
    knowsEffort: false,
    leastCacheable: LARGEST_LEAST_CACHEABLE,
  };
  return baseId.startsWith('claude-3')
    ? { ...unknown, ...SMALL, tier: STANDARD_TIER, tokenRule: 'area' }
    : { ...unknown, ...HIGH, maxImages: LARGE.maxImages };
}
