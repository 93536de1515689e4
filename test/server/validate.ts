import { invalid } from './failure.ts';
import { contentAt, markAt, systemAt, type CacheMarks } from './content.ts';
import { modelOf, type Effort, type ModelFacts, type ThinkingType } from './models.ts';
import type { MessageRequest, Turn } from './request.ts';
import {
  arrayAt,
  at,
  booleanAt,
  fieldsOf,
  integerAt,
  objectAt,
  oneOfAt,
  stringAt,
  type JsonObject,
} from './schema.ts';

const countedFields = ['cache_control', 'output_config', 'system', 'thinking'];
const createdFields = [...countedFields, 'metadata', 'service_tier', 'stream'];
// Fields of the real API that nothing here plays: a clear refusal is more honest than ignoring them.
const unplayedWhenCounting = ['speed', 'tool_choice', 'tools'];
const unplayedFields = [
  ...unplayedWhenCounting,
  'container',
  'diagnostics',
  'inference_geo',
  'stop_sequences',
];
const samplingFields = ['temperature', 'top_p', 'top_k'];
const cacheBreakpoints = 4;

/**
 * The body of `POST /v1/messages` as a request. Throws the API's own refusal for everything but the
 * pictures, which `inspectImages` looks at.
 */
export function parseMessageRequest(value: unknown): MessageRequest {
  const body = bodyOf(value, unplayedFields);
  fieldsOf(body, '', ['max_tokens', 'messages', 'model'], createdFields);
  const maxTokens = integerAt(body['max_tokens'], 'max_tokens', 1);
  const stream = body['stream'] !== undefined && booleanAt(body['stream'], 'stream');
  if (body['metadata'] !== undefined) {
    const metadata = objectAt(body['metadata'], 'metadata');
    fieldsOf(metadata, 'metadata', [], ['user_id']);
    const user = metadata['user_id'] ?? undefined;
    if (user !== undefined) stringAt(user, 'metadata.user_id');
  }
  if (body['service_tier'] !== undefined) {
    oneOfAt(body['service_tier'], 'service_tier', ['auto', 'standard_only']);
  }
  const request = { ...commonOf(body, maxTokens), maxTokens, stream };
  const { maxOutputTokens } = request.model;
  if (maxTokens > maxOutputTokens) {
    throw invalid(
      `max_tokens: ${maxTokens} > ${maxOutputTokens}, which is the maximum allowed number of output tokens for ${request.modelId}`,
    );
  }
  return request;
}

/** The body of `POST /v1/messages/count_tokens`, which knows fewer fields. */
export function parseCountRequest(value: unknown): MessageRequest {
  const body = bodyOf(value, unplayedWhenCounting);
  fieldsOf(body, '', ['messages', 'model'], countedFields);
  return { ...commonOf(body, undefined), maxTokens: undefined, stream: false };
}

function bodyOf(value: unknown, unplayed: readonly string[]): JsonObject {
  const body = objectAt(value, '');
  const sampling = samplingFields.find((field) => body[field] !== undefined);
  if (sampling !== undefined) throw invalid(`\`${sampling}\` is deprecated for this model.`);
  const field = unplayed.find((each) => body[each] !== undefined);
  if (field !== undefined) throw invalid(`${field}: the practice server does not play this field`);
  return body;
}

function commonOf(
  body: JsonObject,
  maxTokens: number | undefined,
): Omit<MessageRequest, 'maxTokens' | 'stream'> {
  const modelId = stringAt(body['model'], 'model');
  const marks: CacheMarks = { count: 0 };
  const mark = markAt(body['cache_control'], 'cache_control', marks);
  const system = systemAt(body['system'], marks);
  const turns = turnsAt(body['messages'], marks);
  if (marks.count > cacheBreakpoints) {
    throw invalid(
      `A maximum of ${cacheBreakpoints} blocks with cache_control may be provided. Found ${marks.count}.`,
    );
  }
  const thinking = thinkingAt(body['thinking'], maxTokens);
  const effort = effortAt(body['output_config']);
  const model = modelOf(modelId);
  checkThinking(model, thinking.type, effort);
  return {
    model,
    modelId,
    system,
    turns,
    thinks:
      thinking.type === undefined
        ? model.thinksByDefault
        : thinking.type === 'adaptive' || thinking.type === 'enabled',
    showsThinking: thinking.isShown,
    manner: JSON.stringify([body['thinking'], effort]),
    mark,
  };
}

function turnsAt(value: unknown, marks: CacheMarks): readonly Turn[] {
  const turns = arrayAt(value, 'messages').map((item, index): Turn => {
    const path = at('messages', index);
    const message = objectAt(item, path);
    fieldsOf(message, path, ['role', 'content']);
    const role = oneOfAt(message['role'], at(path, 'role'), ['user', 'assistant']);
    return { role, blocks: contentAt(message['content'], { path, role, marks }) };
  });
  const first = turns.at(0);
  if (first === undefined) throw invalid('messages: at least one message is required');
  if (first.role !== 'user') throw invalid('messages: first message must use the "user" role');
  if (turns.at(-1)?.role !== 'user') {
    throw invalid(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  }
  return turns;
}

interface Thinking {
  readonly type: ThinkingType | undefined;
  readonly isShown: boolean;
}

function thinkingAt(value: unknown, maxTokens: number | undefined): Thinking {
  if (value === undefined) return { type: undefined, isShown: false };
  const thinking = objectAt(value, 'thinking');
  const type = oneOfAt<ThinkingType>(thinking['type'], 'thinking.type', [
    'adaptive',
    'between_tools',
    'disabled',
    'enabled',
  ]);
  const path = at('thinking', type);
  const required = type === 'enabled' ? ['type', 'budget_tokens'] : ['type'];
  const isOn = type === 'adaptive' || type === 'enabled';
  fieldsOf(thinking, path, required, isOn ? ['display'] : []);
  if (type === 'enabled') {
    const budget = integerAt(thinking['budget_tokens'], at(path, 'budget_tokens'), 1024);
    if (maxTokens !== undefined && budget >= maxTokens) {
      throw invalid('`max_tokens` must be greater than `thinking.budget_tokens`.');
    }
  }
  const display = thinking['display'] ?? undefined;
  if (display !== undefined) oneOfAt(display, at(path, 'display'), ['summarized', 'omitted']);
  return { type, isShown: display === 'summarized' };
}

function effortAt(value: unknown): Effort | undefined {
  if (value === undefined) return undefined;
  const config = objectAt(value, 'output_config');
  if ((config['format'] ?? undefined) !== undefined) {
    throw invalid('output_config.format: the practice server does not play this field');
  }
  fieldsOf(config, 'output_config', [], ['effort', 'format']);
  const effort = config['effort'] ?? undefined;
  if (effort === undefined) return undefined;
  return oneOfAt<Effort>(effort, 'output_config.effort', ['low', 'medium', 'high', 'xhigh', 'max']);
}

function checkThinking(
  model: ModelFacts,
  type: ThinkingType | undefined,
  effort: Effort | undefined,
): void {
  if (type !== undefined && !model.thinking.includes(type)) {
    if (type === 'adaptive') throw invalid('adaptive thinking is not supported on this model');
    throw invalid(
      `"thinking.type.${type}" is not supported for this model. ${insteadOf(type, model)}`,
    );
  }
  if (effort === undefined) return;
  if (model.effort.length === 0) {
    throw invalid('This model does not support the effort parameter.');
  }
  if (!model.effort.includes(effort)) {
    const supported = model.effort.toSorted().join(', ');
    throw invalid(
      `This model does not support effort level '${effort}'. Supported levels: ${supported}.`,
    );
  }
  if (type === 'between_tools' && (effort === 'xhigh' || effort === 'max')) {
    throw invalid(`"thinking.type.between_tools" does not go with effort level '${effort}'.`);
  }
}

function insteadOf(type: ThinkingType, model: ModelFacts): string {
  if (type === 'enabled') {
    return 'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.';
  }
  return model.thinking.includes('between_tools')
    ? 'Use "thinking.type.between_tools" instead.'
    : 'Thinking defaults to adaptive mode when not specified.';
}
