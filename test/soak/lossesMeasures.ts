import { row, type Measure, type Row } from '../bench/measure.ts';
import { withPracticeWindows } from '../bench/practiceWindow.ts';
import { lossesFiles, lossesOf, type Cut } from './losses.ts';

const TIMES = 20;
const SEED = 20;

/** What is lost when windows are reloaded, and extension hosts killed, in the middle of a stream. */
export const losses: readonly Measure[] = [
  {
    names: ['conversation.reload-losses'],
    run: () => measure('conversation.reload-losses', 'reload'),
  },
  {
    names: ['conversation.kill-losses'],
    run: () => measure('conversation.kill-losses', 'kill'),
  },
];

function measure(name: string, cut: Cut): Promise<readonly Row[]> {
  return withPracticeWindows(lossesFiles(TIMES), async (windows) => {
    const { server } = windows;
    await using window = await windows.open();
    await window.workbench.runCommand('Vision for Claude: New Conversation');
    const lost = await lossesOf({ window, server, cut, times: TIMES, seed: SEED });
    const how = cut === 'reload' ? 'reloads of the window' : 'deaths of the extension host';
    const first = lost[0] === undefined ? '' : `; the first: ${lost[0]}`;
    const note =
      `finished turns, images, thumbnails, drafts and parts of answers that are not there again after ` +
      `${TIMES} ${how} in the middle of a stream${first}`;
    return [row(name, lost.length, '', 0, note, { lost })];
  });
}
