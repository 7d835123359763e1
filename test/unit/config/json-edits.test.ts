import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { withMember, withoutMember, withValue } from '../../../src/config/json-edits.js';

const rootOf = (text: string): Node => {
  const root = parseTree(text, [], { allowTrailingComma: true });
  if (!root) throw new Error('the test needs a root');
  return root;
};

function valueOf(text: string): unknown {
  const errors: ParseError[] = [];
  const value = parse(text, errors, { allowTrailingComma: true }) as unknown;
  if (errors.length > 0) throw new Error(`broken: ${text}`);
  return value;
}

describe('a member is added', () => {
  it.each([
    ['[]', '[\n  9\n]'],
    ['[ // none\n]', '[ // none\n  9\n]'],
    ['[1]', '[1,\n  9\n]'],
    ['[\n\t1 // one\n]', '[\n\t1, // one\n\t9\n]'],
    ['[\n    1, // one\n]', '[\n    1, // one\n    9,\n]'],
    ['[\r\n  1\r\n]\r\n', '[\r\n  1,\r\n  9\r\n]\r\n'],
    ['[\n  1\n  /* more */\n]', '[\n  1,\n  9\n  /* more */\n]'],
    ['[1, /* one */]', '[1, /* one */\n  9,\n]'],
  ])('to %j', (text, result) => {
    expect(withMember(text, rootOf(text), '9')).toBe(result);
  });

  it('of several lines, as deep as it belongs', () => {
    const text = '{\n    "a": 1\n}\n';
    const added = withMember(text, rootOf(text), '"b": [\n    2\n]');
    expect(added).toBe('{\n    "a": 1,\n    "b": [\n        2\n    ]\n}\n');
  });
});

describe('a member is taken away', () => {
  it.each([
    ['[1, 2]', 1, '[1]'],
    ['[1, 2]', 0, '[ 2]'],
    ['[1, // one\n2]', 1, '[1 // one\n]'],
    ['[1]', 0, '[]'],
    ['[1, 2, 3]', 1, '[1, 3]'],
    ['[\n  1, // one\n  2 // two\n]', 1, '[\n  1 // one\n]'],
    ['[\n  1, // one\n  2 // two\n]', 0, '[\n  2 // two\n]'],
    ['[\n  1, // one\n  2, // two\n]', 1, '[\n  1, // one\n]'],
    ['[\n  // about one\n  1\n]', 0, '[\n  // about one\n]'],
    ['[\r\n  1,\r\n  2\r\n]', 0, '[\r\n  2\r\n]'],
    ['[1\n,2]', 1, '[1\n]'],
  ])('%j loses number %d', (text, index, result) => {
    expect(withoutMember(text, rootOf(text), index)).toBe(result);
  });
});

it('a value is replaced, and nothing beside it', () => {
  const text = '[ /* a */ "old" /* b */ ]';
  const [node] = rootOf(text).children ?? [];
  expect(node && withValue(text, node, '"new"')).toBe('[ /* a */ "new" /* b */ ]');
});

describe('however a list is written', () => {
  const trivia = fc.constantFrom('', ' ', '\n', '\r\n\t', '\n    ', ' /* , ] " */ ', ' // , ] "\n', '/**/\n  ');
  const member = fc.tuple(trivia, fc.constantFrom('1', '"a, //b"', '{"c": [2, 3]}', '[]'), trivia);
  const list = fc
    .tuple(fc.array(member, { maxLength: 5 }), trivia, fc.boolean())
    .map(([members, inside, isTrailing]) => {
      const inner = members.map(([before, value, after]) => before + value + after).join(',');
      return `[${inner}${isTrailing && members.length > 0 ? ',' : ''}${inside}]`;
    });
  const isPlain = (text: string) => {
    const errors: ParseError[] = [];
    parse(text, errors);
    return errors.length === 0;
  };

  it('adding adds one and changes none', () => {
    fc.assert(
      fc.property(list, (text) => {
        const added = withMember(text, rootOf(text), '{\n  "x": 9\n}');
        expect(valueOf(added)).toEqual([...(valueOf(text) as unknown[]), { x: 9 }]);
        expect(isPlain(added)).toBe(isPlain(text));
      }),
    );
  });

  it('taking away takes one and changes none', () => {
    fc.assert(
      fc.property(list, fc.nat(4), (text, index) => {
        const values = valueOf(text) as unknown[];
        fc.pre(index < values.length);
        const without = withoutMember(text, rootOf(text), index);
        expect(valueOf(without)).toEqual(values.toSpliced(index, 1));
        if (values.length > 1) expect(isPlain(without)).toBe(isPlain(text));
      }),
    );
  });
});
