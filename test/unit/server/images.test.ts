import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import sharp from 'sharp';
import { ImageDimensionsTooLargeError } from '@anthropic-ai/sdk/resources/messages';
import type { APIError } from '@anthropic-ai/sdk';
import { colorWord, ImageDecoder, readHeader } from '../../server/images.ts';
import { apiErrorOf, ask, defined, imageBlock, model, picture, practice, text } from './support.ts';

describe('the practice server looks at every image', () => {
  const each = practice();
  const refusalOf = async (
    ...blocks: readonly ReturnType<typeof imageBlock>[]
  ): Promise<APIError> =>
    apiErrorOf(each.client.messages.create(ask(...blocks, text('What is it?'))));
  const source = 'messages.0.content.0.image.source.base64';

  for (const mediaType of ['image/png', 'image/jpeg', 'image/gif'] as const) {
    it(`measures an ${mediaType}: size, tokens, bytes and mean colour`, async () => {
      const bytes = await picture(56, 29, 0x2040c0ff, mediaType);
      await each.client.messages.create(
        ask(text('Image 1: sea.png'), imageBlock(bytes, mediaType), text('What is it?')),
      );
      const image = defined(each.server.requests[0]?.images[0]);
      assert.equal(image.source, 'base64');
      const { width, height, tokens, label, path } = image;
      assert.deepEqual(
        { width, height, tokens, label, path },
        {
          width: 56,
          height: 29,
          tokens: 4,
          label: 'Image 1: sea.png',
          path: 'messages.0.content.1',
        },
      );
      assert.equal(image.mediaType, mediaType);
      assert.equal(image.bytes, bytes.length);
      assert.equal(colorWord(image.meanColor), 'blue');
    });
  }

  for (const lossless of [false, true]) {
    it(`measures and decodes a ${lossless ? 'lossless' : 'lossy'} WebP`, async () => {
      const blue = {
        create: { width: 300, height: 200, channels: 3, background: 'blue' },
      } as const;
      const block = imageBlock(await sharp(blue).webp({ lossless }).toBuffer(), 'image/webp');
      await each.client.messages.create(ask(block, text('What is it?')));
      const image = defined(each.server.requests[0]?.images[0]);
      assert.equal(image.source, 'base64');
      assert.deepEqual([image.width, image.height, image.tokens], [300, 200, 88]);
      assert.equal(colorWord(image.meanColor), 'blue');
    });
  }

  it('takes the first picture of an animated PNG', async () => {
    const still = await picture(20, 20);
    const control = Buffer.from('000000086163544c0000000100000000b92d0d6f', 'hex');
    const animated = Buffer.concat([still.subarray(0, 33), control, still.subarray(33)]);
    await each.client.messages.create(ask(imageBlock(animated), text('What is it?')));
    assert.equal(each.server.requests[0]?.status, 200);
  });

  it('refuses bytes that are of another format than declared', async () => {
    const error = await refusalOf(imageBlock(await picture(4, 4), 'image/jpeg'));
    assert.equal(
      error.apiMessage,
      `${source}: The image was specified using the image/jpeg media type, but the image appears to be a image/png image`,
    );
  });

  it('refuses bytes that are no image', async () => {
    const error = await refusalOf(
      imageBlock(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
    );
    assert.equal(error.apiMessage, 'Could not process image');
  });

  for (const mediaType of ['image/png', 'image/jpeg', 'image/gif'] as const) {
    it(`refuses a truncated ${mediaType}`, async () => {
      const bytes = await picture(300, 300, 0x336699ff, mediaType);
      for (const end of [bytes.length / 2, bytes.length - 40]) {
        const error = await refusalOf(imageBlock(bytes.subarray(0, end), mediaType));
        assert.equal(error.status, 400);
        assert.equal(error.apiMessage, 'Could not process image');
      }
    });
  }

  it('refuses a truncated WebP, and a header without a picture', async () => {
    const whole = await sharp(await picture(9, 9))
      .webp()
      .toBuffer();
    for (const bytes of [whole.subarray(0, 40), (await picture(9, 9)).subarray(0, 20)]) {
      const mediaType = bytes[0] === 0x52 ? 'image/webp' : 'image/png';
      assert.equal(
        (await refusalOf(imageBlock(bytes, mediaType))).apiMessage,
        'Could not process image',
      );
    }
  });

  it('refuses base64 that is none', async () => {
    const data = (await picture(4, 4)).toString('base64');
    for (const wrong of [`data:image/png;base64,${data}`, `${data}\n`, data.slice(0, -1), 'a_-b']) {
      assert.equal(
        (await refusalOf(imageBlock(wrong))).apiMessage,
        `${source}: invalid base64 data`,
      );
    }
    assert.equal((await refusalOf(imageBlock(''))).apiMessage, `${source}: image cannot be empty`);
  });

  it('refuses more than 10 MB of base64', async () => {
    const error = await refusalOf(imageBlock('A'.repeat(10_485_764)));
    assert.equal(
      error.apiMessage,
      `${source}: image exceeds 10 MB maximum: 10485764 bytes > 10485760 bytes`,
    );
  });

  it('refuses an edge of more than 8000 pixels and names every such image', async () => {
    const [small, wide] = await Promise.all([picture(8000, 1), picture(8001, 1)]);
    const error = await refusalOf(imageBlock(wide), imageBlock(small), imageBlock(wide));
    assert.ok(error instanceof ImageDimensionsTooLargeError);
    assert.deepEqual(error.details, {
      error_code: 'image_dimensions_too_large',
      max_side_length_pixels: 8000,
      paths: ['messages.0.content.0', 'messages.0.content.2'],
    });
    assert.equal(
      error.apiMessage,
      `${source}.data: At least one of the image dimensions exceed max allowed size: 8000 pixels`,
    );
  });

  it('refuses an edge of more than 2000 pixels as soon as there are more than 20 images', async () => {
    const wide = imageBlock(await picture(2001, 1));
    const twenty = ask(...Array.from({ length: 20 }, () => wide));
    await each.client.messages.create(twenty);
    const oneMore = {
      ...twenty,
      messages: [...twenty.messages, { role: 'user' as const, content: [wide] }],
    };
    const error = await apiErrorOf(each.client.messages.create(oneMore));
    assert.equal(error.errorCode, 'image_dimensions_too_large');
    assert.equal(
      error.apiMessage,
      `${source}.data: At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels`,
    );
    const { paths, max_side_length_pixels } = error.details as unknown as {
      paths: string[];
      max_side_length_pixels: number;
    };
    assert.equal(max_side_length_pixels, 2000);
    assert.equal(paths.length, 21);
    assert.equal(paths.at(-1), 'messages.1.content.0');
  });

  it('refuses too many images, earlier for a model with a small context', async () => {
    const tiny = imageBlock(await picture(1, 1));
    const asking = (count: number, of: string): Promise<APIError> => {
      const body = ask(...Array.from({ length: count }, () => tiny));
      return apiErrorOf(each.client.messages.create({ ...body, model: of }));
    };
    assert.equal(
      (await asking(101, 'claude-haiku-4-5')).apiMessage,
      'Too much media: 0 document pages + 101 images > 100',
    );
    assert.equal(
      (await asking(601, model)).apiMessage,
      'Too much media: 0 document pages + 601 images > 600',
    );
  });

  it('refuses a resize where the request forbids it', async () => {
    const block = imageBlock(await picture(3000, 10));
    const strict = { ...block, transformations: { oversized_image: 'error' as const } };
    const error = await refusalOf(strict);
    assert.match(error.apiMessage ?? '', /3000x10 pixels, the largest size that fits is 2576x9$/u);
    await each.client.messages.create(ask(block));
  });

  it('decodes a distinct image once', async () => {
    const bytes = await picture(30, 20);
    const header = defined(readHeader(bytes, 'image/png'));
    const decoder = new ImageDecoder();
    assert.equal(decoder.decode(bytes, header), decoder.decode(bytes, header));
  });
});

describe('a mean colour has a plain word', () => {
  const words = {
    '#000000': 'black',
    '#ffffff': 'white',
    '#808080': 'grey',
    '#d02020': 'red',
    '#f08020': 'orange',
    '#704018': 'brown',
    '#e0e020': 'yellow',
    '#20a040': 'green',
    '#20c0c0': 'cyan',
    '#2040d0': 'blue',
    '#8030d0': 'purple',
    '#e040a0': 'pink',
    '#d02030': 'red',
  };
  for (const [hex, word] of Object.entries(words)) {
    it(`${hex} is ${word}`, () => assert.equal(colorWord(hex), word));
  }
});
