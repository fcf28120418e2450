/** A module bundled with all it imports into the text of one CommonJS script, by `scripts/lib/script-text.mjs`. */
declare module '*?script-text' {
  export const scriptText: string
}
