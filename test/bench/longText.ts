/** Characters of a long answer. */
export const LONG_CHARACTERS = 50_000;

/** What answers are made of, again and again. */
export const LONG_TEXT = Array.from({ length: 280 }, (_, index) =>
  [
    `## Part ${index}\n\n`,
    'The ridge runs from **left** to right, and `hut-1874` stands below it in the shade.\n\n',
    '- a first thing that is seen\n- a second one, with [a link](https://example.com/)\n\n',
    '```js\nconst height = 2834;\nconst name = "ridge";\n```\n\n',
  ].join(''),
)
  .join('')
  .slice(0, LONG_CHARACTERS);

/** The last heading in it: when that is there, little is to come. */
export const LAST_HEADING = LONG_TEXT.match(/Part \d+(?=\n)/g)?.at(-1) ?? '';

/** How it comes in: in two seconds. */
export const DELTAS_A_SECOND = 500;
export const DELTA_CHARACTERS = 50;
