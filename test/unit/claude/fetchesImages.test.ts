import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fetchesImages } from '../../../src/claude/fetchesImages.ts';

describe('images go by their address', () => {
  for (const baseUrl of [
    'https://api.anthropic.com',
    ' https://API.anthropic.com/ ',
    'https://api.anthropic.com:443/v1',
  ]) {
    it(`to "${baseUrl}"`, () => assert.equal(fetchesImages(baseUrl), true));
  }

  for (const baseUrl of [
    'http://localhost:11434',
    'https://openrouter.ai/api',
    'https://litellm.example/api.anthropic.com',
    'https://api.anthropic.com.example',
    'https://eu.api.anthropic.com',
    'https://api.anthropic.com:8443',
    'https://api.anthropic.com@gateway.example',
    'api.anthropic.com',
    '',
  ]) {
    it(`not to "${baseUrl}"`, () => assert.equal(fetchesImages(baseUrl), false));
  }
});
