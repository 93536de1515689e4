// For programs that run from the sources: imports of WebAssembly and fonts give the path of the
// file, as they do in the bundles of esbuild.js. To be loaded with `--import`.
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileAssembly } from '../../esbuild.js';

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (/\/assembly\/\w+\.wasm$/.test(specifier)) {
      const source = new URL(specifier.replace(/wasm$/, 'ts'), context.parentURL);
      const url = pathToFileURL(compileAssembly(fileURLToPath(source))).href;
      return { url, format: 'module', shortCircuit: true };
    }
    return nextResolve(specifier, context);
  },
  load(url, context, nextLoad) {
    if (/\.(?:wasm|ttf)$/.test(url)) {
      const source = `export default ${JSON.stringify(fileURLToPath(url))};`;
      return { format: 'module', source, shortCircuit: true };
    }
    return nextLoad(url, context);
  },
});
