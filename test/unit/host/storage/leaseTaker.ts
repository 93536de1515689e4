// Takes a lease on each file that it is told, and holds it until it is killed, for the tests.
import { createInterface } from 'node:readline';
import { Lease } from '../../../../src/host/storage/lease.ts';

for await (const file of createInterface(process.stdin)) {
  console.log((await Lease.take(file)) ? 'taken' : 'refused');
}
