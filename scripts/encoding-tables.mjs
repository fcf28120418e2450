/**
 * Makes `src-main/protocol/text/encodings/tables/` anew. The tables are those of the WHATWG Encoding Standard, asked of
 * Chromium's `TextDecoder` pointer by pointer: the one of Node 20 follows other tables. Needed only when the standard
 * changes.
 */
import { writeFile } from 'node:fs/promises'
import { findChromium } from './lib/chromium.mjs'
import { inProject } from './lib/project.mjs'

const singleByteNames =
  'ibm866 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 koi8-r koi8-u macintosh windows-874 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 x-mac-cyrillic'.split(
    ' ',
  )

/**
 * Runs in the page: the text of every byte sequence, '' where it is malformed.
 * @param {readonly { readonly label: string, readonly sequences: readonly (readonly number[])[] }[]} questions
 */
function decodeInPage(questions) {
  return questions.map(({ label, sequences }) =>
    sequences.map((bytes) => {
      try {
        return new TextDecoder(label, { fatal: true }).decode(Uint8Array.from(bytes))
      } catch {
        return ''
      }
    }),
  )
}

/**
 * @param {number} count
 * @param {(pointer: number) => number[]} bytesOf
 */
const sequences = (count, bytesOf) => Array.from({ length: count }, (_, pointer) => bytesOf(pointer))

/** Every table: its file, its question, and which answers are not part of it. */
const tables = [
  {
    name: 'jis0208',
    label: 'shift_jis',
    sequences: sequences(11280, (pointer) => {
      const lead = Math.floor(pointer / 188)
      const trail = pointer % 188
      return [lead + (lead < 0x1f ? 0x81 : 0xc1), trail + (trail < 0x3f ? 0x40 : 0x41)]
    }),
    // The private characters there are computed, not listed.
    keep: (/** @type {number} */ pointer) => pointer < 8836 || pointer > 10715,
  },
  {
    name: 'jis0212',
    label: 'euc-jp',
    sequences: sequences(8836, (pointer) => [0x8f, Math.floor(pointer / 94) + 0xa1, (pointer % 94) + 0xa1]),
    keep: () => true,
  },
  {
    name: 'big5',
    label: 'big5',
    sequences: sequences(126 * 157, (pointer) => {
      const trail = pointer % 157
      return [Math.floor(pointer / 157) + 0x81, trail + (trail < 0x3f ? 0x40 : 0x62)]
    }),
    keep: () => true,
  },
  {
    name: 'euc-kr',
    label: 'euc-kr',
    sequences: sequences(126 * 190, (pointer) => [Math.floor(pointer / 190) + 0x81, (pointer % 190) + 0x41]),
    keep: () => true,
  },
  {
    name: 'gb18030',
    label: 'gb18030',
    sequences: sequences(126 * 190, (pointer) => {
      const trail = pointer % 190
      return [Math.floor(pointer / 190) + 0x81, trail + (trail < 0x3f ? 0x40 : 0x41)]
    }),
    keep: () => true,
  },
  {
    name: 'gb18030-four-bytes',
    label: 'gb18030',
    sequences: sequences(39420, (pointer) => [
      Math.floor(pointer / 12600) + 0x81,
      (Math.floor(pointer / 1260) % 10) + 0x30,
      (Math.floor(pointer / 10) % 126) + 0x81,
      (pointer % 10) + 0x30,
    ]),
    keep: () => true,
  },
  ...singleByteNames.map((name) => ({
    name,
    label: name,
    sequences: sequences(128, (pointer) => [pointer + 0x80]),
    keep: () => true,
  })),
]

const alphabet = Array.from({ length: 94 }, (_, index) => String.fromCharCode(index + 0x21))
  .filter((character) => character !== "'" && character !== '\\')
  .join('')

/**
 * A number as one to four characters, as `unpack-table.ts` reads it.
 * @param {number} value
 */
function packNumber(value) {
  const digit = (/** @type {number} */ place) => alphabet.charAt(Math.floor(value / 92 ** place) % 92)
  if (value < 40) return alphabet.charAt(value)
  if (value < 40 + 30 * 92) {
    value -= 40
    return alphabet.charAt(40 + Math.floor(value / 92)) + digit(0)
  }
  if (value < 40 + 30 * 92 + 21 * 8464) {
    value -= 40 + 30 * 92
    return alphabet.charAt(70 + Math.floor(value / 8464)) + digit(1) + digit(0)
  }
  value -= 40 + 30 * 92 + 21 * 8464
  return alphabet.charAt(91) + digit(2) + digit(1) + digit(0)
}

/**
 * 0 and a count: so many characters that follow each other. 1 and a count: so many pointers without one. Else 2 and
 * the zigzag difference to the character that would follow.
 * @param {readonly (number | null)[]} codePoints
 */
function pack(codePoints) {
  let packed = ''
  let previous = 0x7f
  for (let index = 0; index < codePoints.length;) {
    const codePoint = codePoints[index] ?? null
    let count = 1
    if (codePoint === null) {
      while (index + count < codePoints.length && codePoints[index + count] === null) count++
      if (index + count === codePoints.length) break
      packed += packNumber(1) + packNumber(count)
    } else if (codePoint === previous + 1) {
      while (codePoints[index + count] === codePoint + count) count++
      packed += count < 3 ? packNumber(2).repeat(count) : packNumber(0) + packNumber(count)
      previous = codePoint + count - 1
    } else {
      const difference = codePoint - previous - 1
      packed += packNumber(2 + (difference < 0 ? -difference * 2 - 1 : difference * 2))
      previous = codePoint
    }
    index += count
  }
  return packed
}

const { chromium } = await import('playwright')
const executablePath = findChromium()
const browser = await chromium.launch(executablePath === null ? {} : { executablePath })
const page = await browser.newPage()
const answers = await page.evaluate(
  decodeInPage,
  tables.map(({ label, sequences }) => ({ label, sequences })),
)
await browser.close()

const packed = tables.map(({ name, keep }, place) => {
  const codePoints = (answers[place] ?? []).map((text, pointer) => {
    // Pairs of characters and bytes that are read as two single ones are no entries.
    const characters = [...text]
    return characters.length === 1 && keep(pointer) ? (characters[0]?.codePointAt(0) ?? null) : null
  })
  return { name, text: pack(codePoints) }
})

/** @param {string} name */
const fileOf = (name) => inProject(`src-main/protocol/text/encodings/tables/${name}.ts`)
const origin = 'Made by `scripts/encoding-tables.mjs`; see `unpack-table.ts` for the form.'
for (const { name, text } of packed.filter(({ name }) => !singleByteNames.includes(name))) {
  const constant = `${name.replace(/-(.)/g, (_, letter) => String(letter).toUpperCase())}Table`
  await writeFile(
    fileOf(name),
    `/** The table ${name}, packed. ${origin} */\nexport const ${constant} =\n  '${text}'\n`,
  )
}
const rows = packed.filter(({ name }) => singleByteNames.includes(name))
await writeFile(
  fileOf('single-byte'),
  `/** The upper halves of the encodings of one byte a character, packed. ${origin} */\nexport const singleByteTables = {\n${rows
    .map(({ name, text }) => `  ${/-/.test(name) ? `'${name}'` : name}: '${text}',\n`)
    .join('')}} as const\n`,
)
