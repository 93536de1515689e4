import { createHash } from 'node:crypto';
import type { CacheMark } from './request.ts';

// The prompt caching page: four breakpoints, twenty blocks of look-back, five minutes or an hour.
const lookBackBlocks = 20;
const minute = 60_000;
const lifetimes = { '5m': 5 * minute, '1h': 60 * minute } as const;

/** Input tokens of a request by what they cost. */
export interface InputUsage {
  /** Neither read from the cache nor written to it. */
  readonly fresh: number;
  readonly read: number;
  readonly written5m: number;
  readonly written1h: number;
}

/** A block of the prompt as the cache sees it. */
export interface PromptPart {
  /** All that the model gets of it; a mark is not in it. */
  readonly content: string;
  readonly tokens: number;
  readonly mark: CacheMark | undefined;
}

export interface Prompt {
  /** What has a cache of its own: the model, and what else changes how it reads a prompt. */
  readonly scope: string;
  /** Tokens of the shortest prefix that is cached. */
  readonly least: number;
  /** System prompt first, then the messages. */
  readonly parts: readonly PromptPart[];
}

/** What a prompt finds in the cache and would leave there. */
export interface CacheLook {
  readonly usage: InputUsage;
  /** Writes what is marked and keeps alive what was read. To be called when the answer begins. */
  commit(): void;
}

interface Entry {
  readonly lifetime: number;
  expiresAt: number;
}

interface Breakpoint {
  readonly index: number;
  readonly ttl: keyof typeof lifetimes;
}

/** Prefixes of prompts, as the API keeps them. */
export class PromptCache {
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();

  /** @param now milliseconds, by whatever clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  clear(): void {
    this.#entries.clear();
  }

  look({ scope, least, parts }: Prompt): CacheLook {
    const keys = prefixKeys(scope, parts);
    const tokens = prefixTokens(parts);
    const total = tokens.at(-1) ?? 0;
    const breakpoints = parts.flatMap(({ mark }, index): readonly Breakpoint[] =>
      mark !== undefined && (tokens[index] ?? 0) >= least ? [{ index, ttl: mark.ttl }] : [],
    );
    const readUpTo = breakpoints.reduce(
      (longest, { index }) => Math.max(longest, this.#hit(keys, index)),
      -1,
    );
    const read = tokens[readUpTo] ?? 0;
    const writes = breakpoints.filter(({ index }) => index > readUpTo);
    const upTo = (ttl?: Breakpoint['ttl']): number => {
      const last = writes.findLast((each) => ttl === undefined || each.ttl === ttl);
      return last === undefined ? read : (tokens[last.index] ?? read);
    };
    const written1h = upTo('1h') - read;
    const written = upTo() - read;
    return {
      usage: { fresh: total - read - written, read, written1h, written5m: written - written1h },
      commit: () => {
        const now = this.#now();
        const found = this.#entries.get(keys[readUpTo] ?? '');
        if (found) found.expiresAt = now + found.lifetime;
        for (const { index, ttl } of writes) {
          const lifetime = lifetimes[ttl];
          this.#entries.set(keys[index] ?? '', { lifetime, expiresAt: now + lifetime });
        }
      },
    };
  }

  /** The last block of the longest entry that a breakpoint finds, itself included; -1 for none. */
  #hit(keys: readonly string[], breakpoint: number): number {
    const now = this.#now();
    for (let back = 0; back < lookBackBlocks && breakpoint >= back; back += 1) {
      const entry = this.#entries.get(keys[breakpoint - back] ?? '');
      if (entry !== undefined && entry.expiresAt > now) return breakpoint - back;
    }
    return -1;
  }
}

/** For each block a hash of everything up to it. */
function prefixKeys(scope: string, parts: readonly PromptPart[]): readonly string[] {
  let key = scope;
  return parts.map(({ content }) => {
    key = createHash('sha256').update(key).update('\n').update(content).digest('hex');
    return key;
  });
}

function prefixTokens(parts: readonly PromptPart[]): readonly number[] {
  let sum = 0;
  return parts.map(({ tokens }) => {
    sum += tokens;
    return sum;
  });
}
