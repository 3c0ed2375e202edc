import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const CHECKOUT = join(import.meta.dirname, '../..');
const TOPS = ['apps', 'packages', 'scripts', 'tests', 'docs', 'prisma', 'bench'];
/** ADRs are short or they are not read. */
const ADR_LINES = 40;

const under = (folder: string) => readdirSync(join(CHECKOUT, folder)).map((name) => `${folder}/${name}`);
const ADRS = under('docs/adr').sort();
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', ...under('docs').filter((file) => file.endsWith('.md')), ...ADRS];

/** Links to files, and paths written as code. Placeholders and patterns name no file. */
function namedFiles(document: string): string[] {
  const text = readFileSync(join(CHECKOUT, document), 'utf8');
  const links = [...text.matchAll(/\]\((?!\w+:|#)([^)#]+)[^)]*\)/g)].map(([, target = '']) => join(dirname(document), target));
  const paths = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]*)`/g)].map(([, path = '']) => path);
  return [...links, ...paths.filter((path) => TOPS.includes(path.split('/')[0] ?? ''))];
}

describe('the documents', () => {
  it.each(DOCUMENTS)('of %s name files that are there', (document) => {
    expect(namedFiles(document).filter((file) => !existsSync(join(CHECKOUT, file)))).toEqual([]);
  });

  it('of the architecture name many files, so that the check above has something to check', () => {
    expect(namedFiles('docs/architecture.md').length).toBeGreaterThan(30);
  });

  it('list every decision in the architecture', () => {
    const listed = namedFiles('docs/architecture.md').filter(
      (file) => file.startsWith('docs/adr/') && statSync(join(CHECKOUT, file)).isFile(),
    );
    expect([...listed].sort()).toEqual(ADRS);
  });

  it.each(ADRS)('keep %s short, with context, decision and consequences', (file) => {
    const text = readFileSync(join(CHECKOUT, file), 'utf8');
    expect(text.match(/^## .*/gm)).toEqual(['## Context', '## Decision', '## Consequences']);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(ADR_LINES);
    expect(text).toMatch(new RegExp(`^# ${Number(file.split('/')[2]?.slice(0, 4))}\\. `));
  });
});
