import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api } from './api.ts';
import { Bill, type BillTotal } from './bill.ts';
import { FileStore, type PracticeFiles } from './files.ts';
import type { Pace } from './play.ts';
import { PromptCache } from './promptCache.ts';
import { RequestLog, type ReceivedRequest } from './received.ts';
import { Script, type ScriptedStep, type Step } from './script.ts';
import { Web } from './web.ts';

/** The key that the server takes when none is named. */
export const practiceApiKey = 'practice-key';

export interface PracticeServerOptions {
  readonly apiKey?: string;
  /** 0 or absent: a free one. */
  readonly port?: number;
  /** Absent: as fast as the loop allows, for tests. */
  readonly pace?: Pace;
  /** Gets a line for every request; no credential, no text, no image is in it. */
  readonly log?: (line: string) => void;
  /** Milliseconds, for what the prompt cache forgets; absent: the time of day. */
  readonly now?: () => number;
}

/** A loopback server that speaks the Messages API, strictly, and answers as tests script it. */
export interface PracticeServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40123`, without `/v1`. */
  readonly url: string;
  readonly apiKey: string;
  /** In the order of their arrival. */
  readonly requests: readonly ReceivedRequest[];
  /** What was uploaded, and how the Files API behaves. */
  readonly files: PracticeFiles;
  /** Queues steps. Each valid `POST /v1/messages` takes the next; none left: the honest answer. */
  script(...steps: readonly Step[]): void;
  /**
   * Gives every valid `POST /v1/messages` the step that its contents call for, for as long as they do;
   * where that is none, the queue goes on. Until `reset()`.
   */
  setRule(rule: (request: ReceivedRequest) => ScriptedStep | undefined): void;
  /** Opens the oldest closed gate of a `hold` or `holdFirstByte`; throws when there is none. */
  release(): void;
  /**
   * The oldest request that fits and was not waited for before, now or when it comes: read and checked,
   * not yet answered. Rejects when the server is closed first.
   */
  waitForRequest(fits?: (request: ReceivedRequest) => boolean): Promise<ReceivedRequest>;
  /** Says which bytes an image's address gives, so that the server needs no network to fetch it. */
  publish(url: string, bytes: Uint8Array): void;
  /** Says that an image's address gives nothing any more: the server cannot download it. */
  withdraw(url: string): void;
  /** Whether connections are answered or broken at once, as by a network that is down. */
  setReachable(reachable: boolean): void;
  /** What the answers cost, in tokens and dollars: as an invoice would say it. */
  bill(): BillTotal;
  /**
   * Forgets steps, requests, files and what was published, cached and billed, lets go what is held,
   * and is reachable.
   */
  reset(): void;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/** Starts a server on 127.0.0.1; rejects when the port is taken. */
export async function startPracticeServer(
  options: PracticeServerOptions = {},
): Promise<PracticeServer> {
  const apiKey = options.apiKey ?? practiceApiKey;
  const script = new Script();
  const requests = new RequestLog();
  const web = new Web();
  const cache = new PromptCache(options.now ?? Date.now);
  const bill = new Bill();
  const files = new FileStore();
  const api = new Api({
    apiKey,
    pace: options.pace ?? { chunkChars: 20, delayMs: 0 },
    log: options.log ?? (() => undefined),
    script,
    requests,
    web,
    cache,
    bill,
    files,
  });
  const server = createServer((request, response) => {
    void api.serve(request, response);
  });
  let reachable = true;
  server.on('connection', (socket) => {
    if (!reachable) socket.destroy();
  });
  const setReachable = (wanted: boolean): void => {
    reachable = wanted;
    // One that is kept alive would be answered.
    if (!reachable) server.closeAllConnections();
  };
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen(options.port ?? 0, '127.0.0.1', listening.resolve);
  await listening.promise;
  // Only a pipe's address is a string.
  const { port } = server.address() as AddressInfo;
  const closed = Promise.withResolvers<void>();
  server.once('close', closed.resolve);
  const close = (): Promise<void> => {
    requests.close();
    server.close();
    server.closeAllConnections();
    return closed.promise;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    apiKey,
    requests: requests.all,
    files,
    script: (...steps) => script.add(steps),
    setRule: (rule) => {
      script.rule = rule;
    },
    release: () => {
      if (!script.release()) throw new Error('no scripted step is holding an answer');
    },
    waitForRequest: (fits = () => true) => requests.wait(fits),
    publish: (url, bytes) => web.publish(url, bytes),
    withdraw: (url) => web.withdraw(url),
    setReachable,
    bill: () => bill.total(),
    reset: () => {
      setReachable(true);
      script.clear();
      requests.clear();
      web.clear();
      cache.clear();
      bill.clear();
      files.clear();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
