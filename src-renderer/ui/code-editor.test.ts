import { page, userEvent } from 'vitest/browser'
import { describe, expect, it } from 'vitest'
import { render } from 'vitest-browser-svelte'
import '../theme/base.css'
import CodeEditor from './CodeEditor.svelte'

/** An editor whose owner takes over what is typed only when told to. */
async function show(value: string) {
  const told: string[] = []
  const drawn = await render(CodeEditor, { label: 'Text', value, oninput: (text: string) => void told.push(text) })
  const editor = page.getByRole('textbox', { name: 'Text' })
  await editor.click()
  return { told, set: (next: string) => drawn.rerender({ value: next }) }
}

const written = (): string => [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n')

describe('an editor whose owner answers late', () => {
  it('does not put back older text while newer is typed', async () => {
    const { told, set } = await show('old')
    await userEvent.keyboard('{Control>}a{/Control}{{"a')
    await set(told[0] ?? '')
    await userEvent.keyboard('": 1')
    await set(told[2] ?? '')
    await set(told[3] ?? '')
    await userEvent.keyboard('}')
    expect(written()).toBe('{"a": 1}')
    for (const text of told.slice(4)) await set(text)
    await userEvent.keyboard('!')
    expect([written(), told.at(-1)]).toEqual(['{"a": 1}!', '{"a": 1}!'])
  })

  it('takes what is set from outside, telling nobody, with the cursor where it was', async () => {
    const { told, set } = await show('one, two')
    await userEvent.keyboard('{Control>}{Home}{/Control}{ArrowRight}{ArrowRight}{ArrowRight}')
    await set('one, three')
    await userEvent.keyboard('!')
    expect([written(), told]).toEqual(['one!, three', ['one!, three']])
  })

  it('takes a text from outside that it told long before', async () => {
    const { told, set } = await show('')
    await userEvent.keyboard('ab')
    for (const text of told) await set(text)
    await set('a')
    expect(written()).toBe('a')
  })
})
