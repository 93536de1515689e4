const CONFIRMED_FOR_MS = 1500;

/** Shows on a copy button, for a moment, that the text was copied. */
export function confirmCopy(button: EventTarget | null): void {
  const sign = button instanceof Element ? button.querySelector('.codicon') : null;
  if (!sign) {
    return;
  }
  sign.classList.replace('codicon-copy', 'codicon-check');
  setTimeout(() => sign.classList.replace('codicon-check', 'codicon-copy'), CONFIRMED_FOR_MS);
}
