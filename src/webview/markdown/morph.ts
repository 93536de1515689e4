/**
 * Makes the children of `current` equal to those of `wanted` and keeps every node that is already
 * right. A block that grows at its end thus keeps its nodes: a selection in it survives, and the
 * browser lays out only what is new. The first `kept` children are left as they are.
 */
export function morphChildren(current: Node, wanted: Node, kept = 0): void {
  let existing = current.childNodes[kept] ?? null;
  let next = wanted.firstChild;
  while (next) {
    const following = next.nextSibling;
    if (!existing) {
      current.appendChild(next);
    } else if (!morphNode(existing, next)) {
      current.replaceChild(next, existing);
      existing = next.nextSibling;
      next = following;
      continue;
    }
    existing = existing?.nextSibling ?? null;
    next = following;
  }
  while (existing) {
    const rest = existing.nextSibling;
    existing.remove();
    existing = rest;
  }
}

/** Whether `current` could be made equal to `wanted`, and was. */
function morphNode(current: ChildNode, wanted: ChildNode): boolean {
  if (current instanceof Text && wanted instanceof Text) {
    morphText(current, wanted.data);
    return true;
  }
  if (current instanceof Element && wanted instanceof Element) {
    if (current.nodeName !== wanted.nodeName || !sameAttributes(current, wanted)) {
      return false;
    }
    morphChildren(current, wanted);
    return true;
  }
  return current.isEqualNode(wanted);
}

function morphText(current: Text, wanted: string): void {
  if (wanted === current.data) {
    return;
  }
  if (wanted.startsWith(current.data)) {
    current.appendData(wanted.slice(current.length));
  } else {
    current.data = wanted;
  }
}

function sameAttributes(one: Element, other: Element): boolean {
  return (
    one.attributes.length === other.attributes.length &&
    [...one.attributes].every(({ name, value }) => other.getAttribute(name) === value)
  );
}
