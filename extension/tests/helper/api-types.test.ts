import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { apiTypes, TARGET } from '../../tools/api-types.mjs';

it('the API’s types are those of the helper’s OpenAPI document (else: npm run generate)', async () => {
  expect(await readFile(TARGET, 'utf8')).toBe(await apiTypes());
});
