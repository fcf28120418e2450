import { randomBytes } from 'node:crypto'
import type { PageFile } from './page-files.ts'

/** Stands in the built page where the nonce goes; `withStyleNonce` puts one there. */
const noncePlaceholder = '__STYLE_NONCE__'

/**
 * What the page may do, the same under every host: run its own scripts, draw with its own styles and fonts, talk to
 * where it came from. `'self'` covers the WebSocket of the web host only with its scheme spelled out. Editors make a
 * style element of their own, which needs the nonce of this one load of the page.
 */
function contentSecurityPolicy(styleNonce: string | null, connectSources: readonly string[]): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'${styleNonce === null ? '' : ` 'nonce-${styleNonce}'`}`,
    `font-src 'self'`,
    `img-src 'self'`,
    `connect-src ${["'self'", ...connectSources].join(' ')}`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
    // Svelte makes its templates under this one name; nothing else may turn text into markup.
    `require-trusted-types-for 'script'`,
    `trusted-types svelte-trusted-html`,
  ].join('; ')
}

export interface PageHeaderOptions {
  /** The nonce in the page that is answered with; null for everything but the page itself. */
  readonly styleNonce?: string | null
  readonly connectSources?: readonly string[]
}

/** The headers that every answer with a file of the page carries. */
export function pageHeaders(options: PageHeaderOptions = {}): Readonly<Record<string, string>> {
  const { styleNonce = null, connectSources = [] } = options
  return {
    'content-security-policy': contentSecurityPolicy(styleNonce, connectSources),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
  }
}

/**
 * A file as it is answered with: HTML gets a new nonce of 144 random bits in the place it has for one, anything else is
 * the same and has none.
 */
export function withStyleNonce(file: PageFile): { readonly bytes: Uint8Array; readonly styleNonce: string | null } {
  if (!file.contentType.startsWith('text/html')) return { bytes: file.bytes, styleNonce: null }
  const styleNonce = randomBytes(18).toString('base64')
  const html = new TextDecoder().decode(file.bytes).replaceAll(noncePlaceholder, styleNonce)
  return { bytes: new TextEncoder().encode(html), styleNonce }
}
