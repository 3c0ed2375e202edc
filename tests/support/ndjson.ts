/** Parsed lines of an answer as they arrive. Leaving the loop early closes the connection. */
export async function* readNdjson(response: Response): AsyncGenerator<unknown> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line);
  }
  if (rest !== '') throw new Error(`the last line has no end: ${rest.slice(0, 200)}`);
}
