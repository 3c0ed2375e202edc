/** Who pulls. The password may be a personal access token. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Header value of RFC 7617, in UTF-8. */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
