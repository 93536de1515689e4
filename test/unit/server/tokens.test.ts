import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { resized, visualTokens } from '../../server/visualTokens.ts';
import { ask, imageBlock, model, picture, practice, text } from './support.ts';

type Row = readonly [
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
  tokens: number,
];

// Section 1.2 of Anthropic's vision page.
const standard: readonly Row[] = [
  [3840, 2160, 1456, 819, 1560],
  [1920, 1080, 1456, 819, 1560],
  [1075, 1520, 924, 1307, 1551],
  [4032, 3024, 1270, 952, 1564],
  [1000, 4000, 392, 1568, 784],
  [1000, 1000, 1000, 1000, 1296],
  [200, 200, 200, 200, 64],
];
const highResolution: readonly Row[] = [
  [3840, 2160, 2576, 1449, 4784],
  [1920, 1080, 1920, 1080, 2691],
  [1075, 1520, 1075, 1520, 2145],
  [4032, 3024, 2212, 1659, 4740],
  [1000, 4000, 644, 2576, 2116],
  [1000, 1000, 1000, 1000, 1296],
  [200, 200, 200, 200, 64],
];
// Real billed tokens, as a third party measured them.
const billed: readonly (readonly [width: number, height: number, tokens: number])[] = [
  [256, 256, 100],
  [512, 512, 361],
  [768, 768, 784],
  [1024, 1024, 1369],
  [1280, 720, 1196],
  [1920, 1080, 2691],
];

describe('the practice server counts visual tokens as the vision page does', () => {
  for (const [tier, rows] of Object.entries({ standard, highResolution })) {
    for (const [width, height, toWidth, toHeight, tokens] of rows) {
      it(`${width} x ${height} in the ${tier} tier`, () => {
        const named = tier === 'standard' ? 'standard' : 'highResolution';
        assert.deepEqual(resized({ width, height }, named), { width: toWidth, height: toHeight });
        assert.equal(visualTokens({ width, height }, named), tokens);
      });
    }
  }

  for (const [width, height, tokens] of billed) {
    it(`${width} x ${height} as it was billed`, () => {
      assert.equal(visualTokens({ width, height }, 'highResolution'), tokens);
    });
  }

  it('never makes an edge of no pixels', () => {
    assert.deepEqual(resized({ width: 8000, height: 1 }, 'standard'), { width: 1568, height: 1 });
  });
});

describe('the practice server counts a request', () => {
  const each = practice();

  it('with the tokens of its images and texts and a little for every message', async () => {
    const image = imageBlock(await picture(200, 200));
    const { messages } = ask(image, text('x'.repeat(41)));
    const { input_tokens } = await each.client.messages.countTokens({
      model,
      system: 'four',
      messages,
    });
    assert.equal(input_tokens, 64 + 11 + 1 + 4);
  });

  it('by the tier of the model', async () => {
    const { messages } = ask(imageBlock(await picture(1920, 1080)));
    const count = async (id: string): Promise<number> =>
      (await each.client.messages.countTokens({ model: id, messages })).input_tokens;
    assert.equal(
      (await count('claude-sonnet-5-5')) - (await count('claude-opus-4-6')),
      2691 - 1560,
    );
  });

  it('before as it bills it after', async () => {
    const body = ask(imageBlock(await picture(640, 480)), text('What is it?'));
    const { max_tokens: _, ...counted } = body;
    const { input_tokens } = await each.client.messages.countTokens(counted);
    const whole = await each.client.messages.create(body);
    const stream = each.client.messages.stream(body);
    const starts: number[] = [];
    stream.on('streamEvent', (event) => {
      if (event.type === 'message_start') starts.push(event.message.usage.input_tokens);
    });
    const streamed = await stream.finalMessage();
    assert.deepEqual(
      [whole.usage.input_tokens, streamed.usage.input_tokens, ...starts],
      [input_tokens, input_tokens, input_tokens],
    );
    assert.equal(whole.usage.output_tokens, streamed.usage.output_tokens);
    assert.equal(whole.usage.cache_read_input_tokens, 0);
  });
});
