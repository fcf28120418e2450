import { isControl, type TextSpan } from '../text/utf8.ts'

/** Code page 37 of IBM (EBCDIC of the United States and Canada), sixteen characters a row, by byte. */
const codePage37 = [
  '\u0000\u0001\u0002\u0003\u009c\u0009\u0086\u007f\u0097\u008d\u008e\u000b\u000c\u000d\u000e\u000f',
  '\u0010\u0011\u0012\u0013\u009d\u0085\u0008\u0087\u0018\u0019\u0092\u008f\u001c\u001d\u001e\u001f',
  '\u0080\u0081\u0082\u0083\u0084\u000a\u0017\u001b\u0088\u0089\u008a\u008b\u008c\u0005\u0006\u0007',
  '\u0090\u0091\u0016\u0093\u0094\u0095\u0096\u0004\u0098\u0099\u009a\u009b\u0014\u0015\u009e\u001a',
  ' \u00a0âäàáãåçñ¢.<(+|',
  '&éêëèíîïìß!$*);¬',
  '-/ÂÄÀÁÃÅÇÑ¦,%_>?',
  'øÉÊËÈÍÎÏÌ`:#@\u0027="',
  'Øabcdefghi«»ðýþ±',
  '°jklmnopqrªºæ¸Æ¤',
  'µ~stuvwxyz¡¿ÐÝÞ®',
  '^£¥·©§¶¼½¾[]¯¨´×',
  '{ABCDEFGHI\u00adôöòóõ',
  '}JKLMNOPQR¹ûüùúÿ',
  '\u005c÷STUVWXYZ²ÔÖÒÓÕ',
  '0123456789³ÛÜÙÚ\u009f',
].join('')

/** Splits bytes of EBCDIC (code page 37) into text and controls; every byte is a character. */
export function decodeEbcdic(bytes: Uint8Array): readonly TextSpan[] {
  const spans: TextSpan[] = []
  let start = 0
  let text = ''
  const endText = (end: number): void => {
    if (text !== '') spans.push({ kind: 'text', text, start, end })
    text = ''
  }
  bytes.forEach((byte, index) => {
    const code = codePage37.charCodeAt(byte)
    if (isControl(code)) {
      endText(index)
      spans.push({ kind: 'control', code, start: index, end: index + 1 })
    } else {
      if (text === '') start = index
      text += String.fromCharCode(code)
    }
  })
  endText(bytes.length)
  return spans
}
