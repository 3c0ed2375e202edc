import { isDigest } from '../content/digest.js';
import { ReferenceInvalidError } from '../errors.js';
import { DEFAULT_DOMAIN, DEFAULT_TAG, OFFICIAL_NAMESPACE, type Reference } from './reference.js';

// Grammar: distribution/reference, reference.go; the name limit of 255 counts domain and path.
const MAX_TEXT = 512;
const MAX_NAME = 255;
const TAG = /^\w[\w.-]{0,127}$/;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const DOMAIN_LABEL = /^(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])$/;
const IPV6_DOMAIN = /^\[[0-9a-fA-F:.]{2,45}\](?::(\d{1,5}))?$/;
const BARE_ID = /^[a-f0-9]{64}$/;

/**
 * Reads a reference as the docker client does: `nginx` is docker.io/library/nginx:latest, a first component with a dot,
 * a port or the name `localhost` is a registry.
 *
 * @throws ReferenceInvalidError with the sentence a docker user knows
 */
export function parseReference(text: string): Reference {
  if (text === '') throw invalid(text, 'it is empty');
  if (text.length > MAX_TEXT) throw invalid(`${text.slice(0, 40)}…`, `it is longer than ${MAX_TEXT} characters`);
  if (text.includes('://')) throw invalid(text, 'it is a URL; leave out the scheme, as in registry.example/team/app');
  if (BARE_ID.test(text)) throw invalid(text, 'a name of 64 hexadecimal characters would be taken for an image id');

  const { rest, digest } = splitDigest(text);
  const { name, tag } = splitTag(rest, text);
  const { domain, repository } = splitDomain(name, text);
  checkRepository(domain, repository, text);
  return { domain, repository, tag: tag ?? (digest === undefined ? DEFAULT_TAG : undefined), digest };
}

function splitDigest(text: string): { rest: string; digest: Reference['digest'] } {
  const at = text.indexOf('@');
  if (at < 0) return { rest: text, digest: undefined };
  const digest = text.slice(at + 1);
  if (!isDigest(digest)) throw invalid(text, `"${digest}" is no digest; it looks like sha256: and 64 hexadecimal characters`);
  return { rest: text.slice(0, at), digest };
}

/** The tag is behind the last colon, unless a slash follows: then the colon belongs to a port. */
function splitTag(rest: string, text: string): { name: string; tag: string | undefined } {
  const colon = rest.lastIndexOf(':');
  if (colon < 0 || rest.includes('/', colon)) return { name: rest, tag: undefined };
  const tag = rest.slice(colon + 1);
  if (!TAG.test(tag)) {
    throw invalid(text, `"${tag}" is no tag; a tag has at most 128 letters, digits, dots, dashes and underscores`);
  }
  return { name: rest.slice(0, colon), tag };
}

function splitDomain(name: string, text: string): { domain: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  if (!looksLikeDomain(first)) return official(DEFAULT_DOMAIN, name);
  checkDomain(first, text);
  const domain = first.toLowerCase();
  const repository = name.slice(slash + 1);
  // index.docker.io is the old name of the same registry; credentials and images must not exist twice.
  return domain === DEFAULT_DOMAIN || domain === 'index.docker.io' ? official(DEFAULT_DOMAIN, repository) : { domain, repository };
}

function official(domain: string, repository: string): { domain: string; repository: string } {
  return { domain, repository: repository.includes('/') || repository === '' ? repository : OFFICIAL_NAMESPACE + repository };
}

/** An upper case first component can only be a host: repositories are lower case. */
function looksLikeDomain(first: string): boolean {
  return /[.:[]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
}

function checkDomain(domain: string, text: string): void {
  const ipv6 = IPV6_DOMAIN.exec(domain);
  const [host = '', port, ...more] = ipv6 ? ['', ipv6[1]] : domain.split(':');
  const labelsFine =
    ipv6 !== null || (host.length <= MAX_NAME && host.split('.').every((label) => label.length <= 63 && DOMAIN_LABEL.test(label)));
  const portFine = port === undefined || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535);
  // 999.0.0.1 has fine labels and still is no address.
  const isUrlHost = URL.canParse(`https://${domain}/`);
  if (!labelsFine || !portFine || more.length > 0 || !isUrlHost) throw invalid(text, `"${domain}" is no registry host`);
}

function checkRepository(domain: string, repository: string, text: string): void {
  if (repository !== repository.toLowerCase()) throw invalid(text, 'repository name must be lowercase');
  const bad = repository.split('/').find((component) => !PATH_COMPONENT.test(component));
  if (bad === '') throw invalid(text, 'a part of the name is empty');
  if (bad !== undefined) throw invalid(text, `"${bad}" may hold lower case letters and digits, separated by . _ __ or -`);
  if (domain.length + 1 + repository.length > MAX_NAME) {
    throw invalid(text, `repository name must not be more than ${MAX_NAME} characters`);
  }
}

function invalid(text: string, why: string): ReferenceInvalidError {
  // The text is a stranger's: quoted as JSON, a line break in it cannot forge a line of a log.
  return new ReferenceInvalidError(`invalid reference format: ${JSON.stringify(text)}: ${why}`);
}
