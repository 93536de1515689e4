/**
 * Seconds that a response asks to wait; `undefined` when it does not say. Reads `retry-after-ms`,
 * and `retry-after` as seconds or as a date (RFC 9110, section 10.2.3).
 */
export function retryAfterSeconds(headers: Headers | undefined): number | undefined {
  const milliseconds = headers?.get('retry-after-ms');
  if (milliseconds) {
    return positive(Number(milliseconds) / 1000);
  }
  const text = headers?.get('retry-after');
  if (!text) {
    return undefined;
  }
  const seconds = Number(text);
  return positive(Number.isNaN(seconds) ? (Date.parse(text) - Date.now()) / 1000 : seconds);
}

function positive(seconds: number): number | undefined {
  return seconds > 0 ? seconds : undefined;
}
