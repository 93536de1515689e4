import type { Panel } from '../e2e/panel.ts';

/** What a panel shows of a conversation. */
export interface Shown {
  readonly turns: readonly ShownTurn[];
  readonly attached: readonly ShownImage[];
  readonly draft: string;
}

interface ShownTurn {
  readonly text: string;
  readonly images: readonly ShownImage[];
}

interface ShownImage {
  readonly name: string;
  /** Whether its thumbnail is drawn. */
  readonly drawn: boolean;
}

/** Reads the whole conversation, each part of which it brings in sight. */
export async function shownIn(panel: Panel): Promise<Shown> {
  const turns = await panel.log.evaluate(readTurns);
  const attached = await panel.attachments.evaluateAll((chips) =>
    chips.map((chip) => ({
      name: chip.querySelector('.chip-name')?.getAttribute('title') ?? '',
      drawn: (chip.querySelector('img')?.naturalWidth ?? 0) > 0,
    })),
  );
  return { turns, attached, draft: await panel.message.inputValue() };
}

/** What was there before and is not now, in words. The last answer may have grown since. */
export function differences(before: Shown, now: Shown): readonly string[] {
  const missing: string[] = [];
  before.turns.forEach((turn, index) => {
    const after = now.turns[index];
    const place = `turn ${index + 1}`;
    const last = index === before.turns.length - 1;
    if (!after) {
      missing.push(place);
      return;
    }
    // What is drawn ends with a line of its own, also in the middle of a word.
    const same = last ? after.text.startsWith(turn.text.trimEnd()) : after.text === turn.text;
    if (!same) {
      missing.push(`the text of ${place}, ${after.text.length} of ${turn.text.length} characters`);
    }
    missing.push(...imageDifferences(turn.images, after.images, place));
  });
  missing.push(...imageDifferences(before.attached, now.attached, 'the message'));
  if (before.draft !== now.draft) {
    missing.push('the draft');
  }
  return missing;
}

function imageDifferences(
  before: readonly ShownImage[],
  now: readonly ShownImage[],
  place: string,
): readonly string[] {
  return before.flatMap(({ name }) => {
    const after = now.find((image) => image.name === name);
    if (!after) {
      return [`${name} of ${place}`];
    }
    return after.drawn ? [] : [`the thumbnail of ${name} of ${place}`];
  });
}

/** Runs in the browser. */
async function readTurns(log: Element): Promise<readonly ShownTurn[]> {
  const turns: ShownTurn[] = [];
  const { scrollTop } = log;
  for (const turn of log.querySelectorAll('article')) {
    turn.scrollIntoView();
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const images = [...turn.querySelectorAll('.sent-image')].map((image) => ({
      name: image.querySelector('.picture-name')?.textContent.replace(/^Image \d+: /, '') ?? '',
      drawn: (image.querySelector('img')?.naturalWidth ?? 0) > 0,
    }));
    const text = turn.querySelector('.bubble-text, vision-markdown')?.textContent ?? '';
    turns.push({ text, images });
  }
  log.scrollTop = scrollTop;
  return turns;
}
