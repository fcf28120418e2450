import { expect, it } from 'vitest'
import { pageHeaders, withStyleNonce } from './page-security.ts'

const html = (text: string) => ({
  bytes: new TextEncoder().encode(text),
  contentType: 'text/html; charset=utf-8',
  immutable: false,
})
const styleRule = (styleNonce: string | null): string | undefined => {
  const policy = pageHeaders({ styleNonce })['content-security-policy'] ?? ''
  return policy.split('; ').find((rule) => rule.startsWith('style-src'))
}

it('gives every load of the page a nonce of its own, the same in the page and in its policy', () => {
  const page = html('<meta property="csp-nonce" nonce="__STYLE_NONCE__" /><p>é</p>')
  const loads = [withStyleNonce(page), withStyleNonce(page)]
  for (const { bytes, styleNonce } of loads) {
    expect(styleNonce).toMatch(/^[A-Za-z0-9+/]{24}$/)
    expect(new TextDecoder().decode(bytes)).toBe(`<meta property="csp-nonce" nonce="${styleNonce}" /><p>é</p>`)
    expect(styleRule(styleNonce)).toBe(`style-src 'self' 'nonce-${styleNonce}'`)
  }
  expect(loads[0]?.styleNonce).not.toBe(loads[1]?.styleNonce)
})

it('leaves other files and their policy without one', () => {
  const script = { bytes: new TextEncoder().encode('__STYLE_NONCE__'), contentType: 'text/javascript', immutable: true }
  expect(withStyleNonce(script)).toEqual({ bytes: script.bytes, styleNonce: null })
  expect(styleRule(null)).toBe(`style-src 'self'`)
})

it('never allows inline styles or scripts by themselves', () => {
  expect(pageHeaders({ styleNonce: 'abc' })['content-security-policy']).not.toContain('unsafe')
})
