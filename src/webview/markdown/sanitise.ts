import DOMPurify from 'dompurify';
import type { Config } from 'dompurify';
import { isSafeAddress } from './renderer.ts';

/** What Markdown without HTML and without images can consist of. */
const ALLOWED: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: [
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'p',
    'br',
    'hr',
    'blockquote',
    'pre',
    'code',
    'ul',
    'ol',
    'li',
    'strong',
    'em',
    's',
    'a',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
  ],
  ALLOWED_ATTR: ['href', 'title', 'class', 'start'],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

const ALLOWED_CLASS = /^(?:align-(?:left|center|right)|language-[\w+#.-]+)$/;

const purifier = DOMPurify(window);
purifier.addHook('uponSanitizeAttribute', (_element, attribute) => {
  const { attrName, attrValue } = attribute;
  if (attrName === 'href' && !isSafeAddress(attrValue)) {
    attribute.keepAttr = false;
  }
  if (attrName === 'class' && !ALLOWED_CLASS.test(attrValue)) {
    attribute.keepAttr = false;
  }
});

/** What code with its words marked consists of. */
const ALLOWED_IN_CODE: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: ['span'],
  ALLOWED_ATTR: ['class'],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

const codePurifier = DOMPurify(window);

/** The second wall behind the Markdown renderer: DOM of the allowed elements, attributes, links. */
export function sanitise(html: string): DocumentFragment {
  return purifier.sanitize(html, ALLOWED);
}

/** The same behind the highlighter: DOM of text and of spans with a class. */
export function sanitiseCode(html: string): DocumentFragment {
  return codePurifier.sanitize(html, ALLOWED_IN_CODE);
}
