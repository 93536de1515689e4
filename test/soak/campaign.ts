import type {
  AssistantTurn,
  Notice,
  NoticeAction,
  UserTurn,
} from '../../src/core/conversation/conversation.ts';
import {
  ConversationSession,
  type SessionServices,
} from '../../src/host/conversation/conversationSession.ts';
import { sourceOfUri } from '../../src/host/images/imageSource.ts';
import { actOnNotice } from '../../src/host/panel/noticeActions.ts';
import type { Uri } from 'vscode';
import { seededRandom } from '../bench/random.ts';
import type { PracticeServer } from '../server/practiceServer.ts';
import { FAULTS, type Fault } from './faults.ts';
import { LASTING, type Rule } from './lasting.ts';

/** What the conversations of a campaign are led with. */
export interface CampaignOptions {
  readonly conversations: number;
  readonly seed: number;
  readonly services: SessionServices;
  readonly server: PracticeServer;
  /** Files of images of many kinds. */
  readonly images: readonly Uri[];
  readonly setModel: (model: string) => PromiseLike<void>;
}

/** A conversation that could not be led to its end, and where. */
export interface Bricked {
  readonly conversation: number;
  readonly message: number;
  readonly fault: string;
  readonly why: string;
}

export interface CampaignResult {
  readonly conversations: number;
  readonly faults: number;
  /** How often each way was taken. */
  readonly ways: Readonly<Record<string, number>>;
  readonly bricked: readonly Bricked[];
}

const MODELS = [
  'claude-sonnet-5-5',
  'claude-opus-5-5',
  'claude-haiku-5-5',
  'claude-haiku-4-5',
  'claude-sonnet-4-6',
] as const;
const RETIRED = 'claude-3-7-sonnet';
const MESSAGES = 5;
/** More than this for one message and a person would have given up. */
const MOST_WAYS = 8;

/** What a person who wants to go on does not choose: it leads elsewhere, or nowhere. */
const NO_WAY: ReadonlySet<NoticeAction> = new Set([
  'stop',
  'getApiKey',
  'newConversation',
  'openSettings',
  'showLog',
]);

/** Ways that change the request, and so never lead to the very same notice. */
const CHANGES: ReadonlySet<NoticeAction> = new Set([
  'reencodeAndRetry',
  'removeAndRetry',
  'goOnWithout',
  'sendImagesSmaller',
  'leaveOutOldestImages',
  'leaveOutOldestTurns',
]);

/**
 * Leads conversations with images and other models in which every fault comes in its turn, in every
 * other one also what lasts until something is changed; takes one of the ways that each notice offers,
 * as a user would. Those that do not come to an answer, or are offered what changes nothing, are bricked. The same seed leads the same conversations.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const ways: Record<string, number> = {};
  const bricked: Bricked[] = [];
  let faults = 0;
  for (let index = 0; index < options.conversations; index += 1) {
    const talk = new Talk(options, index, ways);
    const failed = await talk.lead();
    faults += talk.faults;
    if (failed) {
      bricked.push(failed);
    }
  }
  return { conversations: options.conversations, faults, ways, bricked };
}

/** One conversation, with the user who leads it. */
class Talk {
  readonly #options: CampaignOptions;
  readonly #index: number;
  readonly #random: () => number;
  readonly #ways: Record<string, number>;
  readonly #session: ConversationSession;
  /** What the server refuses from a message on. */
  readonly #lasting:
    | { readonly name: string; readonly from: number; readonly rule: Rule }
    | undefined;
  faults = 0;

  constructor(options: CampaignOptions, index: number, ways: Record<string, number>) {
    this.#options = options;
    this.#index = index;
    this.#ways = ways;
    this.#random = seededRandom(options.seed * 1_000_003 + index);
    const lasting = index % 2 === 1 ? LASTING[((index - 1) / 2) % LASTING.length] : undefined;
    const from = Math.floor(this.#random() * (MESSAGES - 1));
    this.#lasting = lasting && { name: lasting.name, from, rule: lasting.begin() };
    this.#session = new ConversationSession(options.services);
    // Nobody waits who can have it at once.
    this.#session.onDidChange((event) => {
      if (event.type === 'retryScheduled') {
        setImmediate(() => void this.#session.retry(event.turnId));
      }
    });
  }

  /** Where it could not go on; `undefined` when it came to its end. */
  async lead(): Promise<Bricked | undefined> {
    const { server, setModel } = this.#options;
    await setModel(MODELS[0]);
    try {
      for (let message = 0; message < MESSAGES; message += 1) {
        // So that every fault comes even in a short campaign; the last message meets none.
        const turn = this.#index * (MESSAGES - 1) + message;
        const fault = message === MESSAGES - 1 ? undefined : FAULTS[turn % FAULTS.length];
        const why = await this.#message(message, fault);
        if (why !== undefined) {
          const names = [fault?.name ?? 'none', ...(this.#lasting ? [this.#lasting.name] : [])];
          return { conversation: this.#index, message, fault: names.join(', with '), why };
        }
      }
      return undefined;
    } finally {
      this.#session.dispose();
      server.reset();
    }
  }

  /** Sends a message that meets a fault and sees to its answer; says why there is none. */
  async #message(number: number, fault: Fault | undefined): Promise<string | undefined> {
    const { server, setModel } = this.#options;
    server.reset();
    if (this.#random() < 0.2) {
      await setModel(this.#pick(MODELS));
    }
    await this.#attach(number);
    if (this.#lasting && number >= this.#lasting.from) {
      server.setRule(this.#lasting.rule);
    }
    if (fault) {
      this.faults += 1;
      server.script(...(fault.steps ?? []));
      server.setReachable(fault.around !== 'unreachable');
      if (fault.around === 'retiredModel') {
        await setModel(RETIRED);
      }
    }
    const before = this.#questions().length;
    await this.#session.send(`Question ${number}`);
    if (this.#questions().length !== before + 1) {
      return `The message was not taken: ${this.#session.state.notice?.message ?? 'no notice'}`;
    }
    server.setReachable(true);
    const tried = new Set<string>();
    for (let ways = 0; ways < MOST_WAYS; ways += 1) {
      const answer = this.#answer();
      if (answer?.status === 'complete' || answer?.leftOut) {
        return this.#questions().length > before ? undefined : 'A question was lost.';
      }
      if (!answer) {
        return 'There is no answer.';
      }
      const way = await this.#goOn(answer, number, tried);
      const again = JSON.stringify(this.#answer()?.notice);
      if (CHANGES.has(way) && again === JSON.stringify(answer.notice)) {
        return `${way} has changed nothing: ${answer.notice?.message}`;
      }
    }
    return `No way led to an answer: ${this.#answer()?.notice?.message}`;
  }

  async #attach(number: number): Promise<void> {
    const { images } = this.#options;
    const many = this.#random() < 0.05 ? 22 : Math.floor(this.#random() * 3);
    const count = number === 0 ? Math.max(many, 1) : many;
    const chosen = Array.from({ length: count }, () => this.#pick(images));
    await this.#session.attach(chosen.map((uri) => sourceOfUri(uri)));
  }

  /** Does one of the things that are offered, and says which. */
  async #goOn(answer: AssistantTurn, number: number, tried: Set<string>): Promise<NoticeAction> {
    const way = this.#wayOf(answer.notice, tried);
    this.#ways[way] = (this.#ways[way] ?? 0) + 1;
    const session = this.#session;
    switch (way) {
      case 'editQuestion':
        await session.edit(this.#questions().at(-1)?.id ?? '', `Question ${number}, anew`);
        break;
      case 'setApiKey':
        await session.keyWasSet({ goOn: true });
        break;
      case 'selectModel':
        await this.#options.setModel(this.#pick(MODELS));
        await session.retry(answer.id);
        break;
      default:
        await actOnNotice(session, way, answer.id);
    }
    return way;
  }

  /** Without a button, the question's own "Edit" is there. */
  #wayOf(notice: Notice | undefined, tried: Set<string>): NoticeAction {
    const offered = (notice?.actions ?? []).filter((action) => !NO_WAY.has(action));
    const told = (action: NoticeAction): string => `${action} ${notice?.message}`;
    // What has led to the very same notice is not tried again while there is something else.
    const untried = offered.filter((action) => !tried.has(told(action)));
    const way =
      offered.length === 0 ? 'editQuestion' : this.#pick(untried.length > 0 ? untried : offered);
    tried.add(told(way));
    return way;
  }

  #answer(): AssistantTurn | undefined {
    const last = this.#session.state.turns.at(-1);
    return last?.role === 'assistant' ? last : undefined;
  }

  #questions(): readonly UserTurn[] {
    return this.#session.state.turns.filter((turn) => turn.role === 'user');
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.#random() * items.length)];
    if (item === undefined) {
      throw new RangeError('There is nothing to pick from.');
    }
    return item;
  }
}
