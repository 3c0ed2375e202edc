/** The token of a one-time link, from its fragment (which no server log sees) or its query; undefined when there is none. */
export function linkToken(href: string): string | undefined {
  const url = new URL(href);
  const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? url.searchParams.get('token');
  return token || undefined;
}
