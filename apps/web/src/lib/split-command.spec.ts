import { describe, expect, it } from 'vitest';
import { quoteWord, splitCommand } from './split-command';

describe('splitCommand', () => {
  it.each([
    ['echo  hello\tworld', ['echo', 'hello', 'world']],
    ["sh -c 'echo $HOME; sleep 1'", ['sh', '-c', 'echo $HOME; sleep 1']],
    ['echo "a \\"b\\" c"', ['echo', 'a "b" c']],
    ['echo "a\\nb"', ['echo', 'a\\nb']],
    ['echo a\\ b', ['echo', 'a b']],
    ["echo ''", ['echo', '']],
    [`echo a'b'"c"`, ['echo', 'abc']],
    ['echo \\\n  a\\\nb', ['echo', 'ab']],
    ['   ', []],
  ])('reads %s as a shell does', (line, argv) => {
    expect(splitCommand(line)).toEqual({ argv, unfinished: false });
  });

  it.each(["echo 'a", 'echo "a', 'echo a\\'])('says that %s is unfinished', (line) => {
    expect(splitCommand(line).unfinished).toBe(true);
  });
});

describe('quoteWord', () => {
  it.each(['plain', '/bin/sh', 'a b', "it's", '', '$HOME', 'a\nb', '"', '\\', '中文', '*'])('%j comes back as it was', (word) => {
    expect(splitCommand(quoteWord(word))).toEqual({ argv: [word], unfinished: false });
  });

  it('leaves harmless words alone', () => {
    expect(quoteWord('nginx:1.25')).toBe('nginx:1.25');
  });
});
