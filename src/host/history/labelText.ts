import { shownName } from '../images/shownName.ts';

/** What a user or a file named, as one line of bearable length; empty when there is nothing to see. */
export function labelText(text: string): string {
  return shownName(text.replaceAll(/[\p{Cc}\p{Bidi_Control}\s]+/gu, ' ').trim());
}

/** The same where VS Code draws `$(name)` as an icon: an invisible sign keeps it text. */
export function withoutIcons(label: string): string {
  return label.replaceAll('$(', '$\u200B(');
}
