// Holds a process and a folder until it is killed, for processes.test.ts.
import fs from 'node:fs';
import path from 'node:path';
import { spawnGroup, temporaryFolder } from '../../host/processes.ts';

const folder = temporaryFolder('held');
fs.writeFileSync(path.join(folder, 'file'), '');
const { pid } = spawnGroup(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
  stdio: 'ignore',
});
console.log(JSON.stringify({ pid, folder }));
