// The image worker from its sources: the thread of a program that runs without a bundle.
import '../support/importFiles.js';

await import('../../src/imaging/worker.ts');
