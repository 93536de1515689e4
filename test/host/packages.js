import fs from 'node:fs';
import path from 'node:path';

/**
 * Whether the node_modules of `root` holds what its package-lock.json asks for, by npm's own record
 * of what it has installed. A package that is optional may be missing.
 *
 * @param {string} root
 */
export function packagesMatch(root) {
  const wanted = readPackages(path.join(root, 'package-lock.json'));
  const present = readPackages(path.join(root, 'node_modules', '.package-lock.json'));
  return [...wanted].every(
    ([name, { version, optional }]) =>
      name === '' || (present.get(name)?.version ?? (optional && version)) === version,
  );
}

/**
 * @param {string} file
 * @returns {ReadonlyMap<string, { readonly version: string, readonly optional: boolean }>}
 */
function readPackages(file) {
  if (!fs.existsSync(file)) {
    return new Map();
  }
  /** @type {{ packages: Record<string, { version: string, optional?: boolean, devOptional?: boolean }> }} */
  const { packages } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return new Map(
    Object.entries(packages).map(([name, { version, optional, devOptional }]) => [
      name,
      { version, optional: optional === true || devOptional === true },
    ]),
  );
}
