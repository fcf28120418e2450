import { autocompletion, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension, type Transaction } from '@codemirror/state'
import { drawSelection, EditorView, keymap, tooltips } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { editorPhrases } from '../strings/code-editor.ts'
import { overlayPlace } from './overlay-place.ts'

/** Something wrong, or worth a look, in an editor. Places are UTF-16 units of its text. */
export interface EditorMark {
  readonly from: number
  readonly to: number
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/** A stretch of an editor's text that means something. */
export interface EditorHighlight {
  readonly from: number
  readonly to: number
}

export type EditorLanguage = 'json' | 'plain'

/** The nonce that style elements need under the page's policy; empty where a page has none, as in tests. */
function styleNonce(): string {
  return document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}

/** Keys that mean something else around the editor: sending, and walking through the history. */
const foreignKeys: ReadonlySet<string | undefined> = new Set(['Mod-Enter', 'Alt-ArrowUp', 'Alt-ArrowDown'])
const ownKeymap = defaultKeymap.filter(({ key }) => !foreignKeys.has(key))

const colours = HighlightStyle.define([
  { tag: tags.propertyName, fontWeight: '600' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--accent)' },
  { tag: [tags.separator, tags.squareBracket, tags.brace], color: 'var(--ink-2)' },
])

/** In UTF-16 units. */
const longInsertion = 1000

/**
 * Puts in what is typed over a selection. The browser by itself would keep the look of what was replaced in a style
 * attribute, which the page's policy forbids.
 */
const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main } = view.state.selection
    if (event.inputType !== 'insertText' || event.data === null || event.isComposing) return false
    // A long text put in at once would be laid out as a whole before the editor sees it.
    if (main.empty && event.data.length < longInsertion) return false
    event.preventDefault()
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true })
    return true
  },
})

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--raised)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: 'var(--mono)', fontVariantLigatures: 'none', overflow: 'auto' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 10px' },
  '.cm-placeholder': { color: 'var(--ink-3)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 30%, transparent)',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--accent-soft)',
    outline: '1px solid var(--line-strong)',
  },
  '.cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket': {
    backgroundColor: 'transparent',
    color: 'var(--bad)',
  },
  '.cm-meaning': { backgroundColor: 'var(--accent-soft)', borderRadius: '3px' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad) 1.5px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--warn) 1.5px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintPoint:after': { borderBottomColor: 'var(--bad)' },
  '.cm-tooltip': {
    zIndex: '60',
    border: '1px solid var(--line-strong)',
    borderRadius: '8px',
    backgroundColor: 'var(--raised)',
    color: 'var(--ink)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip.cm-tooltip-lint': { padding: '0', maxWidth: '420px' },
  '.cm-diagnostic': { padding: '6px 10px', borderLeft: '0', font: 'var(--ui)', whiteSpace: 'pre-wrap' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { font: 'var(--mono)', maxHeight: '200px', padding: '4px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px', borderRadius: '5px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--ink)',
  },
  '.cm-completionDetail': { color: 'var(--ink-3)', fontStyle: 'normal', marginLeft: '12px', font: 'var(--ui)' },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)' },
  '.cm-panels': { backgroundColor: 'var(--canvas)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-panel.cm-search': { font: 'var(--ui)', padding: '4px 8px' },
  '.cm-textfield': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--raised)',
    fontSize: '12px',
    minHeight: '24px',
  },
  '.cm-panel.cm-search label': { fontSize: '12px' },
  '.cm-button': {
    fontSize: '12px',
    minHeight: '24px',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    background: 'var(--raised)',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)', outline: '1px solid var(--warn)' },
})

/** A stretch of a text and what takes its place. */
interface TextChange {
  readonly from: number
  readonly to: number
  readonly insert: string
}

/** The one change from a text to another that leaves the most of its beginning and end as they are. */
export function smallestChange(present: string, wanted: string): TextChange {
  const shorter = Math.min(present.length, wanted.length)
  let from = 0
  while (from < shorter && present[from] === wanted[from]) from += 1
  let kept = 0
  while (kept < shorter - from && present[present.length - 1 - kept] === wanted[wanted.length - 1 - kept]) kept += 1
  return { from, to: present.length - kept, insert: wanted.slice(from, wanted.length - kept) }
}

/**
 * Applies transactions. Where a colour or mark begins or ends, the node that the cursor stands in is put elsewhere, which
 * makes the browser forget the place within it; the editor would then believe that a person moved the cursor there, and
 * what is typed next would stand in front of what was typed before.
 */
export function updateKeepingCursor(transactions: readonly Transaction[], view: EditorView): void {
  const before = placeOfCursor()
  view.update(transactions)
  const after = placeOfCursor()
  if (after === null || !view.hasFocus || view.composing || !view.contentDOM.contains(after.focusNode)) return
  const moved = after.focusNode !== before?.focusNode || after.focusOffset !== before.focusOffset
  const { main } = view.state.selection
  if (!moved || view.posAtDOM(after.focusNode, after.focusOffset) === main.head) return
  const [anchor, head] = [view.domAtPos(main.anchor), view.domAtPos(main.head)]
  document.getSelection()?.setBaseAndExtent(anchor.node, anchor.offset, head.node, head.offset)
}

function placeOfCursor(): { readonly focusNode: Node; readonly focusOffset: number } | null {
  const selection = document.getSelection()
  if (!selection?.focusNode) return null
  return { focusNode: selection.focusNode, focusOffset: selection.focusOffset }
}

/** Everything about an editor that never changes while it is there. */
export function fixedExtensions(language: EditorLanguage): Extension {
  return [
    EditorView.cspNonce.of(styleNonce()),
    EditorState.phrases.of(editorPhrases),
    EditorState.tabSize.of(4),
    EditorView.lineWrapping,
    history(),
    drawSelection(),
    typingOver,
    search({ top: true }),
    // Panes clip what is drawn within them.
    tooltips({ parent: overlayPlace() }),
    autocompletion({ activateOnTyping: true, icons: false }),
    keymap.of([...completionKeymap, ...ownKeymap, ...historyKeymap, ...searchKeymap]),
    ...(language === 'json' ? [json(), indentOnInput(), bracketMatching()] : []),
    syntaxHighlighting(colours),
    theme,
  ]
}
