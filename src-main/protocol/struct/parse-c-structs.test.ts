import { expect, test } from 'vitest'
import { formatCStruct } from './format-c-struct.ts'
import { layoutStructure } from './layout-structure.ts'
import { parseCStructs, type CParseOptions } from './parse-c-structs.ts'
import { fromC, libraryOf } from './testing/definitions.ts'

/** The fields of the last structure in words, nested ones included, or the error. */
function words(text: string, options: CParseOptions = {}): string {
  const parsed = parseCStructs(text, options)
  if (!parsed.ok) return parsed.error.message
  const definition = parsed.definitions.at(-1)!
  const layout = layoutStructure(definition, libraryOf(parsed.definitions))
  if (!layout.ok) return layout.error.message
  const fields = layout.layout.entries.filter((entry) => entry.kind === 'field')
  return `${definition.name}: ${fields.map((entry) => `${entry.path}@${entry.offset ?? '?'} ${entry.typeWords}`).join(', ')}`
}

test.each([
  ['struct A { int a, b[2]; unsigned c; long int d; };', 'A: a@0 i32, b@4 i32[2], c@12 u32, d@16 i64'],
  ['typedef struct tag { short x; } Name;', 'Name: x@0 i16'],
  [
    'typedef struct { u8 x; } A, *PA; struct B { A a; PA p; A list[2]; };',
    'B: a@0 A, a.x@0 u8, p@8 u64, list@16 A[2], list[].x@16 u8',
  ],
  [
    'struct A { struct B { char c; } b; struct { u16 x; } in; };',
    'A: b@0 B, b.c@0 char[1], in@2 in_struct, in.x@2 u16',
  ],
  [
    '#define N (2 + 1)\n#define M N * 2 /* six */\nstruct A { uint8_t a[N][M]; char t[N][4]; };',
    'A: a@0 u8[3][6], t@18 char[4][3]',
  ],
  [
    'enum E { A, B = 1 << 3, C, D = B | 1, F = -(2 - 1) }; struct S { enum E e; E f[D]; };',
    'S: e@0 E (i32), f@4 E (i32)[9]',
  ],
  ['typedef enum { OFF, ON } State; struct S { State s : 4; };', 'S: s@0 State (u32) : 4'],
  ['enum class K : uint8_t { X = 255 }; struct S { K k; };', 'S: k@0 K (u8)'],
  ['typedef uint8_t mac_t[6]; struct S { mac_t a, b[2]; };', 'S: a@0 u8[6], b@6 u8[2][6]'],
  [
    'struct S { const volatile unsigned long long int x; unsigned char b[4]; signed char s; };',
    'S: x@0 u64, b@8 bytes[4], s@12 i8',
  ],
  ['struct S { __be16 p; __le32 q; };', 'S: p@0 u16, q@4 u32'],
  ['struct S { uint8_t n; char t[n - 1]; double r[]; };', 'S: n@0 u8, t@1 char[n - 1], r@? f64[rest]'],
  ['struct H { u8 len; }; struct S { struct H h; u8 d[h.len]; };', 'S: h@0 H, h.len@0 u8, d@1 u8[h.len]'],
  [
    '#pragma pack(push, 1)\nstruct P { u8 a; u32 b; };\n#pragma pack(pop)\nstruct S { u8 a; struct P p; u32 b; };',
    'S: a@0 u8, p@1 P, p.a@1 u8, p.b@2 u32, b@8 u32',
  ],
  [
    '#ifndef A_H\n#define A_H\n#include <stdint.h>\nextern "C" {\nstruct S { u8 a[\'\\x03\']; }; // end\n}\n#endif',
    'S: a@0 u8[3]',
  ],
  ['struct S { u8 a[0x10u], b[010], c[0b11]; };', 'S: a@0 u8[16], b@16 u8[8], c@24 u8[3]'],
  ['union U { struct { u8 lo, hi; }; u16 all; };', 'U: @0 anonymous_struct1, lo@0 u8, hi@1 u8, all@0 u16'],
  ['struct S { struct S *next; void *data; char *name; };', 'S: next@0 u64, data@8 u64, name@16 u64'],
])('%s', (text, expected) => {
  expect(words(text)).toBe(expected)
})

test.each([
  ['lp64', 'S: a@0 i64, b@8 u64, c@16 u64, d@24 i32'],
  ['llp64', 'S: a@0 i32, b@8 u64, c@16 u64, d@24 u16'],
  ['ilp32', 'S: a@0 i32, b@4 u32, c@8 u32, d@12 i32'],
] as const)('data model %s', (dataModel, expected) => {
  expect(words('struct S { long a; size_t b; void *c; wchar_t d; };', { dataModel })).toBe(expected)
})

test.each([
  ['struct S {\n  int (*f)(int);\n};', 2, 18, 'Pointers to functions and to arrays are not supported'],
  ['struct S { int f(void); };', 1, 17, 'f is a function; structures hold only data.'],
  ['constexpr int x = 3;', 1, 1, 'A struct, union, enum or typedef is expected here.'],
  ['struct S { constexpr int x; };', 1, 12, 'This is C++, not a declaration of data.'],
  ['struct S { Foo f; };', 1, 12, 'Foo is not a known type.'],
  ['struct S { int a[N]; };', 1, 18, 'N is not a known number here.'],
  ['struct S { int a[-1]; };', 1, 18, 'An array has 0 to 1,048,576 elements.'],
  ['struct S { int a[1 / 0]; };', 1, 20, 'This divides by 0.'],
  ['struct S { int a }', 1, 18, 'A ";" is missing after the field.'],
  ['struct S { int a;', 1, 18, '"}" is missing.'],
  ['struct S { long double a; };', 1, 12, 'long double has a different size on every machine'],
  ['struct S { void a; };', 1, 17, 'void has no size.'],
  ['struct S { float a : 3; };', 1, 18, 'Only integers, bool and enums can be bit fields.'],
  ['struct S { char a; }; struct S { char b; };', 1, 30, 'There are two structures named S.'],
  ['struct S : Base { int a; };', 1, 10, 'Structures that inherit are not supported'],
  ['struct S { int a = 3; };', 1, 18, 'Values are not supported'],
  ['/* no end', 1, 1, 'The comment does not end.'],
  ['struct S { int ä; };', 1, 16, 'Declarations in C do not hold this character.'],
  ['#pragma pack(3)\nstruct S { int a; };', 1, 1, 'Structures can be packed to 1, 2, 4, 8 or 16 bytes.'],
  ['struct S { int a; }; }', 1, 22, 'A struct, union, enum or typedef is expected here.'],
  ['', 1, 1, 'There is no structure in the text'],
  ['struct S { int a[08]; };', 1, 18, '8 and 9 are no digits of it'],
])('refused at its place: %s', (text, line, position, reason) => {
  const parsed = parseCStructs(text)
  if (parsed.ok) throw new Error('accepted')
  expect(parsed.error).toMatchObject({ code: 'c-declaration-malformed', data: { line, position } })
  expect(parsed.error.message).toContain(reason)
})

test.each([
  ['struct S { char *p; };', 'Line 1: p is a pointer: only its address is in the message, as an integer.'],
  ['struct S {\n alignas(8) char a; };', 'Line 2: alignas(8) is not honoured.'],
  ['struct S { char a; } __attribute__((packed, aligned(4)));', 'Line 1: The attribute aligned is not honoured.'],
  ['struct [[gnu::visibility]] S { char a; };', 'Line 1: The attribute visibility is not honoured.'],
  ['#if 0\nstruct S { char a; };\n#endif', 'Line 1: #if is not evaluated: everything is read.'],
  ['struct S { struct T t; };', 'Line 1: The type of t is not in this text: the library must have it.'],
  ['struct S { char a; } s;\nstruct S t;', 'Line 1: The variable s is left out.'],
])('warned of: %s', (text, warning) => {
  const parsed = parseCStructs(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  expect(parsed.warnings[0]).toBe(warning)
})

test('C text to copy', () => {
  const text = [
    'enum Kind : uint8_t {',
    '  PING = 1,',
    '  PONG = 2,',
    '};',
    '',
    '#pragma pack(push, 2)',
    'struct Message {',
    '  enum Kind kind;',
    '  uint16_t flags : 3;',
    '  uint16_t : 0;',
    '  __be32 address;',
    '  char name[16];',
    '  double values[2][3];',
    '  unsigned char rest[];',
    '} __attribute__((scalar_storage_order("big-endian")));',
    '#pragma pack(pop)',
    '',
  ].join('\n')
  const order = text.replace('__be32 address', '__le32 address')
  expect(formatCStruct(fromC(order).definition)).toBe(order)
})

test('the line of an error counts breaks in blanks, comments and directives', () => {
  const text = 'struct A {\n\n  /* one\n two */ int x; // three\n#define N \\\n  4\n  @\n};'
  expect(parseCStructs(text)).toMatchObject({ ok: false, error: { data: { line: 7 } } })
})

test('a plain char can be a bit field', () => {
  expect(words('struct A { char a : 3; unsigned char b : 5; };')).toBe('A: a@0 i8 : 3, b@0 u8 : 5')
})
