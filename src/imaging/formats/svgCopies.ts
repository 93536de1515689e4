import { DecodeError } from '../decodeError.ts';
import { attributeOf, localName, MOST_ELEMENTS, withCharacters } from './svgMarkup.ts';
import type { Element } from './svgMarkup.ts';
import { mayMatch, referencesOfAttribute, rulesOf } from './svgReferences.ts';
import type { Reference, StyleRule, Times } from './svgReferences.ts';

/** Characters of elements, each as often as it is copied: the renderer writes them all out. */
const MOST_COPIED_TEXT = 64 * 2 ** 20;
/** Elements, each as often as it is drawn or looked at by way of masks, patterns and the like. */
const MOST_VISITS = 1_000_000;
const DEEPEST_COPY = 400;
/** Letters of all text, and of one `text`: the time for that grows by its square. */
const MOST_LETTERS = 200_000;
const MOST_LETTERS_OF_ONE = 30_000;
/** Elements times rules of style sheets that paint by reference. */
const MOST_MATCHES = 20_000_000;

/** How much an element is, with all that it copies into itself or refers to. */
interface Amount {
  readonly elements: number;
  readonly characters: number;
  readonly points: number;
  readonly letters: number;
  readonly visits: number;
}

const NOTHING: Amount = { elements: 0, characters: 0, points: 0, letters: 0, visits: 0 };

interface Links {
  readonly byId: ReadonlyMap<string, Element>;
  readonly rules: readonly StyleRule[];
  readonly amounts: Map<Element, Amount>;
}

/**
 * Throws when `use`, markers, masks, patterns and so on would make more than can be drawn: a few
 * that refer to each other make millions. The renderer's own limit on copies takes it half a minute
 * to reach, and it has none on the others.
 */
export function checkCopies(root: Element): void {
  const byId = new Map<string, Element>();
  const rules: StyleRule[] = [];
  let elements = 0;
  const visit = (element: Element): void => {
    elements += 1;
    // The first of a name is the one that is meant.
    const id = withCharacters(attributeOf(element, 'id') ?? '');
    if (!byId.has(id)) {
      byId.set(id, element);
    }
    const isStyle = localName(element.name) === 'style';
    for (const child of element.children) {
      if (typeof child !== 'string') {
        visit(child);
      } else if (isStyle) {
        rules.push(...rulesOf(child));
      }
    }
  };
  visit(root);
  const whole =
    elements * rules.length > MOST_MATCHES
      ? undefined
      : amountOf(root, { byId, rules, amounts: new Map() }, 0);
  if (
    !whole ||
    whole.elements > MOST_ELEMENTS ||
    whole.characters > MOST_COPIED_TEXT ||
    whole.letters > MOST_LETTERS ||
    whole.visits > MOST_VISITS
  ) {
    throw new DecodeError('too many copies of parts to be drawn', { truncated: false });
  }
}

const SILENT = new Set(['style', 'script', 'title', 'desc', 'metadata']);
const COPYING = new Set(['use', 'feImage', 'tref']);

function amountOf(element: Element, links: Links, depth: number): Amount {
  const known = links.amounts.get(element);
  if (known || depth > DEEPEST_COPY) {
    return known ?? { ...NOTHING, visits: MOST_VISITS + 1 };
  }
  // Those that copy themselves are left out by the renderer.
  links.amounts.set(element, NOTHING);
  let amount: Amount = { ...NOTHING, elements: 1, visits: 1 };
  const tag = localName(element.name);
  for (const child of element.children) {
    amount =
      typeof child === 'string'
        ? {
            ...amount,
            characters: amount.characters + child.length,
            letters: amount.letters + (SILENT.has(tag) ? 0 : child.trim().length),
          }
        : sum(amount, amountOf(child, links, depth + 1), 1);
  }
  for (const { name, value } of element.attributes) {
    const copied =
      localName(name) === 'href' && COPYING.has(tag)
        ? links.byId.get(withCharacters(value).trim().slice(1))
        : undefined;
    amount = sum(amount, copied ? amountOf(copied, links, depth + 1) : NOTHING, 1);
    amount = {
      ...amount,
      characters: amount.characters + name.length + value.length,
      points: amount.points + (name === 'd' || name === 'points' ? countPoints(value) : 0),
    };
  }
  if (tag === 'text' && amount.letters > MOST_LETTERS_OF_ONE) {
    throw new DecodeError('too much text to be drawn', { truncated: false });
  }
  amount = tag === 'line' ? { ...amount, points: 2 } : amount;
  for (const { id, times } of referencesOf(element, links.rules)) {
    const target = links.byId.get(id);
    if (target && !/gradient$/i.test(target.name)) {
      const drawn = timesOf(times, amount);
      const one = amountOf(target, links, depth + 1);
      const isCopied = localName(target.name) === 'marker';
      amount = sum(amount, isCopied ? one : { ...NOTHING, visits: one.visits }, drawn);
    }
  }
  links.amounts.set(element, amount);
  return amount;
}

function referencesOf(element: Element, rules: readonly StyleRule[]): readonly Reference[] {
  const own = element.attributes.flatMap((attribute) => referencesOfAttribute(attribute));
  const styled = rules.filter((rule) => mayMatch(rule, element));
  return [...own, ...styled.flatMap(({ references }) => references)];
}

function timesOf(times: Times, { elements, points }: Amount): number {
  switch (times) {
    case 'once':
      return 1;
    case 'for each element inside':
      return elements;
    case 'for each point inside':
      return points;
  }
}

function sum(one: Amount, other: Amount, times: number): Amount {
  return {
    elements: one.elements + other.elements * times,
    characters: one.characters + other.characters * times,
    points: one.points + other.points * times,
    letters: one.letters + other.letters * times,
    visits: one.visits + other.visits * times,
  };
}

/** Points of a path, and more where it has numbers that are none. */
function countPoints(path: string): number {
  return path.match(/\d+|[a-z]/gi)?.length ?? 0;
}
