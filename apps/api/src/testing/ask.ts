import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** One request with exactly these headers; fetch would set Host and Origin to its own liking. */
export async function ask(url: string, { method = 'GET', headers = {}, body }: Question = {}): Promise<Answer> {
  const json = body && { 'content-type': 'application/json' };
  const sent = request(url, { method, headers: { ...json, ...headers }, agent: false }).end(body && JSON.stringify(body));
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}

/** The code of a refusal. */
export function codeOf({ text }: Answer): string {
  return (JSON.parse(text) as { code: string }).code;
}
