import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatJson } from '../json/format-json.ts'
import { parseJsonDocument } from '../json/parse-json.ts'
import { compileTemplate, fillTemplate } from './template.ts'
import { memberOf } from './json-members.ts'

/** The template filled with the members of an object, as compact JSON; or the place and reason of its fault. */
function fill(template: string, scopeText = '{}'): string {
  const scope = parseJsonDocument(scopeText)
  if (!scope.ok || scope.root.kind !== 'object') throw new Error('The scope is no object.')
  const { members } = scope.root
  const compiled = compileTemplate(template)
  if (compiled.ok)
    return formatJson(
      fillTemplate(compiled.template, (name) => memberOf(members, name)),
      'compact',
    )
  const { code, data } = compiled.error
  return `${code} ${String(data.line)}:${String(data.column)} ${String(data.reason)}`
}

describe('a template', () => {
  it('has the value itself where a name stands alone', () => {
    const scope = '{"x":18410715311050326015,"y":1.50,"t":"é","n":null,"o":{"a":[true]}}'
    expect(fill('[{{x}}, {{ y }}, {{t}}, {{n}}, {{o}}]', scope)).toBe(
      '[18410715311050326015,1.50,"é",null,{"a":[true]}]',
    )
    expect(fill('{{x}}', scope)).toBe('18410715311050326015')
  })

  it('has the text of the value within a string and within a key', () => {
    const scope = '{"x":18410715311050326015,"t":"a\\"b","o":{"a":[1, "c"]}}'
    expect(fill('{"k-{{x}}": "<{{t}}> {{o}} {{x}}{{x}}"}', scope)).toBe(
      '{"k-18410715311050326015":"<a\\"b> {\\"a\\":[1,\\"c\\"]} 1841071531105032601518410715311050326015"}',
    )
    expect(fill('"{{x}}"', scope)).toBe('"18410715311050326015"')
  })

  it('goes into values by paths, and finds a name with dots before', () => {
    const scope = '{"o":{"list":[{"a":1},{"a":2}]},"o.list":"whole"}'
    expect(fill('[{{o.list.0.a}}, {{o.list.-1.a}}, {{o.list}}, {{o.none.a}}, {{o.list.7}}]', scope)).toBe(
      '[1,2,"whole",null,null]',
    )
  })

  it('has null for what is not there', () => {
    expect(fill('[{{none}}, "{{none}}"]')).toBe('[null,"null"]')
  })

  it('keeps braces that begin no placeholder', () => {
    expect(fill('{"a":{"b":{"c":{{x}}}},"d":"\\u007b{x}} }}"}', '{"x":1}')).toBe('{"a":{"b":{"c":1}},"d":"{{x}} }}"}')
  })

  it('is not confused by the characters it marks places with', () => {
    expect(fill('["\ue000{{x}}\ue001", "\\ue002", {{x}}]', '{"x":"\ue0030\ue003"}')).toBe(
      '["\ue000\ue0030\ue003\ue001","\ue002","\ue0030\ue003"]',
    )
  })

  it('that cannot be read is told with line and column of its own text', () => {
    expect(fill('{"a": {{x}},\n "b": {{y}} {{z}}}')).toMatch(/^template-malformed 2:13 /)
    expect(fill('{"a": {{x')).toBe('template-malformed 1:7 The placeholder has to end with }}.')
    expect(fill('"{{ }}"')).toBe('template-malformed 1:2 Between {{ and }} stands one name.')
    expect(fill('{"a": tru}')).toMatch(/^template-malformed 1:7 /)
    expect(fill('')).toMatch(/^template-malformed 1:1 /)
  })

  it('without placeholders is the JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        fc.pre(!text.includes('{{'))
        expect(fill(text)).toBe(text)
      }),
    )
  })

  it('gives back any value that stands alone or in a text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
        const scope = JSON.stringify({ value, text })
        expect(fill('[{{value}}, {{text}}, "{{text}}"]', scope)).toBe(JSON.stringify([value, text, text]))
      }),
    )
  })

  it('of any text is read or refused, never more', () => {
    const parts = fc.constantFrom(
      '{{',
      '}}',
      '"',
      'x',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '1',
      ' ',
      '\ue000',
      '\\ue000',
    )
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 30 }), (pieces) => {
        const filled = fill(pieces.join(''), '{"x":1}')
        expect(filled.startsWith('template-malformed') || parseJsonDocument(filled).ok).toBe(true)
      }),
      { numRuns: 10_000 },
    )
  })
})
