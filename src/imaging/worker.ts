import { parentPort } from 'node:worker_threads';
import { letOthersGoFirst } from './threadPriority.ts';
import { transcode } from './transcode.ts';
import type { TranscodeJob } from './transcode.ts';

/** The thread that decodes and encodes. What throws ends it; its pool starts another. */
if (!parentPort) {
  throw new Error('to be started as a worker thread');
}
letOthersGoFirst();
const port = parentPort;
port.on('message', (job: TranscodeJob) => {
  void transcode(job).then((result) => {
    const pictures = result.ok ? result.value.pictures : [];
    port.postMessage(
      result,
      pictures.map(({ bytes }) => bytes.buffer),
    );
  });
});
