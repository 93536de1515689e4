import type { AnswerOutcome } from '../../claude/claudeApi.ts';
import { billedWith, type Billed } from '../../core/conversation/billing.ts';
import type { ConversationEvent } from '../../core/conversation/conversationEvent.ts';
import { answerCost } from '../../core/plan/cost.ts';
import { LOCALE } from '../wording/imageLabels.ts';
import { totalLabel, usageLabel } from '../wording/usageLabels.ts';

type Ended = Extract<ConversationEvent, { readonly type: 'answerEnded' }>;

/** What was billed for an answer of a model; `undefined` when nothing was. */
export function billedOf(
  { usage }: Pick<AnswerOutcome, 'usage'>,
  model: string,
): Billed | undefined {
  const dollars = usage && answerCost(usage, model);
  return usage && { model, usage, ...(dollars !== undefined && { dollars }) };
}

/** What the end of an answer says of its cost, and of the conversation's, billed as `bill` before it. */
export function usageOfEnd(
  billed: Billed | undefined,
  bill: readonly Billed[],
): Pick<Ended, 'usage' | 'usageLabel' | 'billed' | 'totalLabel'> {
  if (!billed) {
    return {};
  }
  return {
    usage: billed.usage,
    usageLabel: usageLabel(billed.usage, billed.model, LOCALE),
    billed,
    totalLabel: totalLabel(billedWith(bill, billed), billed, LOCALE),
  };
}
