import { describe, expect, it } from 'vitest';
import { en } from './en';
import { zhCN } from './zh-cn';

type Tree = { readonly [key: string]: Tree | string | ((...values: never[]) => string) };

/** Every sentence under its path; one that takes values is asked with as many stand-ins. */
function sentences(tree: Tree, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const at = path ? `${path}.${key}` : key;
    if (typeof value === 'string') found.set(at, value);
    else if (typeof value === 'function') found.set(at, value(...(STAND_INS.slice(0, value.length) as never[])));
    else for (const [inner, text] of sentences(value, at)) found.set(inner, text);
  }
  return found;
}

const STAND_INS = ['‹1›', '‹2›', '‹3›'];
const english = sentences(en);
const chinese = sentences(zhCN);

describe('the dictionaries', () => {
  it('have the same keys', () => {
    expect([...chinese.keys()]).toEqual([...english.keys()]);
  });

  it.each([
    ['English', english],
    ['Chinese', chinese],
  ])('have no empty sentence in %s', (_, dictionary) => {
    expect([...dictionary].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('use the same values in both languages', () => {
    const used = (text = '') => STAND_INS.filter((value) => text.includes(value));
    for (const [key, text] of english) expect(used(chinese.get(key)), key).toEqual(used(text));
  });

  it('have no English sentence left in the Chinese one', () => {
    const names = /^(cgroup|REST|docker|CPU|stdout|stderr|‹1›\/s)$/;
    const left = [...chinese].filter(([, text]) => !/\p{Script=Han}/u.test(text) && !names.test(text));
    expect(left).toEqual([]);
  });
});
