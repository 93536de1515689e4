import { fstatSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { practiceApiKey, startPracticeServer } from './practiceServer.ts';

// node test/server/main.ts [--port N] [--key K] [--chunk CHARACTERS] [--delay MILLISECONDS] [--verbose]
// Prints {"url": ...} on one line when it listens; ends on SIGTERM, SIGINT, and with its parent.

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    key: { type: 'string', default: practiceApiKey },
    // About the pace of a real stream, so that a person sees the text arrive.
    chunk: { type: 'string', default: '20' },
    delay: { type: 'string', default: '15' },
    verbose: { type: 'boolean', default: false },
  },
});

const server = await startPracticeServer({
  apiKey: values.key,
  port: numberOf('port', values.port, 0),
  pace: {
    chunkChars: numberOf('chunk', values.chunk, 1),
    delayMs: numberOf('delay', values.delay, 0),
  },
  ...(values.verbose ? { log: (line) => process.stderr.write(`${line}\n`) } : {}),
});

const parent = process.ppid;
const parentWatch = setInterval(() => {
  if (process.ppid !== parent) stop();
}, 1000);
parentWatch.unref();

process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// A terminal or /dev/null as standard input says nothing about the parent.
const input = fstatSync(process.stdin.fd);
if (input.isFIFO() || input.isSocket()) {
  process.stdin.once('end', stop).once('error', stop).resume();
}
process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);

function stop(): void {
  clearInterval(parentWatch);
  process.stdin.destroy();
  void server.close();
}

function numberOf(name: string, text: string, minimum: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= minimum) return number;
  throw new RangeError(`--${name}: not a whole number of at least ${minimum}: ${text}`);
}
