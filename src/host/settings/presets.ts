import { l10n } from 'vscode';
import type { PromptChoice } from '../../core/conversation/protocol.ts';
import { readSettings } from './settings.ts';
import type { UserPrompt } from './settingsValues.ts';

/** The prompts that come with the extension, in the language of VS Code. */
export function presets(): readonly PromptChoice[] {
  return [
    {
      id: 'describe',
      label: l10n.t('Describe'),
      text: l10n.t(
        'Describe this image, or each of them if there are several. Begin with one sentence that says what it is. Then give the details that matter, from the most important to the least, and quote text in it word for word. Say so where something cannot be made out; do not guess who people are.',
      ),
    },
    {
      id: 'altText',
      label: l10n.t('Alt text'),
      text: l10n.t(
        'Write alt text for this image, or for each of them if there are several. One sentence of at most 125 characters that tells a reader who cannot see it what it is there for: its purpose first, then what that needs of its content. Do not begin with "Image of" or "Picture of", and repeat text in the image only if it carries the meaning. Answer with nothing but the alt text; with several images, one line each, after its number.',
      ),
    },
    {
      id: 'extractText',
      label: l10n.t('Extract text'),
      text: l10n.t(
        'Copy out all text in this image, or in each of them if there are several, word for word. Keep the reading order, line breaks, spelling and mistakes, and the language it is in. Write tables as Markdown tables, and code and terminal output as code blocks. Put [illegible] where you cannot read it and [?] after a word that you are not sure of. Add nothing of your own; if there is no text, say only that.',
      ),
    },
    {
      id: 'explainDiagram',
      label: l10n.t('Explain this diagram'),
      text: l10n.t(
        'Explain this diagram. Begin with one sentence that says what it shows. Then list its parts with what each does, and go through the connections and flows in their order: from where to where, with direction, label and condition. Point out what is ambiguous, missing or not legible rather than filling it in. If I ask for it as text, write it as a Mermaid diagram in a code block.',
      ),
    },
    {
      id: 'recreateAsCode',
      label: l10n.t('Recreate as code'),
      text: l10n.t(
        'Recreate what this image shows as code. Unless I name a framework, write one self-contained HTML file with semantic elements and CSS, in a single code block: the texts as in the image, labels and alt texts for accessibility, a layout that also works on a narrow window, colors and distances as custom properties. Draw placeholders for pictures and load nothing from elsewhere. After the code, list shortly what you had to guess, such as fonts, exact sizes, hidden states and what controls do.',
      ),
    },
    {
      id: 'findUiProblems',
      label: l10n.t('Find UI problems'),
      text: l10n.t(
        'Review the user interface in this image for problems: layout and alignment, cut-off or overlapping text, contrast and legibility, inconsistent or unclear wording, missing states, and accessibility. Answer with a table, the most severe first, with the columns Severity (high, medium, low), Where, What, Why it matters and Fix. Report only what can be seen. After the table, name what a single picture cannot show, such as keyboard use, and should be tested.',
      ),
    },
    {
      id: 'compareImages',
      label: l10n.t('Compare'),
      text: l10n.t(
        'Compare these images, and refer to them by their numbers. Begin with one sentence that says how they relate. Then list what is alike, and after it what differs, in a table with a column for each image, the most important differences first: content, text word for word, layout, colors, and what is there in only one of them. Tell what you see from what might come from scaling or compression.',
      ),
    },
    {
      id: 'dataAsTable',
      label: l10n.t('Data as table'),
      text: l10n.t(
        'Put the data in this image into a Markdown table, one for each chart or table in it. Take headings, units and labels as they are written there, with the unit in the heading. Give values that are printed exactly; mark values that you read off an axis with ~, and leave cells empty where there is none. Under the table, say which values are estimates, how exact they can be, and what you could not read.',
      ),
    },
  ];
}

/** All prompts to choose from: the presets, then the user's own, in the order of the settings. */
export function promptChoices(
  own: readonly UserPrompt[] = readSettings().prompts,
): readonly PromptChoice[] {
  return [
    ...presets(),
    ...own.map(({ name, text }) => ({ id: `user:${name}`, label: name, text })),
  ];
}

/** What a prompt asks, by its id; `undefined` when there is none of that id, or no longer. */
export function promptText(id: string): string | undefined {
  return promptChoices().find((prompt) => prompt.id === id)?.text;
}
