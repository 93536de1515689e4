import assert from 'node:assert/strict';
import type { Panel } from './panel.ts';

/** What the panel says that the conversation costs, in tokens and dollars. */
export async function shownTotal(
  panel: Panel,
): Promise<{ readonly tokens: number; readonly dollars: number }> {
  const text = await panel.usage.innerText();
  const total = /Conversation: ([\d,]+) tokens · \$(\d+\.\d{4})/.exec(text);
  assert.ok(total, `no total in "${text}"`);
  const [, tokens = '', dollars = ''] = total;
  return { tokens: Number(tokens.replaceAll(',', '')), dollars: Number(dollars) };
}
