import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { isAnswering } from '../core/conversation/conversation.ts';
import type { Conversation } from '../core/conversation/conversation.ts';
import { answerTurnTemplate, waitingText } from './answerTurn.ts';
import type { Gradual } from './gradual.ts';
import { userTurnTemplate } from './userTurn.ts';
import type { View } from './view.ts';
import { welcomeTemplate } from './welcome.ts';

/** The turns of the conversation, those `growing` has come to, or what to do when there are none. */
export function turnsTemplate(
  conversation: Conversation,
  growing: Gradual,
  view: View,
): TemplateResult {
  const { turns } = conversation;
  if (turns.length === 0) {
    return welcomeTemplate(conversation, view);
  }
  const numbered = conversation.numbersGiven > 1;
  const waiting = waitingText(conversation);
  const answering = isAnswering(conversation);
  const drawn = growing.takeLast(turns);
  return html`${repeat(
    drawn,
    // What the page knows of a turn goes with its conversation.
    (turn) => `${conversation.id} ${turn.id}`,
    (turn, index) => {
      const following = drawn.length - 1 - index;
      const last = following === 0;
      // Turns that nothing happened to are not drawn again with every piece of an answer.
      const pictures = turn.role === 'user' ? view.thumbnails.shown(turn.images) : '';
      return guard([turn, following, numbered, waiting, answering, pictures], () =>
        turn.role === 'user'
          ? userTurnTemplate(turn, view, { numbered, answering, following })
          : answerTurnTemplate(turn, view, { last, waiting }),
      );
    },
  )}`;
}
