import type { CapabilitySupport, ModelInfo, ModelLine } from '@anthropic-ai/sdk/resources/models';
import { ApiFailure, invalid } from './failure.ts';

export type Tier = 'standard' | 'highResolution';
export type ThinkingType = 'adaptive' | 'between_tools' | 'disabled' | 'enabled';
export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export interface ModelFacts {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly displayName: string;
  readonly line: ModelLine;
  readonly tier: Tier;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** Tokens of the shortest prompt that is cached. */
  readonly leastCacheable: number;
  readonly thinking: readonly ThinkingType[];
  /** Whether a request without `thinking` thinks. */
  readonly thinksByDefault: boolean;
  readonly effort: readonly Effort[];
  readonly createdAt: string;
  readonly deprecatedAt: string | null;
  readonly retiresAt: string | null;
}

const allEfforts: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max'];

// The API gives the epoch as the release date where it is not known.
const unknownDate = '1970-01-01T00:00:00Z';

const newest = {
  aliases: [],
  tier: 'highResolution',
  contextTokens: 1_000_000,
  maxOutputTokens: 128_000,
  leastCacheable: 512,
  thinking: ['adaptive'],
  thinksByDefault: true,
  effort: allEfforts,
  createdAt: unknownDate,
  deprecatedAt: null,
  retiresAt: null,
} as const satisfies Partial<ModelFacts>;

const generation46 = {
  ...newest,
  tier: 'standard',
  thinking: ['adaptive', 'enabled', 'disabled'],
  thinksByDefault: false,
  effort: ['low', 'medium', 'high', 'max'],
} as const satisfies Partial<ModelFacts>;

const generation45 = {
  ...generation46,
  contextTokens: 200_000,
  maxOutputTokens: 64_000,
  thinking: ['enabled', 'disabled'],
  effort: [],
} as const satisfies Partial<ModelFacts>;

/**
 * The models of the API as of 2026-11-20, newest first, kept apart from the extension's own table so
 * that tests can hold the one against the other.
 */
export const models: readonly ModelFacts[] = [
  {
    ...newest,
    id: 'claude-fable-5-2',
    displayName: 'Claude Fable 5.2',
    line: 'fable',
    createdAt: '2026-11-09T00:00:00Z',
  },
  { ...newest, id: 'claude-mythos-5-2', displayName: 'Claude Mythos 5.2', line: 'mythos' },
  {
    ...newest,
    id: 'claude-haiku-5-5',
    displayName: 'Claude Haiku 5.5',
    line: 'haiku',
    thinking: ['adaptive', 'disabled'],
  },
  {
    ...newest,
    id: 'claude-sonnet-5-5',
    displayName: 'Claude Sonnet 5.5',
    line: 'sonnet',
    thinking: ['adaptive', 'between_tools'],
  },
  { ...newest, id: 'claude-fable-5-1', displayName: 'Claude Fable 5.1', line: 'fable' },
  { ...newest, id: 'claude-opus-5-5', displayName: 'Claude Opus 5.5', line: 'opus' },
  { ...newest, id: 'claude-mythos-5-1', displayName: 'Claude Mythos 5.1', line: 'mythos' },
  {
    ...newest,
    id: 'claude-sonnet-5',
    leastCacheable: 1024,
    displayName: 'Claude Sonnet 5',
    line: 'sonnet',
    thinking: ['adaptive', 'disabled'],
  },
  { ...newest, id: 'claude-fable-5', displayName: 'Claude Fable 5', line: 'fable' },
  { ...newest, id: 'claude-mythos-5', displayName: 'Claude Mythos 5', line: 'mythos' },
  {
    ...newest,
    id: 'claude-opus-5',
    displayName: 'Claude Opus 5',
    line: 'opus',
    thinking: ['adaptive', 'disabled'],
  },
  {
    ...newest,
    id: 'claude-opus-4-8',
    leastCacheable: 1024,
    displayName: 'Claude Opus 4.8',
    line: 'opus',
    thinking: ['adaptive', 'disabled'],
    thinksByDefault: false,
  },
  {
    ...newest,
    id: 'claude-opus-4-7',
    leastCacheable: 2048,
    displayName: 'Claude Opus 4.7',
    line: 'opus',
    thinking: ['adaptive', 'disabled'],
    thinksByDefault: false,
  },
  {
    ...generation46,
    id: 'claude-opus-4-6',
    leastCacheable: 4096,
    displayName: 'Claude Opus 4.6',
    line: 'opus',
  },
  {
    ...generation46,
    id: 'claude-sonnet-4-6',
    leastCacheable: 1024,
    displayName: 'Claude Sonnet 4.6',
    line: 'sonnet',
  },
  {
    ...generation45,
    id: 'claude-haiku-4-5',
    leastCacheable: 4096,
    aliases: ['claude-haiku-4-5-20251001'],
    displayName: 'Claude Haiku 4.5',
    line: 'haiku',
    createdAt: '2025-10-01T00:00:00Z',
  },
  {
    ...generation45,
    id: 'claude-opus-4-5',
    leastCacheable: 4096,
    aliases: ['claude-opus-4-5-20251101'],
    displayName: 'Claude Opus 4.5',
    line: 'opus',
    effort: ['low', 'medium', 'high'],
    createdAt: '2025-11-01T00:00:00Z',
  },
  {
    ...generation45,
    id: 'claude-sonnet-4-5',
    leastCacheable: 1024,
    aliases: ['claude-sonnet-4-5-20250929'],
    displayName: 'Claude Sonnet 4.5',
    line: 'sonnet',
    createdAt: '2025-09-29T00:00:00Z',
    deprecatedAt: unknownDate,
    retiresAt: '2026-11-30T00:00:00Z',
  },
];

/** The model of that id or alias; a 404 as the API words it where there is none. */
export function modelOf(id: string): ModelFacts {
  const found = models.find((model) => model.id === id || model.aliases.includes(id));
  if (found === undefined) throw new ApiFailure(404, 'not_found_error', `model: ${id}`);
  return found;
}

/** The model as `GET /v1/models/{id}` describes it. */
export function modelInfo(model: ModelFacts): ModelInfo {
  const thinks = (type: ThinkingType): CapabilitySupport => yes(model.thinking.includes(type));
  const reaches = (effort: Effort): CapabilitySupport => yes(model.effort.includes(effort));
  return {
    type: 'model',
    id: model.id,
    display_name: model.displayName,
    line: model.line,
    created_at: model.createdAt,
    lifecycle: lifecycleOf(model),
    deprecated_at: model.deprecatedAt,
    retires_at: model.retiresAt,
    max_input_tokens: model.contextTokens,
    max_tokens: model.maxOutputTokens,
    capabilities: {
      batch: yes(true),
      citations: yes(true),
      code_execution: yes(true),
      context_management: {
        supported: false,
        clear_thinking_20251015: null,
        clear_tool_uses_20250919: null,
        compact_20260112: null,
      },
      effort: {
        supported: model.effort.length > 0,
        low: reaches('low'),
        medium: reaches('medium'),
        high: reaches('high'),
        xhigh: reaches('xhigh'),
        max: reaches('max'),
      },
      image_input: yes(true),
      pdf_input: yes(true),
      server_tools: { supported: true, code_execution: yes(true), web_search: yes(true) },
      structured_outputs: yes(true),
      thinking: {
        supported: true,
        types: {
          adaptive: thinks('adaptive'),
          between_tools: thinks('between_tools'),
          disabled: thinks('disabled'),
          enabled: thinks('enabled'),
        },
      },
    },
  };
}

function yes(supported: boolean): CapabilitySupport {
  return { supported };
}

function lifecycleOf(model: ModelFacts): 'active' | 'deprecated' {
  return model.deprecatedAt === null ? 'active' : 'deprecated';
}

const pageFields = new Set(['limit', 'after_id', 'before_id', 'lifecycle', 'lifecycle[]']);

/** One page of the list, as `GET /v1/models` answers it: at most `limit` (1 to 1000, 20 if absent). */
export function modelsPage(query: URLSearchParams): object {
  const stray = [...query.keys()].find((key) => !pageFields.has(key));
  if (stray !== undefined) throw invalid(`${stray}: Extra inputs are not permitted`);
  const limit = limitOf(query.get('limit'));
  const after = query.get('after_id');
  const before = query.get('before_id');
  if (after !== null && before !== null) {
    throw invalid('Only one of before_id and after_id may be given');
  }
  const stages = [...query.getAll('lifecycle'), ...query.getAll('lifecycle[]')];
  const wanted =
    stages.length === 0 ? models : models.filter((model) => stages.includes(lifecycleOf(model)));
  let rest = wanted;
  let page = wanted.slice(0, limit);
  if (after !== null) {
    rest = wanted.slice(positionOf(wanted, after, 'after_id') + 1);
    page = rest.slice(0, limit);
  } else if (before !== null) {
    rest = wanted.slice(0, positionOf(wanted, before, 'before_id'));
    page = rest.slice(-limit);
  }
  return {
    data: page.map(modelInfo),
    has_more: page.length < rest.length,
    first_id: page.at(0)?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

function limitOf(text: string | null): number {
  if (text === null) return 20;
  const limit = Number(text);
  if (!Number.isInteger(limit)) throw invalid('limit: Input should be a valid integer');
  if (limit < 1) throw invalid('limit: Input should be greater than or equal to 1');
  if (limit > 1000) throw invalid('limit: Input should be less than or equal to 1000');
  return limit;
}

function positionOf(list: readonly ModelFacts[], id: string, field: string): number {
  const position = list.findIndex((model) => model.id === id);
  if (position < 0) throw invalid(`${field}: no model has the id ${id}`);
  return position;
}
