/**
 * The page's content security policy: scripts by nonce, style sheets and fonts as files of `source`,
 * pictures from memory only, since the address of a picture could carry data out.
 */
export function pagePolicy(nonce: string, source: string): string {
  return [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    `font-src ${source}`,
    `img-src blob:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
}
