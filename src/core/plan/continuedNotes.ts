import type { PreparationNote } from './preparedImage.ts';

type Note<Kind extends PreparationNote['kind']> = Extract<PreparationNote, { readonly kind: Kind }>;

/** Kinds that tell of the picture as it is now, or of its original only. */
const OF_NOW: ReadonlySet<PreparationNote['kind']> = new Set(['smallEdge', 'sentByAddress']);
const OF_ORIGINAL: ReadonlySet<PreparationNote['kind']> = new Set([
  'onlyOneSent',
  'tilesWouldHelp',
]);

/**
 * The notes of a picture that was prepared from what an earlier preparation had made of it: from the
 * original to what is sent now.
 */
export function continuedNotes(
  earlier: readonly PreparationNote[],
  later: readonly PreparationNote[],
): readonly PreparationNote[] {
  const kept = earlier.filter(
    ({ kind }) =>
      !OF_NOW.has(kind) &&
      (kind === 'resized' || kind === 'converted' || !later.some((note) => note.kind === kind)),
  );
  return [
    ...kept.flatMap((note) => continued(note, later)),
    ...later.filter(({ kind }) => !OF_ORIGINAL.has(kind) && !isChain(kind, kept)),
  ];
}

/** Whether a later note goes on from one of the same kind, and is told with it. */
function isChain(kind: PreparationNote['kind'], kept: readonly PreparationNote[]): boolean {
  return (kind === 'resized' || kind === 'converted') && kept.some((note) => note.kind === kind);
}

function continued(
  note: PreparationNote,
  later: readonly PreparationNote[],
): readonly PreparationNote[] {
  if (note.kind === 'resized') {
    const next = later.find((other): other is Note<'resized'> => other.kind === 'resized');
    return next ? [{ kind: 'resized', from: note.from, to: next.to, reason: next.reason }] : [note];
  }
  if (note.kind === 'converted') {
    const next = later.find((other): other is Note<'converted'> => other.kind === 'converted');
    const to = next?.to ?? note.to;
    return to === note.from ? [] : [{ ...note, to }];
  }
  return [note];
}
