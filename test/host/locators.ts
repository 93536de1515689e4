import type { Locator } from 'playwright-core';

/** Whether something is there within the time. */
export function appears(locator: Locator, timeout: number): Promise<boolean> {
  return inTime(locator.waitFor({ timeout }));
}

/** Whether something goes away within the time. */
export function isGone(locator: Locator, timeout: number): Promise<boolean> {
  return inTime(locator.waitFor({ state: 'hidden', timeout }));
}

/** Whether a wait of Playwright's was not in vain. */
export async function inTime(wait: Promise<void>): Promise<boolean> {
  try {
    await wait;
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      return false;
    }
    throw error;
  }
}
