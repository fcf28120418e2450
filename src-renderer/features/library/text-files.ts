/** Hands a text to the browser as a file to be saved. */
export function downloadText(fileName: string, text: string, mediaType = 'application/json'): void {
  download(fileName, new Blob([text], { type: mediaType }))
}

/** Hands bytes to the browser as a file to be saved. */
export function downloadBytes(fileName: string, bytes: Uint8Array): void {
  // A copy of its own: blobs take no bytes that could be of shared memory.
  download(fileName, new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }))
}

function download(fileName: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = fileName
  anchor.click()
  // The download has its own hold on the content once the click was handled.
  setTimeout(() => URL.revokeObjectURL(url))
}

/** Lets a person choose files and answers their texts; empty when none were chosen. */
export async function chooseTextFiles(accept: string): Promise<readonly { name: string; text: string }[]> {
  const files = await chooseFiles(accept)
  return await Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() })))
}

/** Lets a person choose files; empty when none were chosen. */
export function chooseFiles(accept: string): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.accept = accept
    input.multiple = true
    input.addEventListener('cancel', () => resolve([]))
    input.addEventListener('change', () => resolve([...(input.files ?? [])]))
    input.click()
  })
}
