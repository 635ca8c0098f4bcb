/**
 * Makes src/helper/api.d.ts from openapi.json, which is the helper's own word (`ittsu openapi > openapi.json`).
 * `npm run generate` writes it; a test holds that it is up to date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const SOURCE = new URL('../openapi.json', import.meta.url);
export const TARGET = new URL('../src/helper/api.d.ts', import.meta.url);

const HEADING = '/** Generated from the helper’s OpenAPI document by tools/api-types.mjs. Do not edit. */\n';

/** The text of api.d.ts. Only the objects: the routes are called by hand in client.ts. */
export async function apiTypes() {
  const { openapi, info, components } = JSON.parse(await readFile(SOURCE, 'utf8'));
  const ast = await openapiTS(
    { openapi, info, paths: {}, components: { schemas: components.schemas } },
    { defaultNonNullable: false, alphabetize: true },
  );
  return HEADING + astToString(ast);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(TARGET, await apiTypes());
