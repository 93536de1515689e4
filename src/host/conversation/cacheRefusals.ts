import type { LogOutputChannel } from 'vscode';
import type { AnswerOutcome } from '../../claude/claudeApi.ts';
import type { PlannedRequest } from '../../core/conversation/request.ts';

/** A request that can be planned with and without marks for the prompt cache. */
export interface CacheableRequest {
  readonly baseUrl: string;
  readonly plan: (uncached: boolean) => PlannedRequest;
  readonly send: (planned: PlannedRequest) => Promise<AnswerOutcome>;
}

/**
 * The servers that refused `cache_control`, as gateways do that do not know it. Remembered until the
 * window closes: no conversation fails of what only makes it cheaper.
 */
export class CacheRefusals {
  readonly #baseUrls = new Set<string>();
  readonly #log: Pick<LogOutputChannel, 'info'>;

  constructor(log: Pick<LogOutputChannel, 'info'>) {
    this.#log = log;
  }

  /** Sends a request, and at once again without the marks where the server refuses them. */
  async send({ baseUrl, plan, send }: CacheableRequest): Promise<AnswerOutcome> {
    const planned = plan(this.#baseUrls.has(baseUrl));
    const outcome = await send(planned);
    if (planned.body.cache_control === undefined || !isRefusalOfCaching(outcome)) {
      return outcome;
    }
    this.#baseUrls.add(baseUrl);
    const id = outcome.requestId ?? '';
    this.#log.info(`The server refused cache_control, asking it without from now on ${id}`);
    return send(plan(true));
  }
}

/**
 * By the path that a refusal begins with, such as `messages.0.content.1.image.cache_control`, which
 * is then not about the image, or by its words: gateways wrap the message of the server behind them.
 */
function isRefusalOfCaching({ end, anyText }: AnswerOutcome): boolean {
  return (
    !anyText &&
    end.kind === 'failed' &&
    (end.failure.kind === 'requestInvalid' ||
      end.failure.kind === 'imagesRejected' ||
      end.failure.kind === 'someImageRejected') &&
    end.failure.message.includes('cache_control')
  );
}
