// Saves one state of a conversation after the other, and tells of each that is on disk, until it is
// killed, for the tests. The states differ in length, so that a mixture of two would be none, and are
// long, so that a kill comes in the midst of a write.
import { ConversationFiles } from '../../../../src/host/storage/conversationFiles.ts';
import { state } from './storageSetup.ts';

const [root = '', id = ''] = process.argv.slice(2);
const files = new ConversationFiles(root);
const found = await files.open(id);
const opened = found.ok ? found.value : await files.create(id);
let number = Number(opened.stored?.draft ?? 0);
opened.onDidFail(({ kind }) => console.log(kind));
for (;;) {
  number += 1;
  const text = `${number} `.repeat(1_000_000 + ((number * 7919) % 20_000));
  opened.save(state(text, { draft: String(number) }), { urgent: true });
  await opened.flush();
  console.log(number);
}
